import { onnxRefused } from './refused.ts';
import type { OnnxNode } from './node.ts';
import { fractionsOf } from './tensor.ts';

const modes = new Set([
  'BRANCH_LEQ',
  'BRANCH_LT',
  'BRANCH_GTE',
  'BRANCH_GT',
  'BRANCH_EQ',
  'BRANCH_NEQ',
  'LEAF',
]);
const aggregates = new Set(['SUM', 'AVERAGE', 'MIN', 'MAX']);

/** An attribute’s lists, which may be absent. */
export const wholesIn = ({ attributes }: OnnxNode, name: string): readonly number[] =>
  attributes.get(name)?.wholes ?? [];
export const textsIn = ({ attributes }: OnnxNode, name: string): readonly string[] =>
  attributes.get(name)?.texts ?? [];
/** float32, or the same as a tensor of float64. */
export function numbersIn({ attributes }: OnnxNode, name: string): readonly number[] {
  const tensor = attributes.get(`${name}_as_tensor`)?.tensor;
  return tensor === null || tensor === undefined ? (attributes.get(name)?.floats ?? []) : fractionsOf(tensor);
}

/** How many classes a classifier answers, by the labels that it names. */
export const labelsOf = (node: OnnxNode): readonly string[] => {
  const words = [...textsIn(node, 'classlabels_strings'), ...textsIn(node, 'classlabels_ints')];
  return words.length > 0
    ? words
    : [...wholesIn(node, 'classlabels_int64s'), ...wholesIn(node, 'classlabels_ints')].map(String);
};

/** The nodes of an ensemble by tree and number. */
interface Nodes {
  readonly told: string;
  readonly count: number;
  readonly place: ReadonlyMap<string, number>;
  readonly isLeaf: (at: number) => boolean;
}

const key = (tree: number, node: number): string => `${tree}/${node}`;

function nodesOf(node: OnnxNode, told: string): Nodes {
  const ids = wholesIn(node, 'nodes_nodeids');
  const trees = wholesIn(node, 'nodes_treeids');
  const kinds = textsIn(node, 'nodes_modes');
  const lengths = {
    nodes_treeids: trees.length,
    nodes_featureids: wholesIn(node, 'nodes_featureids').length,
    nodes_values: numbersIn(node, 'nodes_values').length,
    nodes_modes: kinds.length,
    nodes_truenodeids: wholesIn(node, 'nodes_truenodeids').length,
    nodes_falsenodeids: wholesIn(node, 'nodes_falsenodeids').length,
    nodes_missing_value_tracks_true: wholesIn(node, 'nodes_missing_value_tracks_true').length || ids.length,
    nodes_hitrates: numbersIn(node, 'nodes_hitrates').length || ids.length,
  };
  for (const [name, length] of Object.entries(lengths))
    if (length !== ids.length) throw onnxRefused(`${told} has ${length} of ${name}, and ${ids.length} nodes`);
  if (ids.length === 0) throw onnxRefused(`${told} has no node`);
  const wrong = kinds.find((kind) => !modes.has(kind));
  if (wrong !== undefined) throw onnxRefused(`${told} splits by ${JSON.stringify(wrong)}`);
  const place = new Map(ids.map((id, at) => [key(trees[at]!, id), at]));
  if (place.size !== ids.length) throw onnxRefused(`${told} has two nodes of one number in one tree`);
  return { told, count: ids.length, place, isLeaf: (at) => kinds[at] === 'LEAF' };
}

