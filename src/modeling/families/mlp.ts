import { epochsWithin } from '../networks/passes.ts';
import { denseFamily } from './dense.ts';

/** A multi-layer perceptron: relu layers with dropout, AdamW, early stopping. */
export const mlp = denseFamily({
  name: 'mlp',
  complexity: 3,
  costly: true,
  space: {
    learning_rate: { kind: 'number', low: 0.0002, high: 0.02, log: true },
    weight_decay: { kind: 'number', low: 0.001, high: 1, log: true },
    dropout: { kind: 'number', low: 0, high: 0.5 },
    batch_size: { kind: 'choice', values: [64, 128, 256, 512] },
    hidden: { kind: 'choice', values: [[64], [64, 64], [128, 128], [256, 128], [256, 256]] },
  },
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
