import type { TrainResult } from './result.ts';
import type { Search, Searched } from '../../modeling/search/result.ts';
import type { StageOptions } from '../../cascade/stage.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { keepTraining } from '../../project/history/trainings.ts';
import { drawReport } from '../../project/reports.ts';
import { writeSearch } from '../../tracking/runs/searches.ts';
import { outputOf } from '../../tracking/stages.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';

/** The page of the model that a cascade ended with; its path. */
export async function trainingReport(
  context: Context,
  done: CascadeResult,
  search: Search | null = null,
): Promise<string> {
  const trained = outputOf.train(done.records.train!);
  const facts = {
    name: done.pipeline.name,
    goal: done.pipeline.goal,
    ...trained,
    history: trained.model.history,
    family: trained.model.family,
    bestEpoch: trained.model.bestEpoch,
    search,
  };
  return drawReport(context, `${done.pipeline.name}-training.html`, facts, async () => {
    const { trainingPage } = await import('../../reporting/index.ts');
    const page = trainingPage(facts);
    return {
      newest: page([[`training/${done.pipeline.name}/index.html`, 'All trainings']]),
      keep: () => keepTraining(context, done.pipeline.name, done.runId, page),
    };
  });
}

/** The model that a cascade came to, how good it is, and whether it may be used. */
export function trained(done: CascadeResult, search: Search | null = null): TrainResult {
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
    search,
  };
}

/**
 * Fits model and baselines, calibrates, evaluates on the test part, judges the gates. What a search found is trained as if
 * it had been set. Exit 4 when a gate fails.
 *
 * @example
 * ```ts
 * const { result } = await train(context, { pipeline: 'churn', waitMs: 0, set: ['model.family=linear'] });
 * // result.family → 'linear'
 * ```
 */
export async function train(
  context: Context,
  options: StageOptions,
  found: Searched | null = null,
): Promise<Outcome<TrainResult>> {
  const set = [...(options.set ?? []), ...(found?.set ?? [])];
  const done = await cascade(context, 'train', { ...options, set });
  const search = found?.search ?? null;
  const result = trained(done, search);
  if (search !== null)
    await writeSearch(context, done.runId, {
      pipeline: done.pipeline.name,
      at: context.environment.now(),
      search,
    });
  return { ...cascadeOutcome(done), reports: [await trainingReport(context, done, search)], result };
}
