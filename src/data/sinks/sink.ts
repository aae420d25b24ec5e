import type { Writable } from 'node:stream';

/** One line of prediction output: the row's id, the answer and, for classes, the probability of each. */
export interface OutputRow {
  readonly id: string;
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Of a number, where rows have one. */
  readonly prediction_interval?: { readonly low: number; readonly high: number };
  /** Why: written as JSON, in flat formats too. */
  readonly explanation?: object;
}

/**
 * Answers to some rows by columns: a batch prediction makes no object for a row. What the output has no column for is
 * not asked.
 */
export interface OutputColumns {
  readonly length: number;
  readonly idAt: (row: number) => string;
  readonly predictionAt: (row: number) => string | number;
  /** By the place of the class in `SinkOptions.classes`. */
  readonly probabilityAt: (row: number, output: number) => number;
  readonly intervalAt: (row: number) => NonNullable<OutputRow['prediction_interval']>;
  readonly explanationAt: (row: number) => object | undefined;
}

/** Answers to some rows, in either form: the bytes are the same. */
export type OutputRows = readonly OutputRow[] | OutputColumns;

/** Where predictions go. */
export interface SinkOptions {
  /** Path of the file, or `-` for `stdout`. */
  readonly path: string;
  readonly format: 'csv' | 'ndjson' | 'parquet';
  readonly gzip: boolean;
  /** Class names in the order of the columns `probabilities.<class>`; none for a number. */
  readonly classes: readonly string[];
  /** Each row has a `prediction_interval`. */
  readonly interval?: boolean;
  /** Each row has an `explanation`, the last column of flat formats. */
  readonly explained?: boolean;
  /** Standard output, where the path is `-`. It is never closed. */
  readonly stdout?: Writable;
}

/**
 * Takes predictions batch by batch in constant memory. Nothing stands under the file's name before `close` has
 * returned; then all of it does, on disk.
 */
export interface Sink {
  write(rows: OutputRows): Promise<void>;
  /** Completes the file. */
  close(): Promise<void>;
  /** Gives up: nothing is left behind. Safe after `close`. */
  abort(): Promise<void>;
}

/** Turns rows into the bytes of a format. */
export interface RowFormat {
  readonly header: string;
  /** The lines of these rows. */
  readonly text: (rows: OutputRows) => string;
}
