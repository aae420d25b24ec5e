import { takeRows } from '../../data/columns.ts';
import type { Table } from '../../data/columns.ts';
import { takeIds } from '../../data/rowId.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Split } from '../../data/splitting.ts';
import { foldsById } from '../../data/splitting.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { outputNames } from '../../features/apply.ts';
import { ownColumns } from '../../features/own/columns.ts';
import { fitOwn } from '../../features/own/fit.ts';
import { fitting } from '../../features/fit.ts';
import { labelFolds, trainingLabels } from '../../features/labels.ts';
import { passedFeatures } from '../../features/given/passed.ts';
import type { PassedInput } from '../../features/given/passed.ts';
import type { FittedFeatures, FittedOwn } from '../../features/spec.ts';
import { scriptFamily } from '../../modeling/concerned.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { inPieces, takeInPieces } from '../../project/interruption.ts';
import { readImportedModel } from '../../tracking/importedModel.ts';
import type { FeaturizeOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { digestTaken } from '../importedModel.ts';
import { allowOwnCode, compiledTransforms, refusedAmong, withoutRows } from '../ownCode.ts';
import type { RefusedRows } from '../ownCode.ts';
import { preparedDigest } from '../preparedDigest.ts';
import type { FitInput } from '../fitting.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { dealOut, encodeSplit, labelled } from '../split.ts';
import type { Computed, Dependencies, StageRecord, Tools, CascadeWork } from '../stage.ts';
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
  /** A team's own transforms: what they were compiled to, and of what. */
  readonly 'own transforms'?: { readonly code: string; readonly sources: string };
  /** Of a model that was made elsewhere, which does its own preparing. */
  readonly 'inputs of the imported model'?: readonly PassedInput[];
}

interface Reach {
  readonly snapshot: Snapshot;
  /** The own transforms as JavaScript, which the digest among the parts is of. */
  readonly javascript: string | null;
}

/** Own transforms, fitted on the training part, and the rows of it that they take. */
export function fittedOwn(
  pipeline: Pick<Pipeline, 'label' | 'row_id'>,
  schema: RowSchema,
  code: string,
  training: Table,
): { readonly own: FittedOwn; readonly kept: Int32Array } {
  const named = new Set(ownInputs(pipeline, schema));
  const own = fitOwn(
    code,
    training,
    [...training.columns.keys()].filter((name) => named.has(name)),
  );
  const refused = new Set(ownColumns(own, training).refused.map(({ row }) => row));
  const all = Int32Array.from({ length: training.rows }, (_, row) => row);
  return { own, kept: all.filter((row) => !refused.has(row)) };
}

/** Columns that own transforms may read: what a model may see, also where the pipeline drops it as a feature of its own. */
function ownInputs(pipeline: Pick<Pipeline, 'label' | 'row_id'>, schema: RowSchema): readonly string[] {
  return inputColumns({ ...pipeline, features: { auto: true, drop: [], features: [] } }, schema);
}

/** Columns of the table that make features. */
export const inputsOfFeatures = (
  pipeline: Pick<Pipeline, 'features' | 'label' | 'row_id'>,
  schema: RowSchema,
  { own }: Pick<FittedFeatures, 'own'>,
): readonly string[] =>
  inputColumns(
    pipeline,
    schema,
    own?.columns.flatMap(({ inputs }) => inputs.map(({ name }) => name)),
  );

/**
 * Fits the transforms on the training part, and on nothing else.
 *
 * @param code Digest of the team's own transforms, which were loaded. Rows of the training part that they refuse teach nothing.
 */
