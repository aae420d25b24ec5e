import type { Column, Table } from '../data/columns.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { cellMissing, cellText } from './cells.ts';
import { expectedRange, expectedType } from './expectation.ts';

/** A cell of a table that the row check of a request would refuse. */
export interface ClosedViolation {
  readonly row: number;
  readonly column: string;
  /** `expected one of "a", "b", got "c"`. */
  readonly reason: string;
}

/** Which codes of a dictionary are outside a column's domain; 1 = outside. */
export function outsideDomain(dictionary: readonly string[], domain: readonly string[]): Uint8Array {
  const known = new Set(domain);
  return Uint8Array.from(dictionary, (word) => (known.has(word) ? 0 : 1));
}

/** Rows whose number lies outside the column's range; missing cells do not. */
export function outsideRange(values: Float64Array, column: ColumnSchema): number[] {
  const minimum = column.minimum ?? -Infinity;
  const maximum = column.maximum ?? Infinity;
  const found: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (value < minimum || value > maximum) found.push(row);
  }
  return found;
}

/** Rows whose word is not in the domain; missing cells are not counted. */
export function outsideWords(
  column: Extract<Column, { kind: 'category' }>,
  domain: readonly string[],
): number[] {
  const outside = outsideDomain(column.dictionary, domain);
  const found: number[] = [];
  for (let row = 0; row < column.codes.length; row += 1) {
    const code = column.codes[row]!;
    if (code >= 0 && outside[code] === 1) found.push(row);
  }
  return found;
}

/** Rows of a column that lie outside the schema's domain or range, whether it is closed or open. */
export function outsideRows(column: Column, schema: ColumnSchema): number[] {
  if (column.kind === 'category' && schema.kind === 'category' && schema.domain !== undefined)
    return outsideWords(column, schema.domain);
  if (column.kind === 'number' && schema.kind === 'number') return outsideRange(column.values, schema);
  return [];
}

function refusedRows(column: Column, schema: ColumnSchema): Map<number, string> {
  const refused = new Map<number, string>();
  const got = (row: number): string => `got "${cellText(column, row)}"`;
  if (!schema.nullable)
    for (let row = 0, n = rowsOf(column); row < n; row += 1)
      if (cellMissing(column, row)) refused.set(row, `expected ${expectedType(schema)}, got nothing`);
  if (column.kind === 'number' && schema.kind === 'number')
    for (let row = 0; row < column.values.length; row += 1) {
      const value = column.values[row]!;
      const bad =
        value - value !== 0 ? !Number.isNaN(value) : schema.type === 'integer' && value !== Math.trunc(value);
      if (bad) refused.set(row, `expected ${expectedType(schema)}, ${got(row)}`);
    }
  if (schema.closed)
    for (const row of outsideRows(column, schema))
      if (!refused.has(row)) refused.set(row, `expected ${expectedRange(schema)}, ${got(row)}`);
  return refused;
}

function rowsOf(column: Column): number {
  return column.kind === 'category' ? column.codes.length : column.values.length;
}

/**
 * The request check, column by column over a typed table: missing cells where none may be, fractions in whole numbers,
 * closed domains and ranges. Gives the violations by row, then in the schema's order of columns; the rows it names are
 * the rows that `RowCheck` refuses. Columns that are absent are not its business.
 */
export function checkClosed(
  table: Table,
  schema: RowSchema,
  options: { readonly ignore?: readonly string[] } = {},
): ClosedViolation[] {
  const ignored = new Set(options.ignore ?? []);
  const violations: ClosedViolation[] = [];
  for (const declared of schema.columns) {
    const column = table.columns.get(declared.name);
    if (column === undefined || ignored.has(declared.name)) continue;
    for (const [row, reason] of refusedRows(column, declared))
      violations.push({ row, column: declared.name, reason });
  }
  return violations.sort((left, right) => left.row - right.row);
}
