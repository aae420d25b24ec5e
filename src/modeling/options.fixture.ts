import { familyDefaults } from './families/parameters.fixture.ts';
import type { FamilyOptions } from './model.ts';

/** Small options for tests. */
export const optionsFixture: FamilyOptions = {
  class_weights: 'none',
  calibration: 'none',
  target: 'none',
  metric: 'any',
  ...familyDefaults,
  mlp: {
    ...familyDefaults.mlp,
    epochs: 2,
    batch_size: 8,
    learning_rate: 0.01,
    weight_decay: 0,
    patience: 2,
    hidden: [4],
    dropout: 0,
    max_row_visits: 1_000_000,
  },
  backend: 'wasm',
};
