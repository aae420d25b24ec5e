import { meanLoss } from './meanLoss.ts';

/** Mean absolute error, in the target's unit. */
export const mae = meanLoss(
  { name: 'mae', label: 'mean absolute error', tasks: ['regression'], range: [0, Infinity] },
  ({ scores, target }) => target.map((value, i) => Math.abs(scores[i]! - value)),
);
