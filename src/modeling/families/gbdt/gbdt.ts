import { dataError, usageError } from '../../../errors.ts';
import type { FeatureRows } from '../../../features/encode.ts';
import { createRandom } from '../../../random.ts';
import { calibrating, uncalibrated } from '../../calibration.ts';
import type { FoldedCalibration } from '../../calibration.ts';
import type {
  Family,
  FamilyOptions,
  LabelledRows,
  Score,
  Task,
  TrainedModel,
  TrainHooks,
} from '../../model.ts';
import { outputUnits, scoreWidth } from '../../network.ts';
import { prepareTarget, priorShift } from '../../objective.ts';
import type { PreparedTarget } from '../../objective.ts';
import type { TreeModel } from '../../trees/tree.ts';
import { inRows, inTurns, judgingRows, turnRows } from '../../turns.ts';
import { featureInfo } from './asTree.ts';
import { binRows, layOutBins } from './binning.ts';
import type { Layout } from './binning.ts';
import { boost } from './boost.ts';
import type { Boosted } from './boost.ts';
import { treeFeatures } from './features.ts';
import type { TreeFeature } from './features.ts';
import { readFiles, writeFiles } from './files.ts';
import type { BoundTrees } from './files.ts';
import { honestShift } from './honestShift.ts';
import { lossOf } from './loss.ts';
import type { Loss } from './loss.ts';
import { gbdtParametersShape } from './parameters.ts';
import type { GbdtParameters } from './parameters.ts';
import { treeAnswers, treeBackend, treeScorer } from './scorer.ts';

/**
 * Gradient-boosted trees on histograms: leaf-wise, with a learned side for what is missing and splits of sorted
 * categories, kept as LightGBM's text model. Takes prepared columns and needs no TensorFlow.js.
 */
export const gbdt: Family = {
  name: 'gbdt',
  complexity: 2,
  input: 'prepared',
  parameters: gbdtParametersShape,
  backend: () => Promise.resolve(treeBackend),
  train: trainTrees,
  load: (files, task) => Promise.resolve().then(() => treeScorer(task, readFiles(files, task))),
};

/** What the trees of a training are made of and judged by. */
interface Job {
  readonly task: Task;
  readonly prepared: PreparedTarget;
  readonly target: Float64Array;
  readonly loss: Loss;
  readonly features: readonly TreeFeature[];
  readonly layout: Layout;
  readonly validation: LabelledRows;
  readonly score: Score;
  readonly hooks: TrainHooks;
}

async function trainTrees(
  task: Task,
  training: LabelledRows,
  validation: LabelledRows,
  options: FamilyOptions,
  seed: number,
  score: Score,
  hooks: TrainHooks,
): Promise<TrainedModel> {
  const parameters = options.gbdt;
  checkTarget(task, training.target, parameters);
  const prepared = prepareTarget(task, training.target, options.class_weights);
  const target = task.kind === 'regression' ? training.target : prepared.values;
  const loss = lossOf(task, parameters);
  const { columns, prepared: cells } = training.rows;
  const features = treeFeatures(columns, cells);
  const layout = await inTurns(layOutBins(features, cells, parameters.max_bins), hooks.signal);
  const job: Job = { task, prepared, target, loss, features, layout, validation, score, hooks };
  const unbound = bound(job, [], 1, []);
  const boosted = await boost({
    layout,
    training: await inTurns(binRows(layout, features, cells), hooks.signal),
    validation: await inTurns(binRows(layout, features, validation.rows.prepared), hooks.signal),
    target,
    weights: options.class_weights === 'balanced' ? weightsOf(task, prepared) : null,
    loss,
    parameters,
    monotone: monotoneOf(task, training.rows, features, parameters),
    validate: (sums) => score(treeAnswers(task, unbound, sums.slice()), validation.target),
    random: createRandom(`${seed}/gbdt`),
    hooks: { ...hooks, onRows: (report) => hooks.onRows?.({ ...report, family: 'gbdt' }) },
  });
  return finish(job, boosted, options.calibration);
}

function checkTarget(task: Task, target: Float64Array, { objective }: GbdtParameters): void {
  if (objective === 'auto') return;
  if (task.kind !== 'regression')
    throw usageError({
      code: 'objective-not-for-classes',
      message: `model.gbdt.objective is ${objective}, which is for numbers; the label has classes.`,
      hint: 'Leave model.gbdt.objective out of the pipeline, or set label.task to regression.',
    });
  if (objective !== 'poisson' && objective !== 'tweedie') return;
  const row = target.findIndex((label) => label < 0);
  if (row < 0 && target.some((label) => label > 0)) return;
  throw dataError({
    code: 'label-not-a-count',
    message:
      row < 0
        ? `model.gbdt.objective is ${objective}, but all training labels are 0.`
        : `model.gbdt.objective is ${objective}, which takes labels from 0 on; a training row has ${target[row]}.`,
    hint: 'Set model.gbdt.objective to squared or absolute in the pipeline.',
  });
}

