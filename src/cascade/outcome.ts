import type { CascadeResult } from './cascade.ts';
import { cutShort, familiesConcerned } from '../modeling/concerned.ts';
import type { Outcome } from '../project/outcome.ts';
import { formatPercent } from '../statistics/figures.ts';
import type { FeaturizeOutput, TrainOutput } from '../tracking/stageOutputs.ts';
import { outputOf } from '../tracking/stages.ts';

/** What was set for a family that this pipeline does not fit. */
function setForNothing({ pipeline }: CascadeResult): string[] {
  const concerned = familiesConcerned(pipeline.model.family);
  return pipeline.overrides.flatMap(({ key }) => {
    const [section, family, parameter] = key.split('.');
    if (section !== 'model' || family === undefined || parameter === undefined) return [];
    if (concerned.includes(family)) return [];
    return [`${key} was set, but family ${pipeline.model.family} does not use it.`];
  });
}

function warningsOf(done: CascadeResult): string[] {
  const { ingest, validate, featurize, train } = done.records;
  const warnings = [...done.pipeline.notices, ...setForNothing(done)];
  if (ingest !== undefined) {
    const { snapshot } = outputOf.ingest(ingest);
    const { quarantined } = snapshot;
    if (quarantined > 0)
      warnings.push(`${quarantined} ${quarantined === 1 ? 'record was' : 'records were'} quarantined.`);
    // Where validation ran, its finding says it.
    if (snapshot.unknownColumns.length > 0 && validate === undefined)
      warnings.push(
        `Fields that the row schema does not know were left out: ${snapshot.unknownColumns.map(({ name, records }) => `${name} (in ${records} of ${snapshot.rows + quarantined} records)`).join(', ')}.`,
      );
    const gone = snapshot.increment?.gone ?? 0;
    if (gone > 0)
      warnings.push(
        `${gone} ${gone === 1 ? 'row of the snapshot is' : 'rows of the snapshot are'} no more in the source, and stay in it: \`aieng ingest --full\` reads everything.`,
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
    warnings.push(...refusedByOwn(outputOf.featurize(featurize)));
  }
  if (train !== undefined) warnings.push(...withoutInterval(done, outputOf.train(train)));
  if (featurize !== undefined && train !== undefined)
    warnings.push(
      ...[
        cutShort(done.pipeline.model, outputOf.featurize(featurize).rows.train, outputOf.train(train).model),
      ].filter((said) => said !== null),
    );
  return warnings;
}

/** Rows that a team's own transforms refused. */
function refusedByOwn({ own }: FeaturizeOutput): string[] {
  if (own === undefined || own.refused === 0) return [];
  return [
    `${own.refused} ${own.refused === 1 ? 'row was' : 'rows were'} refused by own transforms and left out of training: ${own.examples.join('; ')}.`,
  ];
}

/** An interval that was asked for and that rows are too few for. */
function withoutInterval({ pipeline }: CascadeResult, { model, interval }: TrainOutput): string[] {
  const level = pipeline.model.interval;
  if (model.task.kind !== 'regression' || level === null || interval !== null) return [];
  return [
    `Answers have no interval: ${formatPercent(level)} of the labels within takes ${Math.ceil(2 / (1 - level) - 1e-6) - 1} labelled validation rows or more. Give more rows, or lower model.interval.`,
  ];
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
    ...(done.image === null ? {} : { image: done.image.digest }),
    ...(done.pipeline.overrides.length === 0 ? {} : { set: done.pipeline.overrides }),
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
