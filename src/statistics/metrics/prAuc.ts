import { nowhere } from '../intervals/bounds.ts';
import { prAucInterval } from '../intervals/prAuc.ts';
import { averagePrecisionOf, rankPositives } from './ranking.ts';
import type { Metric } from './metric.ts';

/** Area under the precision-recall curve as average precision (no interpolation). */
export const prAuc: Metric = {
  name: 'pr_auc',
  label: 'PR AUC',
  tasks: ['binary'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => averagePrecisionOf(rankPositives(scored)),
  interval: (scored) => {
    const ranking = rankPositives(scored);
    if (ranking === undefined) return nowhere;
    const value = averagePrecisionOf(ranking)(new Int32Array(ranking.order.length).fill(1));
    return prAucInterval(
      value,
      ranking.positive.reduce((sum, each) => sum + each, 0),
    );
  },
  reads: 'order',
};
