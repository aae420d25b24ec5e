import type { Work } from '../../../work.ts';
import type { BinnedRows, Layout } from './binning.ts';
import { fillHistogram, subtract } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { leafValue } from './leaf.ts';
import type { LeafSums, Split } from './leaf.ts';
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
  readonly order: Int32Array;
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

function createPool(bins: number): Pool {
  const free: Histogram[] = [];
  return {
    take: () => free.pop() ?? new Float64Array(2 * bins),
    give: (histogram) => free.push(histogram),
    most: Math.max(3, Math.floor(keptHistograms / Math.max(1, 16 * bins))),
  };
}

/** What a tree is grown on. */
export interface Ground {
  /** Rows that take part, ascending. */
  readonly rows: Int32Array;
  /** Columns that may be split on, ascending. */
  readonly columns: readonly number[];
  /** Gradient and curvature of each row, side by side. */
  readonly derivatives: Float64Array;
}

/** Grows trees on the same rows of bins, one after the other. */
export interface Grower {
  grow(ground: Ground): Work<GrownTree>;
}

/** Moves the rows that go left to the front, in their order, and those that go right behind them. Gives the border. */
function partition(
  bins: Uint16Array,
  width: number,
  place: number,
  offset: number,
  goesLeft: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
  spare: Int32Array,
): number {
  let left = from;
  let right = 0;
  for (let i = from; i < to; i += 1) {
    const row = order[i]!;
    const goes = goesLeft[bins[row * width + place]! - offset]!;
    // Written to both, counted on one: a branch here would be guessed wrong half of the time.
    order[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  order.set(spare.subarray(0, right), left);
  return left;
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

/**
 * Grows trees leaf by leaf, the one that gains most first (of equals the older), until there are enough leaves or nothing
 * gains. A leaf's smaller child is summed up, its larger one is what is left of the parent's sums.
 */
export function createGrower(
  layout: Layout,
  binned: BinnedRows,
  parameters: GbdtParameters,
  monotone: Int8Array,
): Grower {
  const pool = createPool(layout.bins);
  const spare = new Int32Array(binned.rows);
  const order = new Int32Array(binned.rows);

  const fill = (leaf: Leaf, derivatives: Float64Array): Histogram => {
    const histogram = pool.take();
    fillHistogram(layout, binned, order, leaf.from, leaf.to, derivatives, histogram);
    leaf.histogram = histogram;
    return histogram;
  };
  const look = (leaf: Leaf, { columns }: Ground): void => {
    const histogram = leaf.histogram!;
    const { low, high } = leaf.sums;
    leaf.sums = { ...sumsOf(layout, histogram), rows: leaf.to - leaf.from, low, high };
    leaf.best = bestSplit(layout.features, columns, histogram, leaf.sums, parameters, monotone);
  };

  function* split(leaves: Leaf[], splits: GrownSplit[], leaf: Leaf, ground: Ground): Work<void> {
    const best = leaf.best!;
    const feature = layout.features[best.feature]!;
    const goesLeft = sides(best, feature.bins);
    const group = binned.groups[feature.group]!;
    const { width } = layout.groups[feature.group]!;
    const { place, offset } = feature;
    const border = partition(group, width, place, offset, goesLeft, order, leaf.from, leaf.to, spare);
    const bounds = childBounds(best, leaf.sums, parameters.lambda, monotone[best.feature]!);
    const at = splits.push({ split: best, rows: leaf.to - leaf.from, goesLeft, left: 0, right: 0 }) - 1;
    if (leaf.parent !== null) splits[leaf.parent.split]![leaf.parent.side] = at;
    const parent = leaf.histogram;
    const old = leaf.sums;
    const right: Leaf = {
      from: border,
      to: leaf.to,
      sums: { ...old, ...bounds.right },
      histogram: null,
      best: null,
      parent: { split: at, side: 'right' },
    };
    Object.assign(leaf, {
      to: border,
      sums: { ...old, ...bounds.left },
      histogram: null,
      best: null,
      parent: { split: at, side: 'left' },
    });
    leaves.push(right);
    const [smaller, larger] = leaf.to - leaf.from <= right.to - right.from ? [leaf, right] : [right, leaf];
    const child = fill(smaller, ground.derivatives);
    if (parent === null) fill(larger, ground.derivatives);
    else {
      subtract(parent, child);
      larger.histogram = parent;
    }
    yield old.rows;
    look(leaf, ground);
    look(right, ground);
    forget(leaves, pool);
  }

  return {
    *grow(ground) {
      order.set(ground.rows);
      const root: Leaf = {
        from: 0,
        to: ground.rows.length,
        sums: { gradient: 0, curvature: 0, rows: 0, low: -Infinity, high: Infinity },
        histogram: null,
        best: null,
        parent: null,
      };
      fill(root, ground.derivatives);
      yield ground.rows.length;
      look(root, ground);
      const leaves = [root];
      const splits: GrownSplit[] = [];
      while (leaves.length < parameters.leaves) {
        const leaf = mostGaining(leaves);
        if (leaf === null) break;
        yield* split(leaves, splits, leaf, ground);
      }
      for (const leaf of leaves) if (leaf.histogram !== null) pool.give(leaf.histogram);
      return finished(leaves, splits, order, parameters.lambda);
    },
  };
}

function mostGaining(leaves: readonly Leaf[]): Leaf | null {
  let most: Leaf | null = null;
  for (const leaf of leaves) if (leaf.best !== null && leaf.best.gain > (most?.best?.gain ?? 0)) most = leaf;
  return most;
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

/** Every row is in some bin of the first feature. */
function sumsOf({ features }: Layout, histogram: Histogram): { gradient: number; curvature: number } {
  let gradient = 0;
  let curvature = 0;
  const { base, bins } = features[0]!;
  for (let at = 2 * base; at < 2 * (base + bins); at += 2) {
    gradient += histogram[at]!;
    curvature += histogram[at + 1]!;
  }
  return { gradient, curvature };
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
  order: Int32Array,
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
