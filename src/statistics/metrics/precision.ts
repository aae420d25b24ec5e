import { shareInterval } from '../intervals/share.ts';
import { fromOutcomes, ofOutcomes } from './confusion.ts';
import type { Metric } from './metric.ts';

/** Share of the predicted positives that are positive; undefined when none is predicted. */
export const precision: Metric = {
  name: 'precision',
  label: 'precision',
  tasks: ['binary'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => fromOutcomes(scored, (hit, falseAlarm) => hit / (hit + falseAlarm)),
  interval: (scored) => ofOutcomes(scored, (hit, falseAlarm) => shareInterval(hit, hit + falseAlarm)),
  reads: 'classes',
};
