import type { IntervalBounds } from '../statistics/conformal.ts';
import type { ColumnSchema } from '../data/schema.ts';
import type { Digest } from '../digest.ts';
import type { Override } from '../pipeline/overrides/override.ts';
import type { Backend, Task } from '../modeling/model.ts';

/**
 * What a bundle is: content only. No version number, time, host, git commit or run id: those stand in run records
 * and refs, so that identical content has the identical digest.
 */
export interface Manifest {
  readonly manifest_version: 1;
  readonly name: string;
  readonly goal: string;
  readonly task: Task;
  readonly family: string;
  readonly backend: Backend;
  /** What a request must or may give. */
  readonly inputs: readonly ColumnSchema[];
  /** Class names, or `[]` for a number. */
  readonly outputs: readonly string[];
  readonly label: string;
  readonly row_id: readonly string[];
  readonly metric: string;
  /** Binary: probability of the positive class from which it is predicted. */
  readonly threshold?: number;
  /** Numbers: how far the label lies from the answer, at a level. */
  readonly interval?: IntervalBounds;
  /** Keys of the pipeline that were set for the run that trained it, and stand otherwise in the file. */
  readonly set?: readonly Override[];
  /** A team's own transforms, which are code (`features/transforms.js`): their names, and the digest of their sources. */
  readonly transforms?: { readonly names: readonly string[]; readonly sources: Digest };
  readonly digests: { readonly data: Digest; readonly features: Digest; readonly code: Digest };
  /** Every other file of the bundle: path → SHA-256 and size in bytes. */
  readonly files: Readonly<Record<string, { readonly sha256: Digest; readonly bytes: number }>>;
}

/** A row that must give the same features and the same answer wherever the bundle runs. */
export interface GoldenRow {
  /** Raw input as a request would give it. */
  readonly input: Readonly<Record<string, string | number | null>>;
  /** The feature vector, float32 as hexadecimal little-endian bytes: compared bit for bit. Empty where the family takes prepared columns or rows without zeros. */
  readonly features: string;
  /** Then these: each column's float64, code, or pairs of place and float32, as hexadecimal little-endian bytes. */
  readonly prepared?: readonly string[];
  /** Scores (probabilities by class, or the number), float64 as shortest decimal. */
  readonly scores: readonly number[];
}

export interface Golden {
  readonly backend: Backend;
  readonly rows: readonly GoldenRow[];
}

/** A bundle in memory: path → bytes, without `manifest.json`. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

export interface Bundle {
  readonly manifest: Manifest;
  readonly files: BundleFiles;
  /** SHA-256 of the canonical manifest. */
  readonly digest: Digest;
}
