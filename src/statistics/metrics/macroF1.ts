import { averagedF1 } from './confusion.ts';
import type { Metric } from './metric.ts';

/** F1 by class, every class counting the same. */
export const macroF1: Metric = {
  name: 'macro_f1',
  label: 'macro F1',
  tasks: ['multiclass'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => averagedF1(scored, () => 1),
  reads: 'classes',
};
