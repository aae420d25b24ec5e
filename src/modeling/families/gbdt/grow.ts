import type { Work } from '../../../work.ts';
import type { BinnedRows, Layout } from './binning.ts';
import { choose, fill, weave } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import type { Helpers } from './kernel/helpers.ts';
import { leafValue } from './leaf.ts';
import type { LeafSums, Split } from './leaf.ts';
import type { Doubles, RowNumbers, TreeMemory } from './kernel/memory.ts';
import type { GbdtParameters } from './parameters.ts';
import { bestSplit } from './split.ts';

/** A split of a tree in terms of bins. Children as in `Tree`. */
export interface GrownSplit {
  readonly split: Split;
  readonly rows: number;
  /** 1 where a bin of the feature goes left. */
  readonly goesLeft: Uint8Array;
  left: number;
  right: number;
}

/** A tree in terms of bins. */
export interface GrownTree {
  readonly splits: readonly GrownSplit[];
  /** By leaf: its value before the learning rate, and its rows `order[from … to)`. */
  readonly leaves: readonly { readonly value: number; readonly from: number; readonly to: number }[];
  readonly order: RowNumbers;
}

interface Leaf {
  from: number;
  to: number;
  sums: LeafSums;
  histogram: Histogram | null;
  best: Split | null;
  /** Where its number stands among the children. */
  parent: { readonly split: number; readonly side: 'left' | 'right' } | null;
}

/** Bytes of histograms that are kept for subtraction. */
const keptHistograms = 256 * 1024 * 1024;

/** Histograms that are free to be filled. */
interface Pool {
  take(): Histogram;
  give(histogram: Histogram): void;
  readonly most: number;
}

function createPool(memory: TreeMemory, bins: number): Pool {
  const free: Histogram[] = [];
  return {
    take: () => free.pop() ?? memory.doubles(2 * bins),
    give: (histogram) => free.push(histogram),
    most: Math.max(3, Math.floor(keptHistograms / Math.max(1, 16 * bins))),
  };
}

/** What a tree is grown on. */
export interface Ground {
  /** Rows that take part, ascending; null = all. */
  readonly rows: Int32Array | null;
  /** Columns that may be split on, ascending. */
  readonly columns: readonly number[];
  /** Gradient and curvature of each row, side by side. */
  readonly derivatives: Doubles;
}

/** Grows trees on the same rows of bins, one after the other. */
export interface Grower {
  grow(ground: Ground): Work<GrownTree>;
}

/** Which bins of its feature a split sends left. */
function sides({ bin, bins, missingLeft }: Split, count: number): Uint8Array {
  const goesLeft = new Uint8Array(count);
  if (bins !== null) for (const each of bins) goesLeft[each] = 1;
  else {
    goesLeft.fill(1, 0, bin + 1);
    goesLeft[count - 1] = missingLeft ? 1 : 0;
  }
  return goesLeft;
}

/** What trees are grown on, one after the other. */
export interface Field {
  readonly memory: TreeMemory;
  readonly layout: Layout;
  readonly binned: BinnedRows;
  readonly parameters: GbdtParameters;
  readonly monotone: Int8Array;
  /** As many as there are rows. */
  readonly spare: RowNumbers;
  readonly helpers: Helpers | null;
}

/** Fewer cells than this are summed up before a helper has woken. */
const leastHelped = 100_000;

/** A leaf's child on one side, before anything is known of it. */
const childOf = (leaf: Leaf, from: number, to: number, bounds: Bounds, parent: Leaf['parent']): Leaf => ({
  from,
  to,
  sums: { ...leaf.sums, ...bounds, rows: to - from },
  histogram: null,
  best: null,
  parent,
});

/**
 * Grows trees leaf by leaf, the one that gains most first (of equals the older), until there are enough leaves or nothing
 * gains. A leaf's smaller child is summed up, its larger one is what is left of the parent's sums.
 */
