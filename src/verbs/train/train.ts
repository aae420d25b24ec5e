import type { TrainResult } from './result.ts';
import type { StageOptions } from '../../cascade/stage.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeReport } from '../../project/reports.ts';
import { outputOf } from '../../tracking/stages.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';

/** The page of the model that a cascade ended with; its path. */
export async function trainingReport(context: Context, done: CascadeResult): Promise<string> {
  const trained = outputOf.train(done.records.train!);
  const { trainingPage } = await import('../../reporting/index.ts');
  const page = await trainingPage({
    name: done.pipeline.name,
    goal: done.pipeline.goal,
    ...trained,
    history: trained.model.history,
    family: trained.model.family,
    bestEpoch: trained.model.bestEpoch,
  });
  return writeReport(context, `${done.pipeline.name}-training.html`, page);
}

/** The model that a cascade came to, how good it is, and whether it may be used. */
export function trained(done: CascadeResult): TrainResult {
  const record = done.records.train;
  if (record === undefined) throw stoppedBefore(done, 'train');
  const { model, tried, because, folds, metric, evaluation, verdict } = outputOf.train(record);
  const { backend, family } = model;
  return {
    family,
    tried,
    because,
    ...(folds === undefined ? {} : { folds }),
    backend: `${backend.name} (${backend.version})`,
    metric,
    evaluation,
    verdict,
  };
}

/** Fits model and baselines, calibrates, evaluates on the test part, judges the gates. Exit 4 when a gate fails. */
export async function train(context: Context, options: StageOptions): Promise<Outcome<TrainResult>> {
  const done = await cascade(context, 'train', options);
  const result = trained(done);
  return { ...cascadeOutcome(done), reports: [await trainingReport(context, done)], result };
}
