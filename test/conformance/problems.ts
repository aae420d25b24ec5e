import { gbdtDefaults } from '../../src/modeling/families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../../src/modeling/families/parameters.fixture.ts';
import { rowsOfMatrix } from '../../src/modeling/rows.fixture.ts';
import { createRandom } from '../../src/random.ts';
import type { FeatureMatrix } from '../../src/features/index.ts';
import type { FamilyOptions, LabelledRows, Score, Task } from '../../src/modeling/index.ts';

// Made-up problems with a known truth, for the conformance suite of the model families.

export const binaryTask: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
export const threeClassTask: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
export const regressionTask: Task = { kind: 'regression' };

export const tasks: Readonly<Record<string, Task>> = {
  binary: binaryTask,
  'three classes': threeClassTask,
  regression: regressionTask,
};

export const options: FamilyOptions = {
  class_weights: 'none',
  calibration: 'auto',
  target: 'none',
  metric: 'any',
  ...familyDefaults,
  gbdt: { ...gbdtDefaults, trees: 300, leaves: 8, min_data_in_leaf: 5 },
  mlp: {
    ...familyDefaults.mlp,
    epochs: 80,
    batch_size: 32,
    learning_rate: 0.003,
    weight_decay: 0.01,
    patience: 10,
    hidden: [16, 16],
    dropout: 0.05,
    max_row_visits: 10_000_000,
  },
  tabm: {
    ...familyDefaults.tabm,
    members: 4,
    epochs: 80,
    batch_size: 32,
    learning_rate: 0.003,
    hidden: [16, 16],
    dropout: 0.05,
    max_row_visits: 10_000_000,
  },
  backend: 'auto',
};

/** What nets are trained with, changed alike in the section of each. */
export const nets = (change: Partial<FamilyOptions['mlp']>): Pick<FamilyOptions, 'mlp' | 'tabm'> => ({
  mlp: { ...options.mlp, ...change },
  tabm: { ...options.tabm, ...change },
});

/** Labelled rows, and the numbers that they are made of. */
interface Problem extends LabelledRows {
  readonly matrix: FeatureMatrix;
}

/**
 * Standard normal features; the label depends on the first two linearly: their sum's sign, the angle's sector, or
 * 100 + 10 · (x₀ + x₁) and a little noise. `shape` changes the features after the labels are made.
 */
export function labelled(
  rows: number,
  width: number,
  part: string,
  shape: (dense: Float32Array) => Float32Array = (dense) => dense,
): (task: Task) => Problem {
  return (task) => {
    const random = createRandom(`conformance/${part}`);
    const dense = Float32Array.from({ length: rows * width }, () => random.normal());
    const target = Float64Array.from({ length: rows }, (_, row) => {
      const x = dense[row * width]!;
      const y = width > 1 ? dense[row * width + 1]! : 0;
      if (task.kind === 'regression') return 100 + 10 * (x + y) + random.normal();
      if (task.kind === 'binary') return x + y > 0 ? 1 : 0;
      return Math.floor(((Math.atan2(y, x) + Math.PI) / (2 * Math.PI)) * 2.9999);
    });
    const matrix = { rows, names: Array.from({ length: width }, (_, i) => `x${i}`), dense: shape(dense) };
    return { rows: rowsOfMatrix(matrix), matrix, target };
  };
}

/** Log loss or root mean squared error. */
export function scoreFor(task: Task): Score {
  if (task.kind === 'regression')
    return (scores, target) =>
      Math.sqrt(target.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / target.length);
  const width = task.classes.length;
  return (scores, target) =>
    target.reduce((sum, code, row) => sum - Math.log(Math.max(1e-15, scores[row * width + code]!)), 0) /
    target.length;
}
