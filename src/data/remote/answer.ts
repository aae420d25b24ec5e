/**
 * How a database gives the values of a column: `whole`, `decimal` and `float` as texts of numbers, `boolean` and `time` as
 * texts of those, `text` as it stands, `own` as the values themselves (SQLite, where each cell has its own type).
 */
export type Carrier = 'whole' | 'decimal' | 'float' | 'boolean' | 'time' | 'text' | 'own';

/** A column of an answer, by what the server says of it. */
export interface AnswerColumn {
  readonly name: string;
  /** The type, in the server's words. */
  readonly type: string;
  /** null = no table can hold its values. */
  readonly carrier: Carrier | null;
}

/** A value as the driver gives it. */
export type RawCell = string | number | bigint | null | Uint8Array;

/** What a database says of the rows of a query before it gives them. */
export interface Standing {
  /** The greatest value of the cursor column, as text; null = none. */
  readonly last: string | null;
  /** Rows in all. */
  readonly rows: number;
}

/** A query that was begun, in a transaction that can only read: all of what it gives is of one moment. */
export interface DatabaseAnswer {
  readonly columns: readonly AnswerColumn[];
  /** Where the cursor stands in this transaction; null without a cursor. */
  readonly standing: Standing | null;
  /** What the whole source calls itself, where it has a name of its own. */
  readonly version: string | null;
  /** Rows in batches, a value for each column. */
  rows(): AsyncGenerator<readonly (readonly RawCell[])[], void, void>;
  /** Ends transaction and connection; safe at any time. */
  close(): Promise<void>;
}

/** What a cursor names as the version of a source: a row that is added, changed or gone moves it. */
export const cursorVersion = ({ last, rows }: Standing): string => `up to ${last ?? 'nothing'}, ${rows} rows`;
