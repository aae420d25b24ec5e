import { averagePrecisionOf, rank } from './ranking.ts';
import { scoreColumn } from './metric.ts';
import type { Metric } from './metric.ts';

/** Area under the precision-recall curve as average precision (no interpolation). */
export const prAuc: Metric = {
  name: 'pr_auc',
  label: 'PR AUC',
  tasks: ['binary'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) =>
    averagePrecisionOf(
      rank(scoreColumn(scored, scored.positive), (row) => scored.target[row] === scored.positive),
    ),
};
