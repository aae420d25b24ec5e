import type { CascadeResult } from './cascade.ts';
import type { Outcome } from '../project/outcome.ts';
import { outputOf } from '../tracking/stages.ts';

function warningsOf(done: CascadeResult): string[] {
  const { ingest, validate, featurize } = done.records;
  const warnings: string[] = [];
  if (ingest !== undefined) {
    const { snapshot } = outputOf.ingest(ingest);
    const { quarantined } = snapshot;
    if (quarantined > 0)
      warnings.push(`${quarantined} ${quarantined === 1 ? 'record was' : 'records were'} quarantined.`);
    if (snapshot.unknownColumns.length > 0)
      warnings.push(
        `Fields that the row schema does not know were left out: ${snapshot.unknownColumns.map(({ name, records }) => `${name} (in ${records} of ${snapshot.rows + quarantined} records)`).join(', ')}.`,
      );
    for (const { name, reason } of snapshot.source?.unreadable ?? [])
      warnings.push(`Column ${name} was left out: ${reason}.`);
  }
  if (validate !== undefined)
    for (const finding of outputOf.validate(validate).findings)
      if (finding.severity === 'warning') warnings.push(finding.message);
  if (featurize !== undefined) {
    const { unlabelled } = outputOf.featurize(featurize).rows;
    if (unlabelled > 0)
      warnings.push(
        `${unlabelled} ${unlabelled === 1 ? 'row has no label and was' : 'rows have no label and were'} left out of training.`,
      );
  }
  return warnings;
}

/** The part of an outcome that every verb of the cascade shares: ids, digests, figures, stages, warnings. */
export function cascadeOutcome(done: CascadeResult): Omit<Outcome, 'result'> {
  const { ingest, validate, featurize, train, package: packaged } = done.records;
  const trained = train === undefined ? null : outputOf.train(train);
  const bundle = packaged === undefined ? null : outputOf.package(packaged);
  return {
    pipeline: done.pipeline.name,
    runId: done.runId,
    exitCode: done.last.exitCode,
    stages: done.stages,
    ...(ingest === undefined
      ? {}
      : { snapshot: ingest.digest, rejections: outputOf.ingest(ingest).rejections }),
    ...(validate === undefined ? {} : { findings: outputOf.validate(validate).findings }),
    ...(featurize === undefined ? {} : { featureSet: featurize.digest }),
    ...(train === undefined ? {} : { model: train.digest }),
    ...(trained === null
      ? {}
      : {
          metrics: trained.metrics,
          baselines: trained.evaluation.baselines.map(({ name, metrics }) => ({ name, metrics })),
          gates: trained.verdict.gates,
        }),
    ...(bundle === null ? {} : { bundle: bundle.bundle, version: bundle.version }),
    warnings: warningsOf(done),
  };
}