export function createGrower({
  memory,
  layout,
  binned,
  parameters,
  monotone,
  spare,
  helpers,
}: Field): Grower {
  const blocks = weave(memory, layout, binned.columns);
  const pool = createPool(memory, layout.bins);
  const all = memory.rowNumbers(binned.rows);
  const gathered = memory.doubles(2 * binned.rows);

  const fillLeaf = (leaf: Leaf, { derivatives, columns }: Ground, parent: Histogram | null): void => {
    const { from, to } = leaf;
    const histogram = pool.take();
    const sums = memory.gather(derivatives, all, from, to, gathered, helpers !== null);
    const rows = { order: all, from, to, derivatives: gathered };
    const helped = helpers !== null && (to - from) * columns.length >= leastHelped;
    fill(memory, blocks, rows, histogram, parent, helped);
    leaf.histogram = histogram;
    leaf.sums = { ...leaf.sums, ...sums };
  };
  const look = (leaf: Leaf, { columns }: Ground): void => {
    leaf.best = bestSplit(layout.features, columns, leaf.histogram!, leaf.sums, parameters, monotone);
  };

  function* split(leaves: Leaf[], splits: GrownSplit[], at: number, ground: Ground): Work<void> {
    const leaf = leaves[at]!;
    const best = leaf.best!;
    const { from, to } = leaf;
    const goesLeft = sides(best, layout.features[best.feature]!.bins);
    const column = binned.columns[best.feature]!;
    const border = memory.partition(column, goesLeft, all, from, to, spare, helpers !== null);
    const bounds = childBounds(best, leaf.sums, parameters.lambda, monotone[best.feature]!);
    const own = splits.push({ split: best, rows: to - from, goesLeft, left: 0, right: 0 }) - 1;
    if (leaf.parent !== null) splits[leaf.parent.split]![leaf.parent.side] = own;
    const left = childOf(leaf, from, border, bounds.left, { split: own, side: 'left' });
    const right = childOf(leaf, border, to, bounds.right, { split: own, side: 'right' });
    leaves[at] = left;
    leaves.push(right);
    const [smaller, larger] = border - from <= to - border ? [left, right] : [right, left];
    fillLeaf(smaller, ground, leaf.histogram);
    if (leaf.histogram === null) fillLeaf(larger, ground, null);
    else {
      larger.histogram = leaf.histogram;
      const gradient = leaf.sums.gradient - smaller.sums.gradient;
      larger.sums = { ...larger.sums, gradient, curvature: leaf.sums.curvature - smaller.sums.curvature };
    }
    yield to - from;
    look(left, ground);
    look(right, ground);
    forget(leaves, pool);
  }

  return {
    *grow(ground) {
      const order = all.subarray(0, ground.rows?.length);
      if (ground.rows === null) memory.countUp(order);
      else order.set(ground.rows);
      choose(blocks, layout, ground.columns);
      const root: Leaf = {
        from: 0,
        to: order.length,
        sums: { gradient: 0, curvature: 0, rows: order.length, low: -Infinity, high: Infinity },
        histogram: null,
        best: null,
        parent: null,
      };
      fillLeaf(root, ground, null);
      yield order.length;
      look(root, ground);
      const leaves = [root];
      const splits: GrownSplit[] = [];
      while (leaves.length < parameters.leaves) {
        const at = mostGaining(leaves);
        if (at < 0) break;
        yield* split(leaves, splits, at, ground);
      }
      for (const leaf of leaves) if (leaf.histogram !== null) pool.give(leaf.histogram);
      return finished(leaves, splits, order, parameters.lambda);
    },
  };
}

function mostGaining(leaves: readonly Leaf[]): number {
  let most = 0;
  let at = -1;
  for (let leaf = 0; leaf < leaves.length; leaf += 1) {
    const gain = leaves[leaf]!.best?.gain ?? 0;
    if (gain <= most) continue;
    most = gain;
    at = leaf;
  }
  return at;
}

/** Histograms of leaves that will not be split go back, and where memory ends those of the leaves that gain least. */
function forget(leaves: readonly Leaf[], pool: Pool): void {
  const drop = (leaf: Leaf): void => {
    if (leaf.histogram !== null) pool.give(leaf.histogram);
    leaf.histogram = null;
  };
  for (const leaf of leaves) if (leaf.best === null) drop(leaf);
  const held = leaves.filter(({ histogram }) => histogram !== null);
  if (held.length <= pool.most - 2) return;
  held.sort((left, right) => left.best!.gain - right.best!.gain);
  for (const leaf of held.slice(0, held.length - (pool.most - 2))) drop(leaf);
}

type Bounds = Pick<LeafSums, 'low' | 'high'>;

/** A monotone split keeps all below it on their sides of the middle between its two values. */
function childBounds(
  split: Split,
  leaf: LeafSums,
  lambda: number,
  monotone: number,
): { readonly left: Bounds; readonly right: Bounds } {
  const { low, high } = leaf;
  if (monotone === 0) return { left: { low, high }, right: { low, high } };
  const left = leafValue(split.leftGradient, split.leftCurvature, lambda, leaf);
  const right = leafValue(
    leaf.gradient - split.leftGradient,
    leaf.curvature - split.leftCurvature,
    lambda,
    leaf,
  );
  const middle = (left + right) / 2;
  return monotone > 0
    ? { left: { low, high: middle }, right: { low: middle, high } }
    : { left: { low: middle, high }, right: { low, high: middle } };
}

function finished(
  leaves: readonly Leaf[],
  splits: readonly GrownSplit[],
  order: RowNumbers,
  lambda: number,
): GrownTree {
  leaves.forEach(({ parent }, number) => {
    if (parent !== null) splits[parent.split]![parent.side] = ~number;
  });
  return {
    splits,
    leaves: leaves.map(({ from, to, sums }) => ({
      value: leafValue(sums.gradient, sums.curvature, lambda, sums),
      from,
      to,
    })),
    order,
  };
}
