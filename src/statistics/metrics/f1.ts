import { f1Interval } from '../intervals/share.ts';
import { fromOutcomes, ofOutcomes } from './confusion.ts';
import type { Metric } from './metric.ts';

/** Harmonic mean of precision and recall of the positive class, 2TP / (2TP + FP + FN). */
export const f1: Metric = {
  name: 'f1',
  label: 'F1',
  tasks: ['binary'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) =>
    fromOutcomes(scored, (hit, falseAlarm, missed) => (2 * hit) / (2 * hit + falseAlarm + missed)),
  interval: (scored) => ofOutcomes(scored, (hit, falseAlarm, missed) => f1Interval(hit, falseAlarm + missed)),
  reads: 'classes',
};
