import type { Column, Table } from './columns.ts';
import { cellValue } from './columns.ts';
import type { ColumnSchema, RowSchema } from './schema.ts';
import type { Cell } from './cells/cell.ts';
import { isIssue } from './cells/cell.ts';
import type { CellParser } from './cells/parser.ts';
import { cellParser } from './cells/parser.ts';

/** A cell of a JSON row that does not fit the schema. */
export interface CellProblem {
  /** Index into the given rows. */
  readonly row: number;
  /** '' where the row as a whole is to blame (not an object). */
  readonly column: string;
  readonly message: string;
}

/** Typed rows; a cell named in `issues` is missing in the table. */
export interface TypedRows {
  readonly table: Table;
  readonly issues: readonly CellProblem[];
}

interface Reader {
  readonly schema: ColumnSchema;
  readonly parser: CellParser;
  /** Is a row without the key refused? */
  readonly keyRequired: boolean;
}

const compiled = new WeakMap<RowSchema, Map<string, readonly Reader[]>>();

/** Parsers are compiled once for a schema and a choice of columns: a request of one row costs microseconds. */
function readersFor(
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[],
): readonly Reader[] {
  const key = `${columns.join('\u0000')}\u0001${optional.join('\u0000')}`;
  let bySelection = compiled.get(schema);
  if (bySelection === undefined) compiled.set(schema, (bySelection = new Map<string, readonly Reader[]>()));
  let readers = bySelection.get(key);
  if (readers === undefined) bySelection.set(key, (readers = compile(schema, columns, optional)));
  return readers;
}

function compile(
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[],
): readonly Reader[] {
  const wanted = new Set([...columns, ...optional]);
  const absentIsFine = new Set(optional);
  return [...wanted].map((name) => {
    const column = schema.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new RangeError(`the schema has no column ${name}`);
    const own = absentIsFine.has(name) ? { ...column, nullable: true, required: false } : column;
    return { schema: own, parser: cellParser(own, schema.missing), keyRequired: own.required };
  });
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (row: unknown): row is Fields =>
  typeof row === 'object' && row !== null && !Array.isArray(row);

type Report = (row: number, column: string, message: string) => void;

/** The cell of one row; null (missing) where it does not fit, which `report` is told. */
function readCell(fields: unknown, row: number, reader: Reader, report: Report): Cell {
  if (!isObject(fields)) return null;
  const { name } = reader.schema;
  // Own members only: `constructor` or `__proto__` must not find what every object inherits.
  if (!Object.hasOwn(fields, name)) {
    if (reader.keyRequired) report(row, name, 'expected a value, got no such field');
    return null;
  }
  const cell = reader.parser.json(fields[name]);
  if (!isIssue(cell)) return cell;
  report(row, name, cell.issue);
  return null;
}

/** Reads one column of all rows; allocates that column's array and nothing else. */
function readColumn(rows: readonly unknown[], reader: Reader, report: Report): Column {
  const { kind } = reader.schema;
  const n = rows.length;
  if (kind === 'number' || kind === 'time') {
    const values = new Float64Array(n);
    for (let row = 0; row < n; row += 1) {
      const cell = readCell(rows[row], row, reader, report);
      values[row] = typeof cell === 'number' ? cell : Number.NaN;
    }
    return { kind, values };
  }
  if (kind === 'text') {
    const texts = rows.map((fields, row) => {
      const cell = readCell(fields, row, reader, report);
      return typeof cell === 'string' ? cell : null;
    });
    return { kind, values: texts };
  }
  const codes = new Int32Array(n);
  const codeOf = new Map<string, number>();
  for (let row = 0; row < n; row += 1) {
    const cell = readCell(rows[row], row, reader, report);
    if (typeof cell !== 'string') {
      codes[row] = -1;
      continue;
    }
    let code = codeOf.get(cell);
    if (code === undefined) codeOf.set(cell, (code = codeOf.size));
    codes[row] = code;
  }
  return { kind, codes, dictionary: [...codeOf.keys()] };
}

/**
 * JSON rows (a request, a line of NDJSON, a golden row) as a typed table with the given columns. Rows are untrusted:
 * anything that is not an object, or does not fit the schema, becomes an issue and never an exception. Fields that
 * are not asked for are ignored.
 *
 * @param columns Names of columns of the schema; one that the schema marks `required` must be there in every row.
 * @param optional More columns, which may always be absent or null (labels and ids when predicting).
 * @throws RangeError for a column that the schema does not have (the caller's mistake, not the row's).
 */
export function tableFromRows(
  rows: readonly unknown[],
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[] = [],
): TypedRows {
  const issues: CellProblem[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    if (!isObject(rows[row]))
      issues.push({ row, column: '', message: 'expected an object with named fields' });
  }
  const report: Report = (row, column, message) => issues.push({ row, column, message });
  const table = new Map<string, Column>();
  for (const reader of readersFor(schema, columns, optional))
    table.set(reader.schema.name, readColumn(rows, reader, report));
  return { table: { rows: rows.length, columns: table }, issues };
}

/** A typed cell as JSON. */
export type JsonCell = string | number | null;

/**
 * The rows of a table as JSON objects: numbers, words, ISO times, null for missing. `tableFromRows` reads them back
 * to the same cells.
 *
 * @param columns Which columns, in this order; all of them by default.
 */
export function rowsFromTable(
  table: Table,
  columns: readonly string[] = [...table.columns.keys()],
): Readonly<Record<string, JsonCell>>[] {
  const named = columns.map((name) => {
    const column = table.columns.get(name);
    if (column === undefined) throw new RangeError(`the table has no column ${name}`);
    return [name, column] as const;
  });
  return Array.from({ length: table.rows }, (_, row) =>
    // fromEntries defines own members, so a column called `__proto__` stays a plain field.
    Object.fromEntries(named.map(([name, column]) => [name, cellValue(column, row)])),
  );
}
