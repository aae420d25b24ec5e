import { aucInterval } from '../intervals/auc.ts';
import { nowhere } from '../intervals/bounds.ts';
import { placementsOf, rank, rankPositives, rocAucOf } from './ranking.ts';
import { scoreColumn } from './metric.ts';
import type { Metric } from './metric.ts';

/**
 * Area under the ROC curve; multi-class: one class against the rest, averaged over the classes for which it is
 * defined (macro).
 */
export const rocAuc: Metric = {
  name: 'roc_auc',
  label: 'ROC AUC',
  tasks: ['binary', 'multiclass'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => {
    if (scored.positive >= 0) return rocAucOf(rankPositives(scored));
    const estimators = Array.from({ length: scored.outputs }, (_, output) =>
      rocAucOf(rank(scoreColumn(scored, output), (row) => scored.target[row] === output)),
    );
    return (counts) => {
      let sum = 0;
      let defined = 0;
      for (const estimate of estimators) {
        const value = estimate(counts);
        if (Number.isNaN(value)) continue;
        sum += value;
        defined += 1;
      }
      return sum / defined;
    };
  },
  interval: (scored) => {
    if (scored.positive < 0) return undefined;
    const ranking = rankPositives(scored);
    return ranking === undefined ? nowhere : aucInterval(placementsOf(ranking));
  },
  reads: 'order',
};
