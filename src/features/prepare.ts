import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { dataError } from '../errors.ts';
import type { TrainingLabels } from './labels.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { FittedFeatures } from './spec.ts';

function inputColumn(table: Table, name: string, kind: ColumnKind): Column {
  const column = table.columns.get(name);
  if (column?.kind === kind) return column;
  const problem =
    column === undefined
      ? `column ${name} is absent`
      : `column ${name} is of kind ${column.kind}, expected ${kind}`;
  throw dataError({
    code: 'feature-input',
    message: `The features cannot be computed: ${problem}.`,
    hint: 'Give the columns that the model was trained on, typed by its schema.',
  });
}

/**
 * The first step of the features: columns → typed, fitted columns (numbers, codes, date parts, sparse counts). Plain
 * numbers are shared with the table, not copied. Each row depends on that row only. Throws a data error where an input
 * is absent or of another kind, a `damaged` error where the fitted features are not what `fit` makes.
 *
 * @param taught Which of the rows taught the features: they must not be told their own labels.
 */
export function prepare(fitted: FittedFeatures, table: Table, taught?: TaughtRows): Prepared {
  const parts = programOf(fitted).prepare;
  return {
    rows: table.rows,
    columns: parts.map(({ column, kind, run }, place) => {
      const cells = inputColumn(table, column, kind);
      const told = taught?.by.columns[place];
      return told === undefined || taught === undefined ? run(cells) : told(cells, taught.folds);
    }),
  };
}

/** What the training part taught, by fold: never part of a bundle. */
export interface Taught {
  /** By place of the prepared column; undefined where labels teach nothing. */
  readonly columns: readonly (((column: Column, folds: Int8Array) => PreparedColumn) | undefined)[];
}

/** Which of some rows taught the features: the fold of each in the training part, negative for others. */
export interface TaughtRows {
  readonly by: Taught;
  readonly folds: Int8Array;
}

/**
 * What rows of the training part are told by the labels of other folds. `training` and `labels` are those that the
 * features were fitted on. Null where no transform learns from labels or counts its rows: such features tell a row of
 * the training part what they tell any other.
 */
export function taughtBy(fitted: FittedFeatures, training: Table, labels: TrainingLabels): Taught | null {
  const columns = programOf(fitted).prepare.map(({ column, kind, outOfFold }) =>
    outOfFold?.(inputColumn(training, column, kind), labels),
  );
  return columns.every((column) => column === undefined) ? null : { columns };
}