/** Each node is reached exactly once from the one root of its tree: no circle, no second parent, no loose end. */
function checkShape(node: OnnxNode, { told, count, place, isLeaf }: Nodes): void {
  const trees = wholesIn(node, 'nodes_treeids');
  const ids = wholesIn(node, 'nodes_nodeids');
  const sides = [wholesIn(node, 'nodes_truenodeids'), wholesIn(node, 'nodes_falsenodeids')];
  const children = (at: number): number[] =>
    isLeaf(at)
      ? []
      : sides.map((side) => {
          const child = place.get(key(trees[at]!, side[at]!));
          if (child === undefined)
            throw onnxRefused(
              `${told}: node ${ids[at]} of tree ${trees[at]} leads to node ${side[at]}, which is absent`,
            );
          return child;
        });
  const parents = new Uint8Array(count);
  for (let at = 0; at < count; at += 1)
    for (const child of children(at)) {
      if (parents[child] === 1)
        throw onnxRefused(`${told}: two nodes lead to node ${ids[child]} of tree ${trees[child]}`);
      parents[child] = 1;
    }
  const roots = new Set<number>();
  let reached = 0;
  for (let root = 0; root < count; root += 1) {
    if (parents[root] === 1) continue;
    if (roots.has(trees[root]!)) throw onnxRefused(`${told}: tree ${trees[root]} has two roots`);
    roots.add(trees[root]!);
    const waiting = [root];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      reached += 1;
      waiting.push(...children(at));
    }
  }
  if (reached !== count) throw onnxRefused(`${told}: its nodes lead in a circle`);
}

function checkSplits(node: OnnxNode, { told, count, isLeaf }: Nodes, width: number | null): void {
  const features = wholesIn(node, 'nodes_featureids');
  const values = numbersIn(node, 'nodes_values');
  for (let at = 0; at < count; at += 1) {
    if (isLeaf(at)) continue;
    const feature = features[at]!;
    if (!(feature >= 0 && feature < (width ?? 1_000_000)))
      throw onnxRefused(`${told} splits on input ${feature}${width === null ? '' : ` of ${width}`}`);
    if (Number.isNaN(values[at])) throw onnxRefused(`${told} splits at NaN`);
  }
}

function checkLeaves(node: OnnxNode, { told, place, isLeaf }: Nodes, outputs: number): void {
  const kind = node.operator === 'TreeEnsembleClassifier' ? 'class' : 'target';
  const ids = wholesIn(node, `${kind}_nodeids`);
  const trees = wholesIn(node, `${kind}_treeids`);
  const targets = wholesIn(node, `${kind}_ids`);
  const weights = numbersIn(node, `${kind}_weights`);
  if (new Set([ids.length, trees.length, targets.length, weights.length]).size > 1)
    throw onnxRefused(`${told}: its lists of leaves differ in length`);
  for (let at = 0; at < ids.length; at += 1) {
    const leaf = place.get(key(trees[at]!, ids[at]!));
    if (leaf === undefined || !isLeaf(leaf))
      throw onnxRefused(`${told}: node ${ids[at]} of tree ${trees[at]} has a value and is no leaf`);
    if (!(targets[at]! >= 0 && targets[at]! < outputs))
      throw onnxRefused(`${told}: a leaf adds to output ${targets[at]} of ${outputs}`);
    if (!Number.isFinite(weights[at])) throw onnxRefused(`${told}: a leaf is ${weights[at]}`);
  }
  const base = numbersIn(node, 'base_values');
  if (base.length > 0 && base.length !== outputs && base.length !== 1)
    throw onnxRefused(`${told} has ${base.length} base values for ${outputs} outputs`);
  if (!base.every(Number.isFinite)) throw onnxRefused(`${told}: a base value is no finite number`);
}

/** The trees of one operator. `width`: how many inputs a row has, where that is known. @throws refused for what no tree is */
export function checkEnsemble(node: OnnxNode, width: number | null): void {
  const told = `its ${node.operator}`;
  const nodes = nodesOf(node, told);
  const outputs =
    node.operator === 'TreeEnsembleClassifier'
      ? labelsOf(node).length
      : (node.attributes.get('n_targets')?.whole ?? 1);
  if (!(outputs >= 1)) throw onnxRefused(`${told} names no class`);
  const aggregate = node.attributes.get('aggregate_function')?.text ?? 'SUM';
  if (!aggregates.has(aggregate)) throw onnxRefused(`${told} adds up by ${JSON.stringify(aggregate)}`);
  checkShape(node, nodes);
  checkSplits(node, nodes, width);
  checkLeaves(node, nodes, outputs);
}

/** The largest number of an input that its trees split on. */
export const widestSplit = (node: OnnxNode): number =>
  wholesIn(node, 'nodes_featureids').reduce(
    (most, feature, at) => (textsIn(node, 'nodes_modes')[at] === 'LEAF' ? most : Math.max(most, feature)),
    -1,
  );
