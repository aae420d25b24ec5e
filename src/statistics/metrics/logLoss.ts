import { meanLoss } from './meanLoss.ts';

/** Probabilities are kept this far from 0, so that one confident mistake costs 34.5 and not infinity. */
const smallest = 1e-15;

/** Mean −ln of the probability given to the class that came true. */
export const logLoss = meanLoss(
  {
    name: 'log_loss',
    label: 'log loss',
    tasks: ['binary', 'multiclass'],
    range: [0, -Math.log(smallest)],
  },
  ({ scores, target, outputs }) => {
    const losses = new Float64Array(target.length);
    for (let i = 0; i < losses.length; i += 1) {
      const probability = scores[i * outputs + target[i]!]!;
      losses[i] = -Math.log(Math.min(1, Math.max(smallest, probability)));
    }
    return losses;
  },
);
