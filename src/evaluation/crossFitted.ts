import { Type } from '@sinclair/typebox';
import { count, figure, number, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { moments, sampleStd } from '../statistics/moments.ts';
import { studentTail } from '../statistics/student.ts';

/** What cross-fitting says of the model beside one baseline. */
const crossFittedAgainstShape = Type.Object({
  name: text('`majority`, `mean`, `one-rule`.'),
  description: text('What it does, to be read after "than".'),
  improvement: figure(
    "Mean over the rows of the baseline's loss less the model's; positive = the model is better.",
  ),
  p: number('One-sided paired t over the rows: how often chance alone would look as good.'),
  rowsToSettle: orNull(
    count(
      'About so many more labelled rows like these would settle it four times in five; null = none would.',
    ),
  ),
});

/**
 * The model judged on every labelled row, each by models that did not learn from it: where the test part is too small to
 * decide.
 */
export const crossFittedShape = Type.Object(
  {
    rows: count(),
    folds: count(),
    dealings: count(
      'How often the rows were dealt into folds; fewer than five where the first ones were clear.',
    ),
    loss: oneOf(['log loss', 'squared error']),
    against: Type.Array(crossFittedAgainstShape),
  },
  { title: 'CrossFitted' },
);
export type CrossFitted = Shape<typeof crossFittedShape>;

/** Loss of a baseline less that of the model, by row; the mean over the dealings. */
export interface Gains {
  readonly name: string;
  readonly description: string;
  readonly gains: Float64Array;
}

/** A gate is passed up to this p, against every baseline. */
export const decidingP = 0.025;
/** Up to this p a dealing decides alone: so much smaller that looking five times does not matter. */
const clearP = 0.001;

/** (z of 2.5 % + z of 20 %)²: rows × this ÷ t² are needed to see the same gain four times in five. */
const settling = (1.959964 + 0.841621) ** 2;
/** More rows than so many times those that are there are no advice. */
const mostTimes = 100;

/** About how many rows more would see the same gain four times in five; null where none would. */
export function rowsToSettle(count: number, t: number): number | null {
  const needed = Math.ceil(count * (settling / t ** 2 - 1));
  return !(t > 0) || needed > mostTimes * count ? null : Math.max(0, needed);
}

/** One-sided paired t over the rows (Student 1908), against each baseline. */
export function testGains(all: readonly Gains[]): CrossFitted['against'] {
  return all.map(({ name, description, gains }) => {
    const own = moments(gains);
    const error = sampleStd(own) / Math.sqrt(own.count);
    const t = error > 0 ? own.mean / error : own.mean > 0 ? Infinity : 0;
    const p = t === Infinity ? 0 : studentTail(t, Math.max(1, own.count - 1));
    return { name, description, improvement: own.mean, p, rowsToSettle: rowsToSettle(own.count, t) };
  });
}

/** Whether further dealings could matter: not where all are clearly won, nor where one is rather lost than won. */
export function isClear(against: CrossFitted['against']): boolean {
  return against.every(({ p }) => p <= clearP) || against.some(({ p }) => p > 0.5);
}

/** The baseline that is hardest to beat: the one with the largest p. */
export function hardest({ against }: CrossFitted): CrossFitted['against'][number] {
  const [first, ...others] = against;
  if (first === undefined) throw new RangeError('cross-fitted against no baseline');
  return others.reduce((worst, each) => (each.p > worst.p ? each : worst), first);
}
