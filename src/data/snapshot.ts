import type { Digest } from '../digest.ts';
import type { Dialect } from './dialect.ts';
import type { UnknownColumn, UnreadableColumn } from './source.ts';

/** The file that a snapshot was read from. */
export interface SnapshotSource {
  readonly file: string;
  /** SHA-256 of the very bytes that were read. */
  readonly digest: Digest;
  readonly bytes: number;
  /** `records = rows + quarantined`. */
  readonly records: number;
  /** How it was read, with what was found out. */
  readonly dialect: Dialect;
  readonly unreadable: readonly UnreadableColumn[];
}

/** An immutable, typed copy of the data. Its digest is of the logical content: file order changes nothing. */
export interface Snapshot {
  /** SHA-256 over the sorted row digests and the column names and kinds. */
  readonly digest: Digest;
  /** The Parquet object that holds the rows. */
  readonly parquet: Digest;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly schemaDigest: Digest;
  /** NDJSON object of `Rejection`s, where there were any. */
  readonly quarantine?: Digest;
  readonly quarantined: number;
  /** Fields of the source that the schema does not know, and how many records have them. */
  readonly unknownColumns: readonly UnknownColumn[];
  /** Display paths of the files read. */
  readonly files: readonly string[];
  /** What was read; not in snapshots of 0.1, nor in those that retraining derives. */
  readonly source?: SnapshotSource;
  /** Digest of the profile object. */
  readonly profile: Digest;
  /** The snapshot it was derived from (retraining), where there is one. */
  readonly parent?: Digest;
}
