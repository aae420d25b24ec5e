import { epochsWithin, passesWithin } from '../networks/passes.ts';
import { denseFamily } from './dense.ts';

/**
 * One dense layer: logistic, softmax or least-squares regression with a ridge (decoupled decay). The problem is
 * convex, so the rate starts high and falls by thirds on each plateau until the optimum is reached.
 */
export const linear = denseFamily({
  name: 'linear',
  complexity: 1,
  hidden: () => [],
  plan: (options, rows) => ({
    epochs: epochsWithin(options, rows),
    batchRows: Math.max(1, Math.min(options.batch_size, rows)),
    learningRate: options.learning_rate * 10,
    weightDecay: options.weight_decay,
    dropout: 0,
    // Where few passes are allowed, each is long enough to tell: a plateau is seen sooner.
    patience: Math.min(4, options.patience, Math.max(1, Math.floor(passesWithin(options, rows) / 5))),
    rateDrops: 3,
    averaging: 0,
  }),
});
