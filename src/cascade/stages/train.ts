import type { Digest } from '../../digest.ts';
import { digestOf } from '../../digest.ts';
import type { Evaluation, Metrics, Verdict } from '../../evaluation/evaluation.ts';
import { judge } from '../../evaluation/gates.ts';
import { loadBackend } from '../../modeling/backend.ts';
import type { TrainedModel, TriedFamily } from '../../modeling/model.ts';
import { load } from '../../modeling/train.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { withMetrics } from '../../project/inputs.ts';
import { openPredictor } from '../../project/predictors.ts';
import { deployedBundle } from '../../tracking/served.ts';
import { compareOn } from '../comparison.ts';
import type { FitInput, FitResult } from '../fitting.ts';
import { fitModel } from '../fitting.ts';
import { outputOf } from '../output.ts';
import { readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import type { Computed, Parts, Stage, Upstream } from '../stage.ts';
import { decodeSplit, labelled } from './featurize.ts';

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

/** Keeps a model's files as objects and gives its facts. */
export async function keepModel(context: Context, model: TrainedModel): Promise<ModelFacts> {
  const files: [string, Digest][] = [];
  for (const [path, bytes] of model.files) files.push([path, await context.store.put(bytes)]);
  return { ...model, files: Object.fromEntries(files) };
}

/** The model that serves, where a gate asks for a comparison with it. */
async function championFor(context: Context, pipeline: Pipeline): Promise<string | null> {
  if (!pipeline.evaluation.gates.some((gate) => gate.kind === 'champion')) return null;
  return (await deployedBundle(context, pipeline.name))?.digest ?? null;
}

/** The gates once more with the champion judged on the same test rows, which it did not fit either. */
async function judgeChampion(
  context: Context,
  pipeline: Pipeline,
  champion: string,
  input: FitInput,
  fit: FitResult,
): Promise<Verdict> {
  const bundle = await loadBundle(context.store, champion);
  const { predictor } = await openPredictor({ bundle, version: null }, pipeline.model.backend);
  const scorer = await load(fit.model, pipeline.model.backend);
  try {
    const contender = { ...input, metric: fit.metric, threshold: fit.threshold, scorer };
    const rows = { table: input.rows.table, positions: input.split.test };
    const comparison = compareOn(pipeline, predictor, contender, rows, 'test');
    return judge(withMetrics(pipeline, input.task).evaluation.gates, fit.evaluation, comparison);
  } finally {
    predictor.dispose();
    scorer.dispose();
  }
}

async function parts(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts> {
  const champion = await championFor(context, pipeline);
  return {
    ...(champion === null ? {} : { champion }),
    'feature set': upstream.featurize!.digest,
    snapshot: upstream.ingest!.digest,
    backend: { ...(await loadBackend(pipeline.model.backend)).backend },
    ...sections(pipeline, 'train'),
  };
}

async function compute(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Computed> {
  const featurized = outputOf.featurize(upstream.featurize!);
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  const { target } = labelled(pipeline, rows.table);
  const input: FitInput = {
    rows,
    target,
    task: featurized.task,
    split: decodeSplit(await context.store.get(featurized.split)),
    fitted: await readFeatures(context, featurized.features),
  };
  const fit = await fitModel(context, pipeline, input);
  const champion = await championFor(context, pipeline);
  const result =
    champion === null
      ? fit
      : { ...fit, verdict: await judgeChampion(context, pipeline, champion, input, fit) };
  const { model, ...facts } = result;
  const output: TrainOutput = { ...facts, model: await keepModel(context, model) };
  return {
    digest: digestOf(output),
    output: output as never,
    objects: Object.values(output.model.files),
    exitCode: output.verdict.passed ? 0 : 4,
  };
}

/** Fits model and baselines, calibrates, evaluates on the test part, judges the gates. */
export const trainStage: Stage = { name: 'train', parts, compute };
