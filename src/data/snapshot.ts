import type { Digest } from '../digest.ts';

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
  /** Columns of the source that the schema does not know. */
  readonly unknownColumns: readonly string[];
  /** Display paths of the files read. */
  readonly files: readonly string[];
  /** Digest of the profile object. */
  readonly profile: Digest;
  /** The snapshot it was derived from (retraining), where there is one. */
  readonly parent?: Digest;
}
