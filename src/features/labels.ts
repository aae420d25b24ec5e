import type { Task } from '../data/task.ts';
import type { StepColumn } from './prepared.ts';

/** Rows of the training part are dealt to so many folds. */
export const labelFolds = 8;

/** What the rows of the training part are labelled with, for transforms that learn from it. */
export interface TrainingLabels {
  /** Names of the classes, which labels are codes of; empty where labels are numbers. */
  readonly classes: readonly string[];
  readonly target: Float64Array;
  /** By row: 0 … `labelFolds` − 1; negative for a row that taught nothing. Rows that are twins of one another share a fold. */
  readonly folds: Int8Array;
}

/** Labels of the rows at these positions, which are dealt to folds. */
export const trainingLabels = (
  task: Task,
  target: Float64Array,
  positions: Int32Array,
  folds: Int8Array,
): TrainingLabels => ({
  classes: task.kind === 'regression' ? [] : task.classes,
  target: Float64Array.from(positions, (row) => target[row]!),
  folds,
});

/** The column that a step makes of rows, some of which taught it: each is told what the other folds know. */
export type OutOfFold = (column: StepColumn, folds: Int8Array) => StepColumn;

/** Each label as a number: 1 for the class and 0 for others, or the label itself. */
export function labelValues({ classes, target }: TrainingLabels, wanted: string | null): Float64Array {
  if (wanted === null) return target;
  const code = classes.indexOf(wanted);
  return target.map((label) => (label === code ? 1 : 0));
}

/** Rows and sums of labels, by place and fold. */
export interface FoldSums {
  readonly rows: Float64Array;
  readonly sums: Float64Array;
}

/** Adds up values by the rows' places (negative = none) and folds. */
export function foldSums(
  places: Int32Array,
  size: number,
  folds: Int8Array,
  values: Float64Array | null,
): FoldSums {
  const rows = new Float64Array(size * labelFolds);
  const sums = new Float64Array(size * labelFolds);
  for (let row = 0; row < places.length; row += 1) {
    const place = places[row]!;
    const fold = folds[row]!;
    if (place < 0 || fold < 0) continue;
    rows[place * labelFolds + fold]! += 1;
    if (values !== null) sums[place * labelFolds + fold]! += values[row]!;
  }
  return { rows, sums };
}

/**
 * For each place and fold, what a function makes of the rows and the sum of all other folds. Added up, not taken from
 * the total: a row of a fold that stands alone gets exactly what an unseen one gets.
 */
export function ofOtherFolds(
  { rows, sums }: FoldSums,
  give: (rows: number, sum: number) => number,
): Float64Array {
  const out = new Float64Array(rows.length);
  for (let first = 0; first < rows.length; first += labelFolds)
    for (let fold = 0; fold < labelFolds; fold += 1) {
      let count = 0;
      let sum = 0;
      for (let other = 0; other < labelFolds; other += 1) {
        if (other === fold) continue;
        count += rows[first + other]!;
        sum += sums[first + other]!;
      }
      out[first + fold] = give(count, sum);
    }
  return out;
}
