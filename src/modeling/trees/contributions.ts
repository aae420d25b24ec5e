import { goesLeft, layOut } from './forest.ts';
import type { Forest } from './forest.ts';
import { gaussLegendre } from './quadrature.ts';
import type { Quadrature } from './quadrature.ts';
import type { Tree } from './tree.ts';

/** A node takes three divisions at each point of its rule, which are as dear as this many multiplications. */
const stepsAPoint = 16;

/** Nodes of one tree, a node before its children; node 0 is the root. */
interface Walk {
  readonly nodes: number;
  /** Of a split its place in the forest, of a leaf −1. */
  readonly split: Int32Array;
  /** Of a leaf its value, of a split 0. */
  readonly value: Float64Array;
  readonly parent: Int32Array;
  /** 1: it is its parent's left child. */
  readonly isLeft: Uint8Array;
  /** What its parent splits on; of the root −1. */
  readonly feature: Int32Array;
  /** The node above it that splits of the same feature lead to; −1 where there is none. */
  readonly previous: Int32Array;
  /** Share of rows that its feature alone lets come here, of the splits on the way that ask for it. */
  readonly share: Float64Array;
  readonly rule: Quadrature;
}

/** Trees as their contributions are computed. */
export interface ExplainedForest {
  readonly forest: Forest;
  readonly walks: readonly Walk[];
  readonly outputs: number;
  /** What the trees say on average of their training rows, by output. */
  readonly base: Float64Array;
  /** Work of a row in multiplications: so many for each node and point of its rule. */
  readonly stepsPerRow: number;
}

/** Training rows by split and by leaf, in the order of the forest; null where a tree does not say. */
function coversOf(
  trees: readonly Tree[],
): { readonly splits: Float64Array; readonly leaves: Float64Array } | null {
  const splits: number[] = [];
  const leaves: number[] = [];
  for (const { splitFeature, internalCount, leafCount } of trees) {
    if (splitFeature.length === 0) leaves.push(1);
    else if (internalCount === undefined || leafCount === undefined) return null;
    else {
      for (const rows of internalCount) splits.push(rows);
      for (const rows of leafCount) leaves.push(rows);
    }
  }
  return { splits: Float64Array.from(splits), leaves: Float64Array.from(leaves) };
}

type Covers = NonNullable<ReturnType<typeof coversOf>>;

interface Open {
  readonly node: number;
  readonly parent: number;
  readonly isLeft: boolean;
  /** Features asked for on the way, with the node that the last split on each leads to. */
  readonly way: ReadonlyMap<number, number>;
}

function walkOf(forest: Forest, root: number, covers: Covers): Walk {
  const split: number[] = [];
  const value: number[] = [];
  const parent: number[] = [];
  const isLeft: number[] = [];
  const feature: number[] = [];
  const previous: number[] = [];
  const share: number[] = [];
  const cover = (node: number): number => (node >= 0 ? covers.splits[node]! : covers.leaves[~node]!);
  const open: Open[] = [{ node: root, parent: -1, isLeft: false, way: new Map() }];
  let most = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const at = split.length;
    const asked = next.parent < 0 ? -1 : split[next.parent]!;
    const own = asked < 0 ? -1 : forest.feature[asked]!;
    const before = next.way.get(own) ?? -1;
    const rows = asked < 0 ? 1 : covers.splits[asked]!;
    // A split that no row came to lets nothing through.
    const ratio = asked < 0 ? 1 : rows > 0 ? cover(next.node) / rows : 0;
    split.push(next.node >= 0 ? next.node : -1);
    value.push(next.node >= 0 ? 0 : forest.leafValue[~next.node]!);
    parent.push(next.parent);
    isLeft.push(Number(next.isLeft));
    feature.push(own);
    previous.push(before);
    share.push(ratio * (before < 0 ? 1 : share[before]!));
    const way = own < 0 ? next.way : new Map(next.way).set(own, at);
    most = Math.max(most, way.size);
    if (next.node < 0) continue;
    open.push({ node: forest.right[next.node]!, parent: at, isLeft: false, way });
    open.push({ node: forest.left[next.node]!, parent: at, isLeft: true, way });
  }
  return {
    nodes: split.length,
    split: Int32Array.from(split),
    value: Float64Array.from(value),
    parent: Int32Array.from(parent),
    isLeft: Uint8Array.from(isLeft),
    feature: Int32Array.from(feature),
    previous: Int32Array.from(previous),
    share: Float64Array.from(share),
    rule: gaussLegendre(Math.max(1, Math.ceil(most / 2))),
  };
}

/** The mean of a tree's leaves by the rows that came to them. */
function meanOf({ nodes, value, parent, previous, share }: Walk): number {
  const reached = new Float64Array(nodes).fill(1);
  let mean = 0;
  for (let node = 1; node < nodes; node += 1) {
    const before = previous[node]! < 0 ? 1 : share[previous[node]!]!;
    reached[node] = before > 0 ? (reached[parent[node]!]! * share[node]!) / before : 0;
  }
  for (let node = 0; node < nodes; node += 1) mean += reached[node]! * value[node]!;
  return mean;
}

/**
 * Trees made ready for their contributions. Null where they do not say how many training rows came to each split and leaf:
 * without these there is no telling what a tree says where it does not know a feature.
 */
