import type { StageRecord } from './stage.ts';
import type { FeaturizeOutput } from './stages/featurize.ts';
import type { IngestOutput } from './stages/ingest.ts';
import type { PackageOutput } from './stages/package.ts';
import type { TrainOutput } from './stages/train.ts';
import type { ValidateOutput } from './stages/validate.ts';

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
