import type { GbdtParameters } from './parameters.ts';

/** The defaults of a pipeline; a test compares them with the shape. */
export const gbdtDefaults: GbdtParameters = {
  objective: 'auto',
  trees: 3000,
  max_row_visits: 200_000_000,
  learning_rate: 0.05,
  patience: 50,
  leaves: 31,
  min_data_in_leaf: 20,
  lambda: 1,
  rows: 0.8,
  columns: 0.8,
  max_bins: 255,
  max_cat_to_onehot: 4,
  max_cat_threshold: 32,
  cat_smooth: 10,
  cat_l2: 10,
  quantile: 0.5,
  tweedie_power: 1.5,
  monotone: {},
};
