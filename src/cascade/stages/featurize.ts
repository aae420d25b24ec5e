import { takingRows } from '../../data/columns.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Split } from '../../data/splitting.ts';
import { foldsById } from '../../data/splitting.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { outputNames } from '../../features/apply.ts';
import { fitting } from '../../features/fit.ts';
import { labelFolds, trainingLabels } from '../../features/labels.ts';
import { passedFeatures } from '../../features/given/passed.ts';
import type { PassedInput } from '../../features/given/passed.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { scriptFamily } from '../../modeling/concerned.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { inPieces } from '../../project/interruption.ts';
import { readImportedModel } from '../../tracking/importedModel.ts';
import type { FeaturizeOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { digestTaken } from '../importedModel.ts';
import { preparedDigest } from '../preparedDigest.ts';
import type { FitInput } from '../fitting.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { dealOut, encodeSplit, labelled } from '../split.ts';
import type { Computed, Dependencies, Tools, CascadeWork } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the feature set is a function of. Names are what `explain stage` says. */
interface Parts {
  readonly snapshot: string;
  readonly 'row schema': string;
  readonly 'pipeline label': Pipeline['label'];
  readonly 'pipeline row_id': Pipeline['row_id'];
  readonly 'pipeline time': Pipeline['time'];
  readonly 'pipeline split': Pipeline['split'];
  readonly 'pipeline features': Pipeline['features'];
  /** Of a model that was made elsewhere, which does its own preparing. */
  readonly 'inputs of the imported model'?: readonly PassedInput[];
}

/** Fits the transforms on the training part, and on nothing else. */
export async function fitFeatures(
  watched: Pick<Tools, 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'features' | 'label' | 'row_id'>,
  { rows, split, task, target }: Pick<FitInput, 'rows' | 'split' | 'task' | 'target'>,
): Promise<FittedFeatures> {
  const inputs = new Set(inputColumns(pipeline, rows.schema));
  const exclude = [...rows.table.columns.keys()].filter((name) => !inputs.has(name));
  const taken = { label: 'featurize', detail: 'cells of the training part taken', total: 0 };
  const training = await inPieces(watched, taken, takingRows(rows.table, split.train));
  const told = { label: 'featurize', detail: 'cells of the training part looked at', total: 0 };
  // A personal column that nothing uses is not in the rows, also where the pipeline says that it is to be dropped.
  const drop = pipeline.features.drop.filter((name) => rows.table.columns.has(name));
  const folds = foldsById(rows.ids, split.train, labelFolds);
  const labels = trainingLabels(task, target, split.train, folds);
  return inPieces(watched, told, fitting({ ...pipeline.features, drop }, training, exclude, labels));
}

function checkParts(split: Split): void {
  for (const part of ['train', 'validation', 'test'] as const) {
    if (split[part].length > 0) continue;
    throw dataError({
      code: 'split-part-empty',
      message: `The ${part} part has no labelled row: there are ${split.train.length + split.validation.length + split.test.length} labelled rows to deal out.`,
      hint: 'Add rows, or change the fractions of section split in the pipeline file.',
    });
  }
}

/** What a model from elsewhere takes of the columns, where that is known before it is trained; null where features are fitted for one of our own. */
async function inputsGiven({
  context,
  pipeline: { model },
}: CascadeWork): Promise<readonly PassedInput[] | null> {
  // A program finds out by itself what it takes; it is known when it has trained.
  if (model.family === scriptFamily) return [];
  const digest = digestTaken(model);
  return digest === null ? null : (await readImportedModel(context, digest)).inputs;
}

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Snapshot>> {
  const { pipeline, upstream } = work;
  const given = await inputsGiven(work);
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const parts: Parts = {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    'pipeline label': pipeline.label,
    'pipeline row_id': pipeline.row_id,
    'pipeline time': pipeline.time,
    'pipeline split': pipeline.split,
    'pipeline features': pipeline.features,
    ...(given === null ? {} : { 'inputs of the imported model': given }),
  };
  return { parts, reach: snapshot };
}

/** Split and fitted transforms. */
export async function compute(
  { parts, reach: snapshot }: Dependencies<Parts, Snapshot>,
  tools: Tools,
): Promise<Computed<FeaturizeOutput>> {
  const { store } = tools;
  const pipeline = {
    label: parts['pipeline label'],
    row_id: parts['pipeline row_id'],
    time: parts['pipeline time'],
    split: parts['pipeline split'],
    features: parts['pipeline features'],
  };
  const rows = await readSnapshotRows(tools, pipeline, snapshot);
  const { rows: labelledRows, task, target } = labelled(pipeline, rows.table);
  const split = dealOut(pipeline, rows, labelledRows);
  checkParts(split);
  const given = parts['inputs of the imported model'];
  const fitted =
    given === undefined
      ? await fitFeatures(tools, pipeline, { rows, split, task, target })
      : passedFeatures(given);
  const prepared = await inPieces(
    tools,
    { label: 'featurize', detail: 'rows prepared', total: labelledRows.length },
    preparedDigest(fitted, rows.table, labelledRows),
  );
  const output: FeaturizeOutput = {
    features: await store.put(canonicalJson(fitted)),
    split: await store.put(encodeSplit(split, rows.table.rows)),
    task,
    rows: {
      train: split.train.length,
      validation: split.validation.length,
      test: split.test.length,
      unlabelled: rows.table.rows - labelledRows.length,
    },
    outputs: outputNames(fitted),
    inputs: inputColumns(pipeline, rows.schema),
    prepared,
  };
  return { digest: digestOf(output), output, objects: [output.features, output.split], exitCode: 0 };
}

/** Splits, fits the transforms on the training part only, writes the feature set. */
export const featurizeStage = defineStage({ name: 'featurize', dependencies, compute });
