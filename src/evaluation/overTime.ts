import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { formatCount, formatNumber } from '../statistics/figures.ts';
import { meanInterval } from '../statistics/intervals/hall.ts';

/** What rows that have a time are told of when they are dealt out at random. */
export const overTimeShape = Type.Object(
  {
    time: text('The column that says when each row was.'),
    family: text(),
    rows: count('Labelled rows, evenly chosen, that both models were fitted and judged on.'),
    loss: oneOf(['log loss', 'RMSE']),
    random: figure('On a test part that was dealt out at random.'),
    newest: figure('On the newest rows, by a model that was fitted on the older ones.'),
  },
  { title: 'OverTime' },
);
export type OverTime = Shape<typeof overTimeShape>;

/** From here on the newest rows are noticeably harder. */
const noticeable = 1.05;

/** A mean loss as people read it: squared errors as their root. */
export function lossFigure(loss: OverTime['loss'], losses: Float64Array): number {
  const { mean } = meanInterval(losses);
  return loss === 'RMSE' ? Math.sqrt(mean) : mean;
}

/** What it means, for a person. */
export function overTimeCaveat({ time, family, rows, loss, random, newest }: OverTime): string {
  const figures = `Rows have a time, ${time}, and are dealt out at random. ${family} fitted on ${formatCount(rows, 'row')}: ${loss} ${formatNumber(random)} on rows dealt out so, ${formatNumber(newest)} on the newest by a model of the older ones`;
  return newest > noticeable * random
    ? `${figures}. Tomorrow is like the latter: \`time: ${time}\` with \`split: { strategy: time }\` judges by it.`
    : `${figures}: here it makes little difference.`;
}
