import { epochsWithin } from '../networks/passes.ts';
import { denseFamily } from './dense.ts';

/** A multi-layer perceptron: relu layers with dropout, AdamW, early stopping. */
export const mlp = denseFamily({
  name: 'mlp',
  complexity: 3,
  costly: true,
  hidden: (options) => options.hidden,
  plan: (options, rows) => ({
    epochs: epochsWithin(options, rows),
    batchRows: Math.max(1, Math.min(options.batch_size, rows)),
    learningRate: options.learning_rate,
    weightDecay: options.weight_decay,
    dropout: options.dropout,
    patience: options.patience,
    rateDrops: 0,
    averaging: 0.99,
  }),
});