function weightsOf(task: Task, { values, classWeights }: PreparedTarget): Float64Array | null {
  return task.kind === 'regression' ? null : values.map((code) => classWeights[code]!);
}

/** By feature −1, 0 or 1. A name may be a column's or a prepared column's. */
function monotoneOf(
  task: Task,
  rows: FeatureRows,
  features: readonly TreeFeature[],
  { monotone }: GbdtParameters,
): Int8Array {
  const wished = new Map(Object.entries(monotone));
  if (wished.size > 0 && task.kind === 'multiclass')
    throw usageError({
      code: 'monotone-classes',
      message: `model.gbdt.monotone has no meaning for ${task.classes.length} classes.`,
      hint: 'Remove model.gbdt.monotone from the pipeline.',
    });
  const signs = features.map(({ column, kind }) => {
    const named = rows.columns[column];
    return kind !== 'number' || named === undefined
      ? undefined
      : (wished.get(named.name) ?? wished.get(named.column));
  });
  for (const name of wished.keys()) {
    const known = features
      .filter(({ kind }) => kind === 'number')
      .map((feature) => rows.columns[feature.column]);
    if (known.some((column) => column?.name === name || column?.column === name)) continue;
    throw usageError({
      code: 'monotone-column',
      message: `model.gbdt.monotone names ${JSON.stringify(name)}, which is no number among the features.`,
      hint: `Numbers to choose from: ${[...new Set(known.map((column) => column?.name))].slice(0, 20).join(', ')}.`,
    });
  }
  return Int8Array.from(signs, (sign) => sign ?? 0);
}

/** Words of a name that the text model can hold: no blanks, none of JSON's marks. */
const wordOf = (name: string): string =>
  name.replaceAll(/[\s",:[\]{}%]/gu, (mark) => encodeURIComponent(mark)) || '%00';

/** Trees with what binds them to the features. */
function bound(
  { loss, features, layout }: Pick<Job, 'loss' | 'features' | 'layout'>,
  trees: TreeModel['trees'],
  slope: number,
  shift: readonly number[],
): BoundTrees {
  return {
    trees: {
      featureNames: features.map(({ name }) => wordOf(name)),
      featureInfos: layout.features.map(featureInfo),
      outputs: loss.outputs,
      objective: { name: loss.name, sigmoid: 1, sqrt: false },
      average: false,
      trees,
      pandasCategories: [],
    },
    binding: {
      version: 1,
      features: [...features],
      slope,
      shift: shift.length > 0 ? shift : new Array<number>(loss.outputs).fill(0),
    },
  };
}

/** Calibrates, keeps the calibration beside the trees, and writes the files. */
async function finish(
  job: Job,
  { trees, history, bestEpoch, validationSums }: Boosted,
  wanted: FamilyOptions['calibration'],
): Promise<TrainedModel> {
  const { task, validation, hooks } = job;
  const { rows } = validation.rows;
  const told = judgingRows(hooks, 'gbdt', history.length, wanted === 'auto' ? 2 * rows : rows);
  const { calibration, shift } =
    wanted === 'auto'
      ? await calibrated(job, validationSums, told)
      : uncalibrated(outputUnits(task), 'the pipeline asks for none');
  const model = bound(job, trees, calibration.slope, [...shift]);
  const width = scoreWidth(task);
  const units = outputUnits(task);
  const scores = new Float64Array(rows * width);
  const answering = inRows(rows, (from, to) => {
    const sums = validationSums.slice(from * units, to * units);
    scores.set(treeAnswers(task, model, sums), from * width);
  });
  await inTurns(answering, hooks.signal, told, turnRows);
  return {
    family: 'gbdt',
    task,
    backend: treeBackend,
    files: writeFiles(model),
    parameters: trees.reduce((sum, tree) => sum + tree.leafValue.length + tree.threshold.length, 0),
    calibration,
    history,
    bestEpoch,
    validation: job.score(scores, validation.target),
  };
}

/** A calibration of the sums as honest ones would be: class weights shift them. `shift` takes that back, too. */
async function calibrated(
  { task, prepared, validation, hooks }: Job,
  sums: Float64Array,
  told: (rows: number) => void,
): Promise<FoldedCalibration> {
  const units = outputUnits(task);
  const target = prepareTarget(task, validation.target, 'none').values;
  const prior = honestShift(sums, target, priorShift(task, prepared));
  const honest = new Float32Array(sums.length);
  const shifting = inRows(validation.rows.rows, (from, to) => {
    for (let at = from * units; at < to * units; at += 1) honest[at] = sums[at]! + prior[at % units]!;
  });
  await inTurns(shifting, hooks.signal, told, turnRows);
  const { calibration, shift } = await inTurns(calibrating(task, honest, target), hooks.signal);
  return { calibration, shift: shift.map((each, unit) => each + calibration.slope * prior[unit]!) };
}
