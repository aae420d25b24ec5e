import { takeRows } from '../../data/columns.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { keepBundle } from '../../packaging/index.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { assembleBundle } from '../../cascade/assembly.ts';
import { trainingCode } from '../../cascade/key.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Challenger } from './challenger.ts';
import type { ChallengerRows } from './challengerRows.ts';
import type { Context } from '../../project/context.ts';
import { writeFittedRows } from '../../tracking/fittedRows.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import { fitnessWarnings } from '../../project/fitness.ts';
import { tableOfRecords } from '../../project/labelledTraffic.ts';
import type { LabelledWindow } from '../../traffic/labelled.ts';
import { encodeSplit } from '../../cascade/split.ts';

/** A challenger that won, with what it was made of. */
export interface Promoted {
  readonly gathered: ChallengerRows;
  readonly challenger: Challenger;
  readonly window: LabelledWindow;
  /** The rows that taught it, kept. */
  readonly child: Snapshot;
}

/** Packages the challenger for the population of the recent window. */
export async function packageChallenger(
  context: Context,
  pipeline: Pipeline,
  { gathered, challenger, window, child }: Promoted,
): Promise<NamedBundle & { version: number }> {
  const { fit, fitted, split, counts } = challenger;
  const inputs = inputColumns(pipeline, gathered.schema);
  const bundle = await assembleBundle(context, {
    pipeline,
    schema: gathered.schema,
    fitted,
    inputs,
    model: fit.model,
    metric: fit.metric,
    threshold: fit.threshold,
    interval: fit.interval,
    evaluation: fit.evaluation,
    verdict: fit.verdict,
    because: fit.because,
    folds: fit.folds,
    warnings: (await fitnessWarnings(context, 'retrain', pipeline, gathered.rows)).map(
      ({ message }) => message,
    ),
    data: child.digest,
    code: trainingCode(context.environment, familiesConcerned(pipeline.model.family)),
    set: [],
    population: tableOfRecords(window.predictions, gathered.schema, inputs),
    unseen: takeRows(gathered.rows.table, split.test),
    counts,
  });
  await keepBundle(context.store, bundle);
  const taught = encodeSplit({ ...split, test: new Int32Array(0) }, gathered.trainingRows);
  await writeFittedRows(context.store, bundle.digest, {
    at: context.environment.now(),
    snapshot: child,
    split: await context.store.put(taught),
  });
  const { version } = await context.store.claimVersion(pipeline.name, bundle.digest);
  return { bundle, name: pipeline.name, version };
}
