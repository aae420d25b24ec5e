import type { Column, ColumnKind, Table } from './data/columns.ts';

/** A cell as a team's own code sees it: a number, a time as ms since 1970 UTC, a word, or null where it is missing. */
export type CellOf<Kind extends ColumnKind> = (Kind extends 'number' | 'time' ? number : string) | null;

/** Columns that own code reads: name → kind, as the row schema has them. */
export type OwnInputs = Readonly<Record<string, ColumnKind>>;

/** A row as own code sees it: the columns that it asked for, and no others. */
export type OwnRow<Inputs extends OwnInputs> = { readonly [Name in keyof Inputs]: CellOf<Inputs[Name]> };

/** The cells that own code is given. */
export type Cells = Readonly<Record<string, string | number | null>>;

/** Rows after which it is looked whether the time of a call is over. */
export const rowsAtOnce = 256;

/**
 * Is it a promise, of any realm? Nobody waits for it, so what becomes of it is nobody's: one that fails unheard would end the
 * process that serves.
 */
export function isUnheard(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('then' in value)) return false;
  const { then } = value;
  if (typeof then !== 'function') return false;
  Reflect.apply(then, value, [undefined, () => undefined]);
  return true;
}

/** A value as a message quotes it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return String(value);
  if (isUnheard(value)) return 'a promise (own code cannot wait)';
  return Array.isArray(value) ? 'a list' : `a${typeof value === 'object' ? 'n object' : ` ${typeof value}`}`;
};

/** What an error of any realm says. */
export function saysOf(error: unknown): string {
  try {
    if (
      typeof error === 'object' &&
      error !== null &&
      'message' in error &&
      typeof error.message === 'string'
    )
      return error.message.slice(0, 200);
    return shown(error);
  } catch {
    return 'an error that cannot be read';
  }
}

/** Reads one cell of a table: times as ms, missing as null. */
export function cellReader(column: Column): (row: number) => string | number | null {
  switch (column.kind) {
    case 'number':
    case 'time':
      return (row) => (Number.isNaN(column.values[row]) ? null : column.values[row]!);
    case 'category':
      return (row) => column.dictionary[column.codes[row]!] ?? null;
    case 'text':
      return (row) => column.values[row] ?? null;
  }
}

/** A column of these cells. */
export function columnOf(kind: ColumnKind, cells: readonly (string | number | null)[]): Column {
  switch (kind) {
    case 'number':
    case 'time':
      return { kind, values: Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : NaN)) };
    case 'text':
      return { kind, values: cells.map((cell) => (typeof cell === 'string' ? cell : null)) };
    case 'category': {
      const codeOf = new Map<string, number>();
      const codes = Int32Array.from(cells, (cell) => {
        if (typeof cell !== 'string') return -1;
        const code = codeOf.get(cell) ?? codeOf.size;
        codeOf.set(cell, code);
        return code;
      });
      return { kind, codes, dictionary: [...codeOf.keys()] };
    }
  }
}

/** Kinds of columns, as own code names them. */
export const kinds: readonly ColumnKind[] = ['number', 'category', 'time', 'text'];

export const kindOf = (value: unknown): ColumnKind | undefined => kinds.find((kind) => kind === value);

export const isFunction = (value: unknown): value is (...given: readonly unknown[]) => unknown =>
  typeof value === 'function';

/** The fields of an object of any realm; null for what is none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value));
}

/** A column that own code reads. */
export interface DeclaredInput {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The columns that own code says it reads, or what is wrong with how it says so. */
export function declaredInputs(
  subject: string,
  value: unknown,
): { readonly inputs: readonly DeclaredInput[] } | { readonly wrong: string; readonly hint: string } {
  const inputs: DeclaredInput[] = [];
  for (const [name, said] of Object.entries(fieldsOf(value) ?? {})) {
    const kind = kindOf(said);
    if (kind === undefined)
      return {
        wrong: `${subject} reads ${name} as ${said === undefined ? 'nothing' : JSON.stringify(said)}.`,
        hint: `Say its kind as the row schema has it, one of: ${kinds.join(', ')}.`,
      };
    inputs.push({ name, kind });
  }
  if (inputs.length === 0)
    return {
      wrong: `${subject} reads no column.`,
      hint: "Name them with their kinds: inputs: { months: 'number' }.",
    };
  return { inputs };
}

/** Rows as own code sees them, as a table: for unit tests of own code. */
export const tableOfRows = <Inputs extends OwnInputs>(
  inputs: Inputs,
  rows: readonly OwnRow<Inputs>[],
): Table => ({
  rows: rows.length,
  columns: new Map(
    Object.entries<ColumnKind>(inputs).map(([column, kind]): [string, Column] => [
      column,
      columnOf(
        kind,
        rows.map((row) => row[column] ?? null),
      ),
    ]),
  ),
});
