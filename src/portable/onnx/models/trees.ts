import { readFiles } from '../../../modeling/families/gbdt/files.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import {
  categoricalBit,
  defaultLeftBit,
  missingKinds,
  missingShift,
  zeroBound,
} from '../../../modeling/trees/tree.ts';
import type { Tree } from '../../../modeling/trees/tree.ts';
import { scoresOf } from '../answers.ts';
import { Inexpressible } from '../columns.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';
import { treeColumns } from './treeColumns.ts';
import type { ForeignCells, TreeColumns } from './treeColumns.ts';

/** The lists that TreeEnsembleRegressor takes, split by split and leaf by leaf. */
interface Lists {
  readonly trees: number[];
  readonly nodes: number[];
  readonly features: number[];
  readonly thresholds: number[];
  readonly modes: string[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly leafTrees: number[];
  readonly leafNodes: number[];
  readonly leafOutputs: number[];
  readonly leafValues: number[];
}

/** The largest number below −zeroBound. */
const belowZeros = -(zeroBound + 2 ** Math.floor(Math.log2(zeroBound)) * Number.EPSILON);

/**
 * Left up to which number: trees take what is about 0 for 0, and ONNX does not, so that a threshold there stands at the end of
 * those numbers.
 */
function thresholdOf(threshold: number): number {
  if (threshold >= 0 && threshold < zeroBound) return zeroBound;
  return threshold < 0 && threshold >= -zeroBound ? belowZeros : threshold;
}

function addSplit(lists: Lists, tree: Tree, split: number, place: number, exact: boolean): void {
  const decision = tree.decision[split]!;
  lists.features.push(place);
  lists.modes.push('BRANCH_LEQ');
  if ((decision & categoricalBit) !== 0) {
    lists.thresholds.push(0.5);
    lists.missingLeft.push(0);
    return;
  }
  const threshold = tree.threshold[split]!;
  const missing = missingKinds[decision >> missingShift];
  if (missing === 'zero')
    throw new Inexpressible('its trees take 0 for missing', 'hand on the file that it was imported from');
  lists.thresholds.push(exact ? threshold : thresholdOf(threshold));
  // A tree that learnt from no missing cell takes one for 0.
  lists.missingLeft.push(Number(missing === 'nan' ? (decision & defaultLeftBit) !== 0 : threshold >= 0));
}

function addTree(
  lists: Lists,
  tree: Tree,
  [index, output]: readonly [number, number],
  { placeOf }: TreeColumns,
  exact: boolean,
): void {
  const splits = tree.splitFeature.length;
  const node = (child: number): number => (child >= 0 ? child : splits + ~child);
  for (let split = 0; split < splits; split += 1) {
    lists.trees.push(index);
    lists.nodes.push(split);
    lists.left.push(node(tree.left[split]!));
    lists.right.push(node(tree.right[split]!));
    addSplit(lists, tree, split, placeOf(tree, split), exact);
  }
  tree.leafValue.forEach((value, leaf) => {
    lists.trees.push(index);
    lists.nodes.push(splits + leaf);
    lists.left.push(0);
    lists.right.push(0);
    lists.features.push(0);
    lists.thresholds.push(0);
    lists.modes.push('LEAF');
    lists.missingLeft.push(0);
    lists.leafTrees.push(index);
    lists.leafNodes.push(splits + leaf);
    lists.leafOutputs.push(output);
    lists.leafValues.push(value);
  });
}

const doubles = (numbers: readonly number[]) =>
  ({ tensor: { type: 'double', dims: [numbers.length], numbers } }) as const;

/** Raw sums of trees: thresholds and leaves are float64, what comes out was rounded to float32 once. */
export function treeSums(
  features: GraphFeatures,
  columns: readonly number[],
  trees: readonly Tree[],
  outputs: number,
  foreign: ForeignCells | null = null,
): Value {
  const { graph, math } = features;
  const split = treeColumns(features, columns, trees, foreign);
  const exact = foreign?.single === true;
  const lists: Lists = {
    ...{ trees: [], nodes: [], features: [], thresholds: [], modes: [], left: [], right: [] },
    ...{ missingLeft: [], leafTrees: [], leafNodes: [], leafOutputs: [], leafValues: [] },
  };
  trees.forEach((tree, index) => addTree(lists, tree, [index, index % outputs], split, exact));
  const sums = graph.op('TreeEnsembleRegressor', [split.value], {
    n_targets: outputs,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    nodes_treeids: lists.trees,
    nodes_nodeids: lists.nodes,
    nodes_featureids: lists.features,
    nodes_values_as_tensor: doubles(lists.thresholds),
    nodes_modes: lists.modes,
    nodes_truenodeids: lists.left,
    nodes_falsenodeids: lists.right,
    nodes_missing_value_tracks_true: lists.missingLeft,
    target_treeids: lists.leafTrees,
    target_nodeids: lists.leafNodes,
    target_ids: lists.leafOutputs,
    target_weights_as_tensor: doubles(lists.leafValues),
  });
  return math.asNumber(sums);
}

const exponentials = new Set(['poisson', 'gamma', 'tweedie']);

/** The family gbdt. */
export function writeTrees(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  const { trees: model, binding } = readFiles(files, task);
  const { graph, math } = features;
  const columns = binding.features.map(({ column }) => column);
  const sums = treeSums(features, columns, model.trees, model.outputs);
  const calibrated = math.add(math.multiply(sums, binding.slope), graph.numbers(binding.shift));
  if (exponentials.has(model.objective?.name ?? '')) return math.apply('Exp', calibrated);
  return scoresOf(features, task, calibrated);
}
