import { categoricalBit, defaultLeftBit, missingKinds, missingShift } from '../../../trees/tree.ts';
import type { Tree } from '../../../trees/tree.ts';
import { integersAt, listAt, numbersAt, objectAt, parameterCount, refused } from './document.ts';
import type { Json } from './document.ts';

const nanIsMissing = missingKinds.indexOf('nan') << missingShift;
/** Categories beyond are no numbers that float32 tells apart. */
export const categoryLimit = 2 ** 24;

const pair = new DataView(new ArrayBuffer(4));

/** The largest float32 below another one. */
export function below32(value: number): number {
  if (value === 0) return -(2 ** -149);
  pair.setFloat32(0, value);
  const bits = pair.getInt32(0);
  pair.setInt32(0, value > 0 ? bits - 1 : bits + 1);
  return pair.getFloat32(0);
}

/** A tree's arrays as they stand in the file, each as long as it has nodes. */
interface Nodes {
  readonly count: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly condition: readonly number[];
  readonly defaultLeft: readonly number[];
  readonly categorical: readonly number[];
  /** Of a categorical node the categories that go right. */
  readonly sets: ReadonlyMap<number, readonly number[]>;
  readonly cover: readonly number[] | null;
  readonly gain: readonly number[] | null;
}

/** XGBoost's numbers are float32, also where the text has more digits. */
const float32 = (values: readonly number[]): readonly number[] => values.map(Math.fround);

function setsOf(tree: Json, where: string, count: number): Nodes['sets'] {
  if (tree['categories_nodes'] === undefined) return new Map();
  const nodes = integersAt(tree['categories_nodes'], `${where}: categories_nodes`, [0, count - 1]);
  const all = integersAt(tree['categories'], `${where}: categories`, [0, categoryLimit - 1]);
  const bounds = [0, all.length] as const;
  const starts = integersAt(
    tree['categories_segments'],
    `${where}: categories_segments`,
    bounds,
    nodes.length,
  );
  const sizes = integersAt(tree['categories_sizes'], `${where}: categories_sizes`, bounds, nodes.length);
  if (new Set(nodes).size !== nodes.length) throw refused(`${where}: a node has two sets of categories`);
  return new Map(
    nodes.map((node, at) => {
      const end = starts[at]! + sizes[at]!;
      if (end > all.length) throw refused(`${where}: the categories of node ${node} end beyond the list`);
      return [node, all.slice(starts[at], end)] as const;
    }),
  );
}

function nodesOf(tree: Json, features: number, where: string): Nodes {
  const left = listAt(tree['left_children'], `${where}: left_children`);
  const count = left.length;
  if (count === 0) throw refused(`${where} has no node`);
  const parameters = objectAt(tree['tree_param'], `${where}: tree_param`);
  const claimed = parameterCount(parameters['num_nodes'], `${where}: num_nodes`, count);
  if (claimed !== count) throw refused(`${where} claims ${claimed} nodes and has ${count}`);
  if (parameterCount(parameters['size_leaf_vector'], `${where}: size_leaf_vector`, 0) > 1)
    throw refused(`${where} has leaves that are vectors`);
  const list = (name: string): readonly number[] => numbersAt(tree[name], `${where}: ${name}`, count);
  const optional = (name: string): readonly number[] | null => (tree[name] === undefined ? null : list(name));
  const child = [-1, count - 1] as const;
  const types = tree['split_type'];
  return {
    count,
    left: integersAt(left, `${where}: left_children`, child, count),
    right: integersAt(tree['right_children'], `${where}: right_children`, child, count),
    // What a leaf says of a feature is not looked at.
    feature: list('split_indices').map((each) => (each >= 0 && each < features ? each : -1)),
    condition: float32(list('split_conditions')),
    defaultLeft: integersAt(tree['default_left'], `${where}: default_left`, [0, 1], count),
    categorical:
      types === undefined || (Array.isArray(types) && types.length === 0)
        ? new Array<number>(count).fill(0)
        : integersAt(types, `${where}: split_type`, [0, 1], count),
    sets: setsOf(tree, where, count),
    cover: optional('sum_hessian'),
    gain: optional('loss_changes'),
  };
}

