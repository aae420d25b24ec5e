import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { dataError } from '../errors.ts';
import type { Prepared } from './prepared.ts';
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
 */
export function prepare(fitted: FittedFeatures, table: Table): Prepared {
  const parts = programOf(fitted).prepare;
  return {
    rows: table.rows,
    columns: parts.map(({ column, kind, run }) => run(inputColumn(table, column, kind))),
  };
}
