import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { formatCount, formatNumber } from '../statistics/figures.ts';
import { meanInterval } from '../statistics/intervals/hall.ts';
import { lossFigure } from './overTime.ts';

/** How the loss falls with the training rows: what more rows would do. */
export const learningCurveShape = Type.Object(
  {
    family: text(),
    rows: count('Of the test part, which all points are judged on.'),
    loss: oneOf(['log loss', 'RMSE']),
    points: Type.Array(
      Type.Object({ rows: count('Training rows.'), value: figure('Loss on the test rows.') }),
      {
        description:
          'Growing shares of the training part, each holding the ones before. The family is fitted on each.',
      },
    ),
    more: oneOf(
      ['help', 'would not', 'unknown'],
      'Whether more rows like these help: by what the last doubling did, beyond noise.',
    ),
    because: text('The same in plain words.'),
  },
  { title: 'LearningCurve' },
);
export type LearningCurve = Shape<typeof learningCurveShape>;

/** Losses on the same test rows, by row, of a fit on so many training rows. */
export interface CurvePoint {
  readonly rows: number;
  readonly losses: Float64Array;
}

/** A doubling that gains less than this share of the loss is not worth its rows; a square is twice as far off. */
const worthwhile = { 'log loss': 0.01, RMSE: 0.02 } as const;

/**
 * What the last two points say: 95 % interval of the mean loss that the additional rows took away, paired on the test rows.
 *
 * @param points two or more, growing
 */
export function learningCurve(
  family: string,
  loss: LearningCurve['loss'],
  points: readonly CurvePoint[],
): LearningCurve {
  const [before, last] = [points.at(-2)!, points.at(-1)!];
  const gained = before.losses.map((each, row) => each - last.losses[row]!);
  const { low, high } = meanInterval(gained);
  const least = worthwhile[loss] * meanInterval(last.losses).mean;
  const more = low > 0 ? 'help' : high < least ? 'would not' : 'unknown';
  const values = points.map(({ rows, losses }) => ({ rows, value: lossFigure(loss, losses) }));
  const [from, to] = [values.at(-2)!, values.at(-1)!];
  const figures = `${family} on ${formatCount(to.rows, 'training row')} instead of ${formatNumber(from.rows)}: ${loss} ${formatNumber(to.value)} instead of ${formatNumber(from.value)} on the same ${formatCount(last.losses.length, 'test row')}`;
  const because = {
    help: `More rows like these would help. ${figures}, beyond noise.`,
    'would not': `More of the same rows would not help: better columns might. ${figures}.`,
    unknown: `Whether more rows would help cannot be told here. ${figures}, which is within noise.`,
  }[more];
  return { family, rows: last.losses.length, loss, points: values, more, because };
}
