import type { ProgressEvent } from '../../project/context.ts';
import { count, duration } from '../../verbs/view/format.ts';

type Progress = Extract<ProgressEvent, { kind: 'progress' }>;

/** How fast it goes and how long it will take; each is empty as long as nobody can tell. */
export interface Pace {
  /** `45,000/s`. */
  readonly rate: string;
  /** `about 12 s left`. */
  readonly left: string;
}

interface Begun {
  readonly at: number;
  readonly done: number;
  readonly total: number;
  readonly share: number;
  lastDone: number;
  lastShare: number;
}

/** Before this nobody can tell how fast something goes, and nobody waits. */
const knownAfterMs = 2_000;
const longestMs = 86_400_000;
/** Of fewer, a rate a second says nothing: epochs, folds. */
const fewestForRate = 1_000;

/** Which part of the work is done, 0 to 1; 0 where nobody knows. */
export const shareOf = ({ done, total, share }: Progress): number =>
  Math.min(1, Math.max(0, share ?? (total > 0 ? done / total : 0)));

function leftText(leftMs: number, atMost: boolean): string {
  if (!(leftMs > 0 && leftMs < longestMs)) return '';
  const seconds = Math.max(1, Math.round(leftMs / 1000));
  const time = seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
  return `${atMost ? 'at most about' : 'about'} ${time} left`;
}

/**
 * How fast each piece of work goes and how long it will take, from what was told of it. A piece of work is one label; where
 * it begins again, so does its clock.
 *
 * @param elapsed Monotonic ms.
 */
export function pacemaker(elapsed: () => number): (event: Progress) => Pace {
  const begun = new Map<string, Begun>();
  const unknown: Pace = { rate: '', left: '' };
  return (event) => {
    const { label, done, total } = event;
    const [now, share] = [elapsed(), shareOf(event)];
    const before = begun.get(label);
    if (
      before === undefined ||
      before.total !== total ||
      done < before.lastDone ||
      share < before.lastShare
    ) {
      begun.set(label, { at: now, done, total, share, lastDone: done, lastShare: share });
      return unknown;
    }
    [before.lastDone, before.lastShare] = [done, share];
    const ms = now - before.at;
    if (ms < knownAfterMs) return unknown;
    const rate = ((done - before.done) / ms) * 1000;
    const gained = share - before.share;
    return {
      rate: rate >= 1 && (total <= 0 || total >= fewestForRate) ? `${count(rate)}/s` : '',
      left: gained > 0 ? leftText(((1 - share) / gained) * ms, event.atMost === true) : '',
    };
  };
}