export function explainForest(trees: readonly Tree[], outputs: number): ExplainedForest | null {
  const covers = coversOf(trees);
  if (covers === null) return null;
  const forest = layOut(trees);
  const walks = Array.from(forest.roots, (root) => walkOf(forest, root, covers));
  const base = new Float64Array(outputs);
  walks.forEach((walk, tree) => (base[tree % outputs]! += meanOf(walk)));
  const stepsPerRow = walks.reduce(
    (sum, { nodes, rule }) => sum + stepsAPoint * nodes * rule.points.length,
    0,
  );
  return { forest, walks, outputs, base, stepsPerRow };
}

/** Where contributions go: `sums[at + place[feature]]`. */
interface Target {
  readonly sums: Float64Array;
  readonly at: number;
  readonly place: Int32Array;
}

/** Memory for one tree, used again for the next. */
interface Scratch {
  readonly ways: Uint8Array;
  readonly products: Float64Array;
  readonly below: Float64Array;
}

function scratchFor(walks: readonly Walk[]): Scratch {
  const nodes = Math.max(1, ...walks.map((walk) => walk.nodes));
  const cells = Math.max(1, ...walks.map((walk) => walk.nodes * walk.rule.points.length));
  return {
    ways: new Uint8Array(nodes),
    products: new Float64Array(cells),
    below: new Float64Array(cells),
  };
}

/** `products[node · points + q]`: Π over the features on the way of (share · (1 − t) + goes · t) at point t. */
function descend(forest: Forest, walk: Walk, cells: Float64Array, at: number, scratch: Scratch): void {
  const { nodes, split, parent, isLeft, feature, previous, share, rule } = walk;
  const { ways, products } = scratch;
  const { points } = rule;
  const count = points.length;
  ways[0] = 1;
  products.fill(1, 0, count);
  for (let node = 1; node < nodes; node += 1) {
    const above = parent[node]!;
    const before = previous[node]!;
    const left = goesLeft(forest, split[above]!, cells[at + feature[node]!]!);
    const goes = left === (isLeft[node] === 1) && (before < 0 || ways[before] === 1) ? 1 : 0;
    ways[node] = goes;
    const own = share[node]!;
    for (let q = 0; q < count; q += 1) {
      const t = points[q]!;
      const factor = own * (1 - t) + goes * t;
      const product = products[above * count + q]! * factor;
      if (before < 0) products[node * count + q] = product;
      else {
        const replaced = share[before]! * (1 - t) + ways[before]! * t;
        products[node * count + q] = replaced > 0 ? product / replaced : 0;
      }
    }
  }
}

/** Sums of the leaves below each node, and from these what each feature adds. */
function ascend(walk: Walk, scratch: Scratch, { sums, at, place }: Target): void {
  const { nodes, split, value, parent, feature, previous, share, rule } = walk;
  const { ways, products, below } = scratch;
  const { points, weights } = rule;
  const count = points.length;
  below.fill(0, 0, nodes * count);
  for (let node = nodes - 1; node > 0; node -= 1) {
    const before = previous[node]!;
    const own = share[node]!;
    const goes = ways[node]!;
    const ownBefore = before < 0 ? 1 : share[before]!;
    const goesBefore = before < 0 ? 1 : ways[before]!;
    let added = 0;
    for (let q = 0; q < count; q += 1) {
      const cell = node * count + q;
      const sum = split[node]! < 0 ? value[node]! * products[cell]! : below[cell]!;
      below[parent[node]! * count + q]! += sum;
      const t = points[q]!;
      const factor = own * (1 - t) + goes * t;
      const replaced = ownBefore * (1 - t) + goesBefore * t;
      // Leaves below the split before counted with its factor; from here on they do with this one.
      if (factor > 0) added += weights[q]! * sum * ((goes - own) / factor);
      if (replaced > 0) added -= weights[q]! * sum * ((goesBefore - ownBefore) / replaced);
    }
    sums[at + place[feature[node]!]!]! += added;
  }
}

/**
 * Adds the Shapley values of rows to `sums`: what each feature adds to the trees' raw sums, where a feature that is not
 * known takes both sides of a split by the training rows that did (path-dependent TreeSHAP; Lundberg et al. 2020). They add
 * up to the raw sum less `base`. Shapley's weights k! (m − 1 − k)! / m! are ∫ t^k (1 − t)^(m − 1 − k) dt, so that a leaf's
 * sum over subsets is the integral of a product over the features on its way: a polynomial in t, which Gauss and
 * Legendre's rule integrates exactly, and which splits share.
 *
 * @param cells `rows × width`, as for `addSums`
 * @param place by feature where in a row's `slots` it goes: features of one column share a place
 * @param sums `rows × outputs × slots`
 */
export function addContributions(
  { forest, walks, outputs }: ExplainedForest,
  cells: Float64Array,
  width: number,
  place: Int32Array,
  slots: number,
  sums: Float64Array,
): void {
  const rows = sums.length / (outputs * slots);
  const scratch = scratchFor(walks);
  walks.forEach((walk, tree) => {
    for (let row = 0; row < rows; row += 1) {
      descend(forest, walk, cells, row * width, scratch);
      ascend(walk, scratch, { sums, at: (row * outputs + (tree % outputs)) * slots, place });
    }
  });
}
