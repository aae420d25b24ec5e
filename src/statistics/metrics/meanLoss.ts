import { meanInterval } from '../intervals/hall.ts';
import { meanOf } from './metric.ts';
import type { Metric, ScoredRows } from './metric.ts';

/** A metric that is the mean of a loss by row: value, interval and comparison come of the same losses. */
export function meanLoss(
  facts: Pick<Metric, 'name' | 'label' | 'tasks' | 'range'>,
  losses: (scored: ScoredRows) => Float64Array,
): Metric {
  return {
    ...facts,
    higherIsBetter: false,
    prepare: (scored) => meanOf(losses(scored)),
    interval: (scored) => {
      const { low, high } = meanInterval(losses(scored));
      return { low: Math.max(facts.range[0], low), high: Math.min(facts.range[1], high) };
    },
    byRow: { losses },
  };
}
