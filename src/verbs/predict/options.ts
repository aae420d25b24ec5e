import type { Dialect } from '../../data/dialect.ts';

/** Which bundle answers which rows, and where the answers go. */
export interface PredictOptions {
  readonly bundle: string;
  /** Path of a file or of a folder of files, or `-` for stdin (NDJSON, or CSV with `format`). */
  readonly input: string;
  /** Path, or `-` for stdout; with `shard`, the folder that all shards write to. */
  readonly output: string;
  /** Of stdin and stdout; with `shard`, of the part. */
  readonly format?: 'csv' | 'ndjson' | 'parquet';
  /** What is said of how the rows are written; the rest is found out. */
  readonly dialect?: Partial<Dialect>;
  /** Where refused records go; left out = beside the output. */
  readonly rejects?: string;
  /** Record the predictions for monitoring under the bundle's name. */
  readonly log: boolean;
  /** Say of each answer which columns moved it, and how far: so many of them, the others as one sum. */
  readonly explain?: number;
  /** File or folder of rows before those of the input: they are history, and are not answered. */
  readonly earlier?: string;
  /** Do only the part of one of `of` workers, `index` from 0. */
  readonly shard?: { readonly index: number; readonly of: number };
}

/** Which parts become one output. */
export interface MergeOptions {
  /** Where the shards wrote their parts. */
  readonly folder: string;
  /** Path, or `-` for stdout. */
  readonly output: string;
  /** Where refused records go; left out = beside the output. */
  readonly rejects?: string;
  /** Of stdout; left out = that of the parts. */
  readonly format?: 'csv' | 'ndjson' | 'parquet';
}
