import type { Snapshot } from '../data/snapshot.ts';
import type { Rejection } from '../data/source.ts';
import type { Digest } from '../digest.ts';
import type { Evaluation, Metrics, Verdict } from '../evaluation/evaluation.ts';
import type { Task, TrainedModel, TriedFamily } from '../modeling/model.ts';
import type { Finding } from '../validation/finding.ts';
import type { StageRecord } from './stage.ts';

/** What ingest writes down besides the snapshot itself. */
export interface IngestOutput {
  readonly snapshot: Snapshot;
  /** The first rejections, for the terminal; all of them are in the quarantine object. */
  readonly rejections: readonly Rejection[];
}

/** What validate writes down. */
export interface ValidateOutput {
  readonly rows: number;
  readonly findings: readonly Finding[];
  /** Snapshot that this one was compared with. */
  readonly comparedWith: string | null;
}

/** The feature set: which rows do what, the fitted transforms, and the digest of the features themselves. */
export interface FeaturizeOutput {
  /** Object: the fitted transforms, `features.json`. */
  readonly features: Digest;
  /** Object: one byte a row in training order, see `partCodes`. */
  readonly split: Digest;
  readonly task: Task;
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Digest of the prepared columns of all labelled rows: what reproducibility is checked against. */
  readonly prepared: Digest;
}

/** A trained model's facts; its files are objects. */
export interface ModelFacts extends Omit<TrainedModel, 'files'> {
  readonly files: Readonly<Record<string, Digest>>;
}

/** What train writes down. */
export interface TrainOutput {
  readonly model: ModelFacts;
  readonly tried: readonly TriedFamily[];
  readonly because: string;
  readonly metric: string;
  readonly metrics: Readonly<Record<'train' | 'validation' | 'test', Metrics>>;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  /** Binary: probability from which the positive class is predicted. */
  readonly threshold: number | null;
}

/** What package writes down. */
export interface PackageOutput {
  readonly name: string;
  readonly version: number;
  readonly bundle: Digest;
  /** The same content had this version already. */
  readonly existed: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** aieng 0.1 wrote unknown columns as names: every record had them. */
function withCounts(output: IngestOutput): IngestOutput {
  const { snapshot } = output;
  const unknown: readonly unknown[] = snapshot.unknownColumns;
  if (unknown.every((column) => typeof column !== 'string')) return output;
  const records = snapshot.rows + snapshot.quarantined;
  return {
    ...output,
    snapshot: { ...snapshot, unknownColumns: unknown.map((name) => ({ name: String(name), records })) },
  };
}

/**
 * The typed output of a stage's record. The store gives back what the stage wrote under a key of its own code's
 * digest, so the shape is ours: the one place where it is named.
 */
export const outputOf = {
  ingest: (record: StageRecord): IngestOutput => withCounts(record.output as unknown as IngestOutput),
  validate: (record: StageRecord): ValidateOutput => record.output as unknown as ValidateOutput,
  featurize: (record: StageRecord): FeaturizeOutput => record.output as unknown as FeaturizeOutput,
  train: (record: StageRecord): TrainOutput => record.output as unknown as TrainOutput,
  package: (record: StageRecord): PackageOutput => record.output as unknown as PackageOutput,
};
