import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/**
 * The typed table: what everything downstream of a source works on. Nothing downstream knows whether it came
 * from a CSV file, a Parquet snapshot or a request.
 */
export interface NumberColumn {
  readonly kind: 'number';
  /** NaN = missing. */
  readonly values: Float64Array;
}
export interface CategoryColumn {
  readonly kind: 'category';
  /** Index into `dictionary`; -1 = missing. */
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}
export interface TimeColumn {
  readonly kind: 'time';
  /** Milliseconds since 1970-01-01 UTC; NaN = missing. */
  readonly values: Float64Array;
}
export interface TextColumn {
  readonly kind: 'text';
  /** null = missing. */
  readonly values: readonly (string | null)[];
}
export type Column = NumberColumn | CategoryColumn | TimeColumn | TextColumn;
/** What a column holds, as the row schema says it. */
export type ColumnKind = Column['kind'];

export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** The rows of a column at the given positions, in that order. */
export function takeColumn(column: Column, rows: ArrayLike<number>): Column {
  const n = rows.length;
  switch (column.kind) {
    case 'number':
    case 'time': {
      const values = new Float64Array(n);
      for (let i = 0; i < n; i += 1) values[i] = column.values[rows[i]!]!;
      return { kind: column.kind, values };
    }
    case 'category': {
      const codes = new Int32Array(n);
      for (let i = 0; i < n; i += 1) codes[i] = column.codes[rows[i]!]!;
      return { kind: 'category', codes, dictionary: column.dictionary };
    }
    case 'text':
      return { kind: 'text', values: Array.from({ length: n }, (_, i) => column.values[rows[i]!]!) };
  }
}

/** The rows of a table at the given positions, in that order. */
export function takeRows(table: Table, rows: ArrayLike<number>): Table {
  return finish(takingRows(table, rows));
}

/** `takeRows` in pieces: a column at a time. */
export function* takingRows(table: Table, rows: ArrayLike<number>): Work<Table> {
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) {
    columns.set(name, takeColumn(column, rows));
    yield rows.length;
  }
  return { rows: rows.length, columns };
}

/** A table with only these columns, in this order; unknown names are ignored. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  const columns = new Map<string, Column>();
  for (const name of names) {
    const column = table.columns.get(name);
    if (column !== undefined) columns.set(name, column);
  }
  return { rows: table.rows, columns };
}

/** Is the cell at `row` missing? */
export function isMissing(column: Column, row: number): boolean {
  switch (column.kind) {
    case 'number':
    case 'time':
      return Number.isNaN(column.values[row]);
    case 'category':
      return column.codes[row] === -1;
    case 'text':
      return column.values[row] === null;
  }
}

/** The cell as a JSON value: number, string, ISO time or null. */
export function cellValue(column: Column, row: number): string | number | null {
  if (isMissing(column, row)) return null;
  switch (column.kind) {
    case 'number':
      return column.values[row]!;
    case 'time':
      return new Date(column.values[row]!).toISOString();
    case 'category':
      return column.dictionary[column.codes[row]!]!;
    case 'text':
      return column.values[row]!;
  }
}

function concatCategories(parts: readonly CategoryColumn[], rows: number): CategoryColumn {
  const dictionary: string[] = [];
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(rows);
  let at = 0;
  const [first] = parts;
  if (first !== undefined && parts.every((part) => part.dictionary === first.dictionary)) {
    for (const part of parts) {
      codes.set(part.codes, at);
      at += part.codes.length;
    }
    return { kind: 'category', codes, dictionary: first.dictionary };
  }
  for (const part of parts) {
    const translated = part.dictionary.map((word) => {
      const known = codeOf.get(word);
      if (known !== undefined) return known;
      codeOf.set(word, dictionary.length);
      return dictionary.push(word) - 1;
    });
    for (let i = 0; i < part.codes.length; i += 1) {
      const code = part.codes[i]!;
      codes[at++] = code === -1 ? -1 : translated[code]!;
    }
  }
  return { kind: 'category', codes, dictionary };
}

function concatColumns(parts: readonly Column[], rows: number): Column {
  const [first] = parts;
  if (first === undefined) throw new RangeError('concatColumns needs at least one part');
  if (parts.some((part) => part.kind !== first.kind)) throw new TypeError('columns of different kinds');
  if (parts.length === 1) return first;
  if (first.kind === 'category')
    return concatCategories(
      parts.filter((part) => part.kind === 'category'),
      rows,
    );
  if (first.kind === 'text')
    return { kind: 'text', values: parts.flatMap((part) => (part.kind === 'text' ? part.values : [])) };
  const values = new Float64Array(rows);
  let at = 0;
  for (const part of parts) {
    if (part.kind !== 'number' && part.kind !== 'time') continue;
    values.set(part.values, at);
    at += part.values.length;
  }
  return { kind: first.kind, values };
}

/**
 * Tables of the same columns that come one after the other and become one. Column by column, what was copied is let go
 * of: the whole is never there twice.
 */
export class TableParts {
  #columns: Map<string, Column[]> | undefined;
  #rows = 0;

  add(table: Table): void {
    this.#columns ??= new Map([...table.columns.keys()].map((name) => [name, []]));
    for (const [name, parts] of this.#columns) {
      const part = table.columns.get(name);
      if (part === undefined) throw new TypeError(`column ${name} is absent in one of the tables`);
      parts.push(part);
    }
    this.#rows += table.rows;
  }

  /** All of them as one, dictionaries merged. Nothing is left here. */
  take(): Table {
    const parts = this.#columns ?? new Map<string, Column[]>();
    const rows = this.#rows;
    const columns = new Map<string, Column>();
    for (const [name, column] of parts) {
      columns.set(name, concatColumns(column, rows));
      parts.delete(name);
    }
    this.#columns = undefined;
    this.#rows = 0;
    return { rows, columns };
  }
}

/** Tables of the same columns, one under the other; dictionaries are merged. */
export function concatTables(tables: readonly Table[]): Table {
  const parts = new TableParts();
  for (const table of tables) parts.add(table);
  return parts.take();
}