/** The nodes that are reached from the root, each once: splits and leaves in the order of the way. */
function reachedOf(nodes: Nodes, where: string): { readonly splits: number[]; readonly leaves: number[] } {
  const { left, right, feature, condition, categorical, sets, count } = nodes;
  const seen = new Uint8Array(count);
  const [splits, leaves]: [number[], number[]] = [[], []];
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node] === 1) throw refused(`${where}: node ${node} is reached twice`);
    seen[node] = 1;
    const ends = left[node] === -1;
    if (ends !== (right[node] === -1)) throw refused(`${where}: node ${node} has one child`);
    if (ends) {
      if (!Number.isFinite(condition[node])) throw refused(`${where}: leaf ${node} is ${condition[node]}`);
      leaves.push(node);
      continue;
    }
    if (feature[node]! < 0 || !Number.isInteger(feature[node]))
      throw refused(`${where}: node ${node} splits on a feature that is not there`);
    if (categorical[node] === 1 ? !sets.has(node) : !Number.isFinite(condition[node]))
      throw refused(
        `${where}: node ${node} ${categorical[node] === 1 ? 'has no categories' : `splits at ${condition[node]}`}`,
      );
    splits.push(node);
    open.push(right[node]!, left[node]!);
  }
  // What was pruned stays in the file as a leaf that nothing leads to.
  const lost = seen.findIndex((reached, node) => reached === 0 && left[node] !== -1);
  if (lost >= 0) throw refused(`${where}: node ${lost} is not reached from the root`);
  return { splits, leaves };
}

function wordsOf(categories: readonly number[]): number[] {
  const words = new Array<number>(
    categories.reduce((most, each) => Math.max(most, (each >>> 5) + 1), 1),
  ).fill(0);
  for (const each of categories) words[each >>> 5] = (words[each >>> 5]! | (1 << (each & 31))) >>> 0;
  return words;
}

/** A tree of the file, its categorical splits among those of a code for what is missing. */
export interface ReadTree {
  /** @param missing code of what is missing in categorical features */
  readonly made: (missing: number) => Tree;
  readonly largestCategory: number;
  readonly numeric: ReadonlySet<number>;
  readonly categorical: ReadonlySet<number>;
}

/**
 * One tree of XGBoost's, checked. `x < c` of float32 is `x ≤` the number below c. The set of a categorical split goes right
 * there and left here, so that its children change places; what is missing is a category of its own.
 */
export function readTree(value: unknown, features: number, where: string, weight: number): ReadTree {
  const nodes = nodesOf(objectAt(value, where), features, where);
  const { splits, leaves } = reachedOf(nodes, where);
  const place = new Map<number, number>();
  splits.forEach((node, at) => place.set(node, at));
  leaves.forEach((node, at) => place.set(node, -at - 1));
  const isSet = (node: number): boolean => nodes.categorical[node] === 1;
  const { cover, gain } = nodes;
  const made = (missing: number): Tree => {
    const [catBoundaries, catThreshold]: [number[], number[]] = [[0], []];
    const thresholdOf = (node: number): number => {
      if (!isSet(node)) return below32(nodes.condition[node]!);
      const right = nodes.sets.get(node)!;
      catThreshold.push(...wordsOf(nodes.defaultLeft[node] === 1 ? right : [...right, missing]));
      return catBoundaries.push(catThreshold.length) - 2;
    };
    const from = (lists: readonly number[], others: readonly number[]): Int32Array =>
      Int32Array.from(splits, (node) => place.get((isSet(node) ? others : lists)[node]!)!);
    return {
      leafValue: Float64Array.from(leaves, (node) => Math.fround(nodes.condition[node]! * weight)),
      splitFeature: Int32Array.from(splits, (node) => nodes.feature[node]!),
      threshold: Float64Array.from(splits, thresholdOf),
      decision: Uint8Array.from(splits, (node) =>
        isSet(node)
          ? nanIsMissing | categoricalBit
          : nanIsMissing | (nodes.defaultLeft[node] === 1 ? defaultLeftBit : 0),
      ),
      left: from(nodes.left, nodes.right),
      right: from(nodes.right, nodes.left),
      catBoundaries: Int32Array.from(catBoundaries.length > 1 ? catBoundaries : []),
      catThreshold: Uint32Array.from(catThreshold),
      ...(gain === null ? {} : { splitGain: Float64Array.from(splits, (node) => gain[node]!) }),
      ...(cover === null
        ? {}
        : {
            internalCount: Float64Array.from(splits, (node) => cover[node]!),
            leafCount: Float64Array.from(leaves, (node) => cover[node]!),
          }),
    };
  };
  return {
    made,
    largestCategory: Math.max(
      -1,
      ...[...nodes.sets.values()].map((set) => set.reduce((a, b) => Math.max(a, b), -1)),
    ),
    numeric: new Set(splits.filter((node) => !isSet(node)).map((node) => nodes.feature[node]!)),
    categorical: new Set(splits.filter(isSet).map((node) => nodes.feature[node]!)),
  };
}
