import type { Snapshot } from '../../data/snapshot.ts';
import type { Digest } from '../../digest.ts';
import { digestOf } from '../../digest.ts';
import type { Verdict } from '../../evaluation/evaluation.ts';
import { judge } from '../../evaluation/gates.ts';
import { nameBackend } from '../../modeling/backend.ts';
import type { Backend, TrainedModel } from '../../modeling/model.ts';
import { load } from '../../modeling/train.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { openPredictor } from '../../project/predictors.ts';
import { deployedBundle } from '../../tracking/served.ts';
import { compareOn } from '../comparison.ts';
import type { Fitted, FitInput, FitResult } from '../fitting.ts';
import { fitModel, withMetrics } from '../fitting.ts';
import type { FeaturizeOutput, ModelFacts, TrainOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import { decodeSplit, labelled } from '../split.ts';
import type { Computed, Dependencies, Tools, CascadeWork } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the model and its verdict are a function of. Names are what `explain stage` says. */
interface Parts {
  readonly snapshot: string;
  readonly 'feature set': string;
  readonly backend: Backend;
  /** Digest of the model that serves, where a gate asks for a comparison with it. */
  readonly champion: string | null;
  readonly 'pipeline label': Pipeline['label'];
  readonly 'pipeline row_id': Pipeline['row_id'];
  readonly 'pipeline model': Pipeline['model'];
  readonly 'pipeline evaluation': Pipeline['evaluation'];
}

interface Reach {
  readonly snapshot: Snapshot;
  readonly featurized: FeaturizeOutput;
  /** For messages. */
  readonly written: Pick<Pipeline, 'file' | 'places'>;
}

/** The model that serves, where a gate asks for a comparison with it. */
async function championFor({ context, pipeline }: CascadeWork): Promise<string | null> {
  if (!pipeline.evaluation.gates.some((gate) => gate.kind === 'champion')) return null;
  return (await deployedBundle(context, pipeline.name))?.digest ?? null;
}

/** The gates once more with the champion judged on the same test rows, which it did not fit either. */
async function judgeChampion(
  tools: Tools,
  pipeline: Fitted,
  champion: string,
  input: FitInput,
  fit: FitResult,
): Promise<Verdict> {
  const bundle = await loadBundle(tools.store, champion);
  const { predictor } = await openPredictor({ bundle, version: null }, pipeline.model.backend);
  const scorer = await load(fit.model, pipeline.model.backend);
  try {
    const contender = { ...input, metric: fit.metric, threshold: fit.threshold, scorer };
    const rows = { table: input.rows.table, positions: input.split.test };
    const comparison = await compareOn(tools, pipeline, predictor, contender, rows, 'test');
    return judge(withMetrics(pipeline, input.task).evaluation.gates, fit.evaluation, comparison);
  } finally {
    predictor.dispose();
    scorer.dispose();
  }
}

/** Keeps a model's files as objects and gives its facts. */
async function keepModel({ store }: Tools, model: TrainedModel): Promise<ModelFacts> {
  const files: [string, Digest][] = [];
  for (const [path, bytes] of model.files) files.push([path, await store.put(bytes)]);
  return { ...model, files: Object.fromEntries(files) };
}

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { pipeline, upstream } = work;
  const { label, row_id, model, evaluation, file, places } = pipeline;
  const parts: Parts = {
    snapshot: upstream.ingest!.digest,
    'feature set': upstream.featurize!.digest,
    backend: await nameBackend(model.backend),
    champion: await championFor(work),
    'pipeline label': label,
    'pipeline row_id': row_id,
    'pipeline model': model,
    'pipeline evaluation': evaluation,
  };
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const reach = { snapshot, featurized: outputOf.featurize(upstream.featurize!), written: { file, places } };
  return { parts, reach };
}

/** The fitted model, what was tried, how good it is. */
export async function compute(
  { parts, reach: { snapshot, featurized, written } }: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<TrainOutput>> {
  const { store } = tools;
  const pipeline: Fitted = {
    label: parts['pipeline label'],
    model: parts['pipeline model'],
    evaluation: parts['pipeline evaluation'],
    ...written,
  };
  const rows = await readSnapshotRows(tools, { ...pipeline, row_id: parts['pipeline row_id'] }, snapshot);
  const input: FitInput = {
    rows,
    target: labelled(pipeline, rows.table).target,
    task: featurized.task,
    inputs: featurized.inputs,
    split: decodeSplit(await store.get(featurized.split)),
    fitted: await readFeatures(tools, featurized.features),
  };
  const fit = await fitModel(tools, pipeline, input);
  const { champion } = parts;
  const verdict =
    champion === null ? fit.verdict : await judgeChampion(tools, pipeline, champion, input, fit);
  const output: TrainOutput = { ...fit, verdict, model: await keepModel(tools, fit.model) };
  return {
    digest: digestOf(output),
    output,
    objects: Object.values(output.model.files),
    exitCode: verdict.passed ? 0 : 4,
  };
}

/** Fits model and baselines, calibrates, evaluates on the test part, judges the gates. */
export const trainStage = defineStage({ name: 'train', dependencies, compute });
