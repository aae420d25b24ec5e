import type { Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { Work } from '../../work.ts';

/** Rows to fit a baseline on; `target` holds class codes or numbers, NaN = unlabelled. */
export interface BaselineRows {
  readonly table: Table;
  readonly target: Float64Array;
}

/** A fitted baseline: a model so simple that a person could apply it by hand. */
export interface Baseline {
  /** `majority`, `mean`, `one-rule: contract`. */
  readonly name: string;
  /** What it does, to be read after "than". */
  readonly description: string;
  /** Binary: from this probability of the positive class it answers that class. */
  readonly threshold: number;
  /** `rows × outputs`, as a model's scorer gives it. Any table that has the column; unseen values get the prior. */
  predict(table: Table): Float64Array;
}

/** One kind of baseline. Add one: a file here and a line in `index.ts`. */
export interface BaselineKind {
  readonly name: string;
  readonly tasks: readonly Task['kind'][];
  /** Undefined where it has nothing to work with. `validation` may only choose between candidates. */
  fit(
    task: Task,
    train: BaselineRows,
    validation: BaselineRows,
    columns: readonly string[],
  ): Baseline | undefined;
  /** The same in pieces, where it takes long. */
  fitting?(
    task: Task,
    train: BaselineRows,
    validation: BaselineRows,
    columns: readonly string[],
  ): Work<Baseline | undefined>;
}

/** The same scores for every row. */
export function repeated(scores: Float64Array, rows: number): Float64Array {
  const all = new Float64Array(rows * scores.length);
  for (let i = 0; i < rows; i += 1) all.set(scores, i * scores.length);
  return all;
}
