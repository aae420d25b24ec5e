import { AiengError } from '../../../errors.ts';
import { addSums, layOut } from '../../trees/forest.ts';
import { answersOf } from '../../trees/output.ts';
import { readTrees } from '../../trees/read.ts';
import { categoricalBit, zeroBound } from '../../trees/tree.ts';
import type { Tree, TreeModel } from '../../trees/tree.ts';
import { treeBackend } from '../../trees/backend.ts';
import { modelRefused } from './foreign.ts';
import type { AnswerOfSums, ForeignAnswers, ForeignInput, ForeignModel } from './foreign.ts';

const numbers = new Set([
  ...['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape'],
  ...['poisson', 'gamma', 'tweedie'],
]);

function answersKind({ objective, outputs }: TreeModel): ForeignAnswers {
  switch (objective?.name) {
    case undefined:
      return outputs === 1
        ? { kind: 'number' }
        : { kind: 'none', because: 'it names no objective, so nobody can say what its raw sums mean' };
    case 'binary':
    case 'cross_entropy':
      return { kind: 'probability' };
    case 'multiclass':
    case 'multiclassova':
      return { kind: 'probabilities', classes: outputs };
    default:
      return numbers.has(objective!.name)
        ? { kind: 'number' }
        : { kind: 'none', because: `its objective ${objective!.name} answers neither a number nor classes` };
  }
}

function answerOf({ objective }: TreeModel): AnswerOfSums {
  switch (objective?.name) {
    case undefined:
      return { how: 'identity' };
    case 'binary':
    case 'multiclassova':
      return { how: 'sigmoid', slope: objective.sigmoid };
    case 'cross_entropy':
      return { how: 'sigmoid', slope: 1 };
    case 'multiclass':
      return { how: 'softmax' };
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return { how: 'exp' };
    default:
      if (!numbers.has(objective!.name)) return { how: 'none' };
      return { how: objective!.sqrt ? 'signed square' : 'identity' };
  }
}

/** Features that some split takes as categories, or that the file lists categories of. */
function categoricalOf({ trees, featureInfos }: TreeModel): ReadonlySet<number> {
  const found = new Set(featureInfos.flatMap((info, at) => (/^-?\d+(:-?\d+)*$/.test(info) ? [at] : [])));
  for (const { splitFeature, decision } of trees)
    splitFeature.forEach((feature, split) => {
      if ((decision[split]! & categoricalBit) !== 0) found.add(feature);
    });
  return found;
}

/** What trees of a random forest say on average, so that contributions add up to what is answered. */
function averaged({ average, trees, outputs }: TreeModel): readonly Tree[] {
  if (!average) return trees;
  const iterations = trees.length / outputs;
  return trees.map((tree) => ({ ...tree, leafValue: tree.leafValue.map((value) => value / iterations) }));
}

/** About 0 is 0, as the trees have it. */
const ownCells = (cells: Float64Array): Float64Array =>
  cells.map((value) => (value >= -zeroBound && value <= zeroBound ? 0 : value));

const parametersOf = (trees: readonly Tree[]): number =>
  trees.reduce((sum, { leafValue, threshold }) => sum + leafValue.length + threshold.length, 0);

function parsed(bytes: Uint8Array): TreeModel {
  try {
    return readTrees(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof AiengError)
      throw modelRefused('LightGBM', error.message.replace(/^.*?LightGBM writes: /u, '').replace(/\.$/u, ''));
    if (error instanceof TypeError) throw modelRefused('LightGBM', 'it is no UTF-8 text');
    throw error;
  }
}

/** LightGBM's text model: the same raw sums as LightGBM's, bit for bit. */
export function readLightgbm(bytes: Uint8Array): ForeignModel {
  const model = parsed(bytes);
  const { trees, outputs, featureNames, featureInfos, objective, pandasCategories } = model;
  const forest = layOut(trees);
  const categorical = categoricalOf(model);
  const width = featureNames.length;
  const lists = pandasCategories.map((words) => words.map(String));
  const inputs = featureNames.map((name, at): ForeignInput => {
    const range = /^\[(.+):(.+)\]$/.exec(featureInfos[at]!)?.slice(1).map(Number);
    const known = range?.every(Number.isFinite) === true && !categorical.has(at);
    return { name, categorical: categorical.has(at), ...(known ? { range: [range[0]!, range[1]!] } : {}) };
  });
  return {
    format: 'lightgbm',
    told: `LightGBM, ${objective === null ? 'no objective' : `objective ${objective.name}`}, ${trees.length} trees`,
    inputs: withWords(inputs, lists),
    outputs,
    answers: answersKind(model),
    parameters: parametersOf(trees),
    backend: treeBackend,
    notes: [
      ...(objective === null ? ['It names no objective: its raw sums are taken as they are.'] : []),
      ...(objective?.name === 'multiclassova'
        ? ['Its probabilities are of each class against the others: they are brought to a sum of 1.']
        : []),
    ],
    sums: (cells, rows) => {
      const sums = new Float64Array(rows * outputs);
      addSums(forest, cells, width, outputs, sums);
      return sums;
    },
    answersOf: (sums) => answersOf(model, sums.slice()),
    explained: () => ({
      trees: averaged(model),
      base: new Float64Array(outputs),
      cellsOf: ownCells,
      answer: answerOf(model),
      single: null,
    }),
  };
}

/**
 * pandas' category columns have their words in the file, in the order of the columns and without their names. Where as many
 * inputs are split on by category as there are lists, these are they; else whoever maps the columns has to say it.
 */
function withWords(
  inputs: readonly ForeignInput[],
  lists: readonly (readonly string[])[],
): readonly ForeignInput[] {
  if (lists.length !== inputs.filter(({ categorical }) => categorical).length) return inputs;
  let next = 0;
  return inputs.map((input) => (input.categorical === true ? { ...input, words: lists[next++]! } : input));
}

/** The lists of words of a LightGBM file that no input could be named for yet. */
export function looseWords(bytes: Uint8Array): readonly (readonly string[])[] {
  return parsed(bytes).pandasCategories.map((words) => words.map(String));
}
