import { shareInterval } from '../intervals/share.ts';
import { fromOutcomes, ofOutcomes } from './confusion.ts';
import type { Metric } from './metric.ts';

/** Share of the positives that are found; undefined when there is none. */
export const recall: Metric = {
  name: 'recall',
  label: 'recall',
  tasks: ['binary'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => fromOutcomes(scored, (hit, _falseAlarm, missed) => hit / (hit + missed)),
  interval: (scored) => ofOutcomes(scored, (hit, _falseAlarm, missed) => shareInterval(hit, hit + missed)),
  reads: 'classes',
};
