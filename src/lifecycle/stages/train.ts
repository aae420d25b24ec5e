import type { Digest } from '../../digest.ts';
import { digestOf } from '../../digest.ts';
import type { Evaluation, Metrics, Verdict } from '../../evaluation/evaluation.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { loadBackend } from '../../modeling/index.ts';
import type { TrainedModel } from '../../modeling/model.ts';
import { sections } from '../../pipeline/index.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../context.ts';
import { fitModel } from '../fitting.ts';
import { readJson, readSnapshotRows } from '../snapshotRows.ts';
import type { Computed, Parts, Stage, Upstream } from '../stage.ts';
import { outputOf } from '../stageOutput.ts';
import type { FamilyTried } from '../verbs.ts';
import { decodeSplit, labelled } from './featurize.ts';

/** A trained model's facts; its files are objects. */
export interface ModelFacts extends Omit<TrainedModel, 'files'> {
  readonly files: Readonly<Record<string, Digest>>;
}

/** What train writes down. */
export interface TrainOutput {
  readonly model: ModelFacts;
  readonly tried: readonly FamilyTried[];
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

async function parts(_context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts> {
  return {
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
  const result = await fitModel(context, pipeline, {
    rows,
    target,
    task: featurized.task,
    split: decodeSplit(await context.store.get(featurized.split)),
    fitted: await readJson<FittedFeatures>(context, featurized.features),
  });
  const { model, ...facts } = result;
  const output: TrainOutput = { ...facts, model: await keepModel(context, model) };
  return { digest: digestOf(output), output: output as never, exitCode: output.verdict.passed ? 0 : 4 };
}

/** Fits model and baselines, calibrates, evaluates on the test part, judges the gates. */
export const trainStage: Stage = { name: 'train', parts, compute };
