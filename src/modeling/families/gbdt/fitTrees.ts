import { dataError, usageError } from '../../../errors.ts';
import type { FeatureRows } from '../../../features/encode.ts';
import { createRandom } from '../../../random.ts';
import type { FitJob, FittedModel, Task } from '../../model.ts';
import { prepareTarget } from '../../objective.ts';
import type { PreparedTarget } from '../../objective.ts';
import { treeBackend } from '../../trees/backend.ts';
import type { TreeModel } from '../../trees/tree.ts';
import { inTurns } from '../../turns.ts';
import { featureInfo } from './asTree.ts';
import { binRows, layOutBins } from './binning.ts';
import { boost } from './boost.ts';
import type { Boosted, BoostingJob } from './boost.ts';
import { treeFeatures } from './features.ts';
import type { TreeFeature } from './features.ts';
import { writeFiles } from './files.ts';
import type { BoundTrees } from './files.ts';
import { startHelpers } from './kernel/helpers.ts';
import type { Helpers } from './kernel/helpers.ts';
import { lossOf } from './loss.ts';
import { giveTreeMemoryBack, takeTreeMemory } from './kernel/memory.ts';
import type { TreeMemory } from './kernel/memory.ts';
import type { GbdtParameters } from './parameters.ts';
import { treeAnswers, treeSums } from './scorer.ts';

/** Trees on fewer cells are grown before a helper is up. */
const leastHelped = 500_000;
/** More find too few blocks of columns to take. */
const mostHelpers = 7;

function helpersFor(memory: TreeMemory, { training: { rows }, hooks }: FitJob): Helpers | null {
  const columns = rows.columns.length;
  if (rows.rows * columns < leastHelped) return null;
  const count = Math.min((hooks.threads ?? 1) - 1, Math.ceil(columns / 4) - 1, mostHelpers);
  return count > 0 ? startHelpers(memory, count) : null;
}

/** Fits trees in memory that trees share, with helpers where the rows are many. */
export async function fitTrees(job: FitJob): Promise<FittedModel> {
  const memory = takeTreeMemory();
  const helpers = helpersFor(memory, job);
  try {
    return await fitIn(memory, helpers, job);
  } finally {
    await helpers?.end();
    giveTreeMemoryBack(memory);
  }
}

async function fitIn(memory: TreeMemory, helpers: Helpers | null, job: FitJob): Promise<FittedModel> {
  const { task, training, stopping, rounds, options, seed, score, hooks } = job;
  const parameters = options.gbdt;
  checkTarget(task, training.target, parameters);
  const prepared = prepareTarget(task, training.target, options.class_weights);
  const target = task.kind === 'regression' ? training.target : prepared.values;
  const loss = lossOf(task, parameters);
  const { columns, prepared: cells } = training.rows;
  const features = treeFeatures(columns, cells);
  const layout = await inTurns(layOutBins(features, cells, parameters.max_bins), hooks.signal);
  const unbound = bound({ loss, features, layout }, [], 1, []);
  const boosted = await boost({
    memory,
    helpers,
    layout,
    training: await inTurns(binRows(memory, layout, features, cells), hooks.signal),
    target,
    weights: options.class_weights === 'balanced' ? weightsOf(task, prepared) : null,
    loss,
    parameters,
    monotone: monotoneOf(task, training.rows, features, parameters),
    stopping:
      stopping === null
        ? null
        : {
            rows: await inTurns(binRows(memory, layout, features, stopping.rows.prepared), hooks.signal),
            judge: (sums) => score(treeAnswers(task, unbound, sums.slice()), stopping.target),
          },
    rounds,
    random: createRandom(`${seed}/gbdt`),
    hooks: { ...hooks, onRows: (report) => hooks.onRows?.({ ...report, family: 'gbdt' }) },
  });
  return fittedTrees(job, { loss, features, layout }, boosted);
}

function fittedTrees(
  { task, stopping }: FitJob,
  made: Pick<BoostingJob, 'loss' | 'layout'> & { readonly features: readonly TreeFeature[] },
  { trees, history, bestEpoch, stoppingSums, trainingSums }: Boosted,
): FittedModel {
  const plain = bound(made, trees, 1, []);
  return {
    backend: treeBackend,
    history,
    rounds: bestEpoch,
    // Those of the rows that stopped it were summed while it was fitted: the same bits.
    *margins(rows) {
      if (rows === stopping?.rows && stoppingSums !== null) return stoppingSums.slice();
      return yield* treeSums(plain, rows);
    },
    trainingSums,
    answers: (sums) => treeAnswers(task, plain, sums.slice()),
    seal: ({ calibration, shift }) => ({
      files: writeFiles(bound(made, trees, calibration.slope, [...shift])),
      parameters: trees.reduce((sum, tree) => sum + tree.leafValue.length + tree.threshold.length, 0),
    }),
    dispose: () => undefined,
  };
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
  {
    loss,
    features,
    layout,
  }: Pick<BoostingJob, 'loss' | 'layout'> & { readonly features: readonly TreeFeature[] },
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