export async function fitFeatures(
  watched: Pick<Tools, 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'features' | 'label' | 'row_id'>,
  { rows, split, task, target }: Pick<FitInput, 'rows' | 'split' | 'task' | 'target'>,
  code?: string,
): Promise<FittedFeatures> {
  const inputs = new Set(inputColumns(pipeline, rows.schema));
  const exclude = [...rows.table.columns.keys()].filter((name) => !inputs.has(name));
  const taken = { label: 'featurize', detail: 'cells of the training part taken' };
  let train = split.train;
  let training = await takeInPieces(watched, taken, rows.table, train);
  let own: FittedOwn | undefined;
  if (code !== undefined) {
    const found = fittedOwn(pipeline, rows.schema, code, training);
    own = found.own;
    if (found.kept.length < train.length) {
      train = found.kept.map((place) => split.train[place]!);
      training = takeRows(training, found.kept);
    }
  }
  const told = { label: 'featurize', detail: 'cells of the training part looked at', total: 0 };
  // A personal column that nothing uses is not in the rows, also where the pipeline says that it is to be dropped.
  const drop = pipeline.features.drop.filter((name) => rows.table.columns.has(name));
  const folds = foldsById(rows.ids, train, labelFolds);
  const labels = trainingLabels(task, target, train, folds);
  return inPieces(watched, told, fitting({ ...pipeline.features, drop }, training, exclude, labels, own));
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

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { pipeline, upstream } = work;
  const given = await inputsGiven(work);
  const own = given === null ? await compiledTransforms(work.context, pipeline) : null;
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const parts: Parts = {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    'pipeline label': pipeline.label,
    'pipeline row_id': pipeline.row_id,
    'pipeline time': pipeline.time,
    'pipeline split': pipeline.split,
    'pipeline features': pipeline.features,
    ...(own === null ? {} : { 'own transforms': { code: own.code, sources: own.sources } }),
    ...(given === null ? {} : { 'inputs of the imported model': given }),
  };
  return { parts, reach: { snapshot, javascript: own?.javascript ?? null } };
}

/** What is written down of own transforms; their code is kept for the bundles that need it. */
async function ownOf(
  { store }: Tools,
  { 'own transforms': own }: Parts,
  javascript: string | null,
  { rows, examples }: RefusedRows,
): Promise<Pick<FeaturizeOutput, 'own'>> {
  if (own === undefined || javascript === null) return {};
  return { own: { ...own, code: await store.put(javascript), refused: rows, examples: [...examples] } };
}

/** Whoever runs the pipeline lets its own transforms run: from now on their bundles are at home here. */
async function settled({ context }: CascadeWork, record: StageRecord): Promise<void> {
  const { own } = outputOf.featurize(record);
  if (own !== undefined) await allowOwnCode(context, own.code);
}

/** Split and fitted transforms. */
export async function compute(
  { parts, reach: { snapshot, javascript } }: Dependencies<Parts, Reach>,
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
  const dealt = dealOut(pipeline, rows, labelledRows);
  checkParts(dealt);
  const given = parts['inputs of the imported model'];
  const fitted =
    given === undefined
      ? await fitFeatures(
          tools,
          pipeline,
          { rows, split: dealt, task, target },
          parts['own transforms']?.code,
        )
      : passedFeatures(given);
  const { refused, ...told } = refusedAmong(fitted, rows.table, labelledRows, (row) =>
    takeIds(rows.ids, Int32Array.of(row)).at(0)!,
  );
  const split = withoutRows(dealt, refused);
  checkParts(split);
  const used = labelledRows.filter((row) => !refused.has(row));
  const prepared = await inPieces(
    tools,
    { label: 'featurize', detail: 'rows prepared', total: used.length },
    preparedDigest(fitted, rows.table, used),
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
    inputs: inputsOfFeatures(pipeline, rows.schema, fitted),
    ...(await ownOf(tools, parts, javascript, told)),
    prepared,
  };
  const { own } = output;
  const objects = [output.features, output.split, ...(own === undefined ? [] : [own.code])];
  return { digest: digestOf(output), output, objects, exitCode: 0 };
}

/** The same once more, of what a record says that it depended on then: what is made of it, and nothing else, may differ. */
export const featurizeAgain = (
  parts: StageRecord['parts'],
  reach: Reach,
  tools: Tools,
): Promise<Computed<FeaturizeOutput>> =>
  // The record is of this stage: its parts are what `dependencies` gave.
  compute({ parts: parts as unknown as Parts, reach }, tools);

/** Splits, fits the transforms on the training part only, writes the feature set. */
export const featurizeStage = defineStage({ name: 'featurize', dependencies, compute, settled });
