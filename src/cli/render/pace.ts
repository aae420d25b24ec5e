import type { ProgressEvent } from '../../project/context.ts';
import { count, duration } from '../../verbs/view/format.ts';

type Progress = Extract<ProgressEvent, { kind: 'progress' }>;

interface Begun {
  readonly at: number;
  readonly done: number;
  readonly total: number;
  last: number;
}

/** Before this nobody can tell how fast something goes, and nobody waits. */
const knownAfterMs = 2_000;
const longestMs = 86_400_000;
/** Of fewer, a rate a second says nothing: epochs, folds. */
const fewestForRate = 1_000;

/**
 * How fast each piece of work goes and how long it will take, from what was told of it: `45,000/s, about 12 s left`. Empty
 * as long as nobody can tell. A piece of work is one label; where it begins again, so does its clock.
 *
 * @param elapsed Monotonic ms.
 */
export function pacemaker(elapsed: () => number): (event: Progress) => string {
  const begun = new Map<string, Begun>();
  return ({ label, done, total }) => {
    const now = elapsed();
    const before = begun.get(label);
    if (before === undefined || before.total !== total || done < before.last) {
      begun.set(label, { at: now, done, total, last: done });
      return '';
    }
    before.last = done;
    const [ms, steps] = [now - before.at, done - before.done];
    if (ms < knownAfterMs || steps <= 0) return '';
    const rate = (steps / ms) * 1000;
    const leftMs = ((total - done) / rate) * 1000;
    return [
      ...(rate >= 1 && (total <= 0 || total >= fewestForRate) ? [`${count(rate)}/s`] : []),
      ...(total > 0 && leftMs > 0 && leftMs < longestMs
        ? [`about ${duration(Math.max(1, Math.round(leftMs / 1000)) * 1000)} left`]
        : []),
    ].join(', ');
  };
}
