import { nearest } from '../suggest.ts';
import type { Cell, CellParser } from './cells/cell.ts';
import { isIssue } from './cells/cell.ts';
import type { KnownColumns } from './cells/flatten.ts';
import { flattenRow, knownColumns } from './cells/flatten.ts';
import { isJsonObject } from './cells/json.ts';
import { cellParser, shownJson } from './cells/parser.ts';
import type { Column, Table } from './columns.ts';
import { cellValue } from './columns.ts';
import type { ColumnSchema, RowSchema } from './schema.ts';

/** What does not fit the schema in a row. */
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
  /** In the order of the rows; within a row, unknown fields first, then columns in the order that they were asked for. */
  readonly issues: readonly CellProblem[];
}

/** How rows of fields are read. */
export interface RowReading {
  /** The way in: JSON values (the default), or texts as a file of text holds them. */
  readonly way?: 'json' | 'text';
  /** Refuses fields that the schema does not know; else they are ignored, as in a file. */
  readonly refuseUnknown?: boolean;
}

/** How a column of a row is read. */
interface Reader {
  readonly schema: ColumnSchema;
  readonly parser: CellParser;
  /** Is a row without the key refused? */
  readonly keyRequired: boolean;
}

const flattenings = new WeakMap<RowSchema, KnownColumns>();

function columnsKnownTo(schema: RowSchema): KnownColumns {
  let known = flattenings.get(schema);
  if (known === undefined)
    flattenings.set(schema, (known = knownColumns(schema.columns.map(({ name }) => name))));
  return known;
}

const compiled = new WeakMap<RowSchema, WeakMap<readonly string[], Selection[]>>();
const nothing: readonly string[] = [];

/** Columns that always may be absent, and the readers of them and of those that are asked for. */
interface Selection {
  readonly optional: readonly string[];
  readonly readers: readonly Reader[];
}

/**
 * Parsers are compiled once for a schema and a choice of columns (the lists themselves, not what is in them: whoever asks
 * often keeps them), so that a request of one row costs microseconds.
 */
export function readersFor(
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[],
): readonly Reader[] {
  let bySelection = compiled.get(schema);
  if (bySelection === undefined) compiled.set(schema, (bySelection = new WeakMap()));
  let selections = bySelection.get(columns);
  if (selections === undefined) bySelection.set(columns, (selections = []));
  const known = selections.find((selection) => selection.optional === optional);
  if (known !== undefined) return known.readers;
  const readers = compile(schema, columns, optional);
  // Lists that are made anew for each call are compiled for that call.
  if (selections.length < 8) selections.push({ optional, readers });
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
    return { schema: own, parser: cellParser(own, schema), keyRequired: own.required };
  });
}

type Way = NonNullable<RowReading['way']>;
type Fields = Readonly<Record<string, unknown>>;
type Report = (row: number, column: string, message: string) => void;

/** More unknown fields than this in one request say nothing new. */
const mostUnknown = 20;

function unknownField(name: string, known: ReadonlySet<string>): string {
  // No name that a person mistyped is longer, and measuring distances costs its length.
  const meant = name.length > 200 ? undefined : nearest(name, known);
  const field = `unknown field ${JSON.stringify(name.slice(0, 80))}`;
  return meant === undefined
    ? `${field}: the model has no such input`
    : `${field}: did you mean ${JSON.stringify(meant)}?`;
}

function reportUnknown(rows: readonly (Fields | undefined)[], schema: RowSchema, report: Report): void {
  const { names: known } = columnsKnownTo(schema);
  let left = mostUnknown;
  for (const [at, row] of rows.entries())
    for (const name of row === undefined ? [] : Object.keys(row)) {
      if (known.has(name)) continue;
      report(at, name, unknownField(name, known));
      left -= 1;
      if (left === 0) return;
    }
}

/** The cell of one row; null (missing) where it does not fit, which `report` is told. */
function readCell(
  fields: Fields | undefined,
  row: number,
  { schema, parser, keyRequired }: Reader,
  way: Way,
  report: Report,
): Cell {
  if (fields === undefined) return null;
  const { name } = schema;
  // Own members only: `constructor` or `__proto__` must not find what every object inherits.
  if (!Object.hasOwn(fields, name)) {
    if (keyRequired) report(row, name, `expected ${parser.noun}, got no such field`);
    return null;
  }
  const value = fields[name];
  const cell = way === 'text' && typeof value === 'string' ? parser.text(value) : parser.json(value);
  if (!isIssue(cell)) return cell;
  report(row, name, cell.issue);
  return null;
}

/** Reads one column of all rows; allocates that column's array and nothing else. */
function readColumn(rows: readonly (Fields | undefined)[], reader: Reader, way: Way, report: Report): Column {
  const { kind } = reader.schema;
  const n = rows.length;
  if (kind === 'number' || kind === 'time') {
    const values = new Float64Array(n);
    for (let row = 0; row < n; row += 1) {
      const cell = readCell(rows[row], row, reader, way, report);
      values[row] = typeof cell === 'number' ? cell : Number.NaN;
    }
    return { kind, values };
  }
  if (kind === 'text') {
    const texts = rows.map((fields, row) => {
      const cell = readCell(fields, row, reader, way, report);
      return typeof cell === 'string' ? cell : null;
    });
    return { kind, values: texts };
  }
  const codes = new Int32Array(n);
  const codeOf = new Map<string, number>();
  for (let row = 0; row < n; row += 1) {
    const cell = readCell(rows[row], row, reader, way, report);
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
 * Rows of fields (a request, a line of NDJSON, a golden row, a line of the prediction log) as a typed table with the
 * given columns: the row check, and the reading, in one. Rows are untrusted: anything that is not an object, or does not
 * fit the schema, becomes an issue and never an exception. Known fields that are not asked for are ignored. Nested objects
 * are fields by the way to them (`flattenRow`).
 *
 * @param columns Names of columns of the schema; one that the schema marks `required` must be there in every row.
 * @param optional More columns, which may always be absent or null (labels and ids when predicting).
 * @throws RangeError for a column that the schema does not have (the caller's mistake, not the row's).
 */
export function tableFromRows(
  rows: readonly unknown[],
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[] = nothing,
  { way = 'json', refuseUnknown = false }: RowReading = {},
): TypedRows {
  const issues: CellProblem[] = [];
  const report: Report = (row, column, message) => issues.push({ row, column, message });
  // Asked once a row, not once a cell.
  const known = columnsKnownTo(schema);
  const fields = rows.map((row, at) => {
    const read = isJsonObject(row)
      ? flattenRow(row, known)
      : { problem: `expected an object of fields, got ${shownJson(row)}` };
    if ('fields' in read) return read.fields;
    report(at, '', read.problem);
    return undefined;
  });
  if (refuseUnknown) reportUnknown(fields, schema, report);
  const table = new Map<string, Column>();
  for (const reader of readersFor(schema, columns, optional))
    table.set(reader.schema.name, readColumn(fields, reader, way, report));
  return {
    table: { rows: rows.length, columns: table },
    issues: issues.sort((left, right) => left.row - right.row),
  };
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
