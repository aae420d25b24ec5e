import { averagedF1 } from './confusion.ts';
import type { Metric } from './metric.ts';

/** F1 by class, each counting as often as it occurs. */
export const weightedF1: Metric = {
  name: 'weighted_f1',
  label: 'weighted F1',
  tasks: ['multiclass'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => averagedF1(scored, (support) => support),
  reads: 'classes',
};
