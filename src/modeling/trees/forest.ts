import { categoricalBit, defaultLeftBit, missingKinds, missingShift, zeroBound } from './tree.ts';
import type { Tree } from './tree.ts';

/** How a split decides, in one number: what is missing is 0, or 0 is missing, or NaN is; or a set of categories decides. */
const numericNone = 0;
export const numericZero = 1;
const numericNan = 2;
export const categorical = 3;
/** Added where what is missing goes left. */
export const missingLeft = 4;

/** Categories from here on are in no set. */
const categoryLimit = 2 ** 31;

/** The splits and leaves of all trees in one row of arrays each, so that scoring jumps about in little memory. */
export interface Forest {
  readonly trees: number;
  /** First split of each tree, or `~leaf` where it has none. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly kind: Uint8Array;
  readonly threshold: Float64Array;
  /** Categories: first word and number of words. */
  readonly setStart: Int32Array;
  readonly setWords: Int32Array;
  readonly words: Uint32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leafValue: Float64Array;
}

const total = (trees: readonly Tree[], of: (tree: Tree) => { readonly length: number }): number =>
  trees.reduce((sum, tree) => sum + of(tree).length, 0);

function kindOf(decision: number): number {
  if ((decision & categoricalBit) !== 0) return categorical;
  const missing = missingKinds[decision >> missingShift];
  const kind = missing === 'nan' ? numericNan : missing === 'zero' ? numericZero : numericNone;
  return kind + ((decision & defaultLeftBit) === 0 ? 0 : missingLeft);
}

/** Lays out trees for scoring. They are taken for what the reader checked, or the trainer made. */
export function layOut(trees: readonly Tree[]): Forest {
  const splits = total(trees, (tree) => tree.splitFeature);
  const forest = {
    trees: trees.length,
    roots: new Int32Array(trees.length),
    feature: new Int32Array(splits),
    kind: new Uint8Array(splits),
    threshold: new Float64Array(splits),
    setStart: new Int32Array(splits),
    setWords: new Int32Array(splits),
    words: new Uint32Array(total(trees, (tree) => tree.catThreshold)),
    left: new Int32Array(splits),
    right: new Int32Array(splits),
    leafValue: new Float64Array(total(trees, (tree) => tree.leafValue)),
  };
  let split = 0;
  let leaf = 0;
  let word = 0;
  trees.forEach((tree, index) => {
    const own = tree.splitFeature.length;
    const child = (at: number): number => (at >= 0 ? at + split : ~(~at + leaf));
    forest.roots[index] = own > 0 ? split : ~leaf;
    forest.feature.set(tree.splitFeature, split);
    forest.threshold.set(tree.threshold, split);
    forest.words.set(tree.catThreshold, word);
    forest.leafValue.set(tree.leafValue, leaf);
    for (let at = 0; at < own; at += 1) {
      const kind = kindOf(tree.decision[at]!);
      forest.kind[split + at] = kind;
      forest.left[split + at] = child(tree.left[at]!);
      forest.right[split + at] = child(tree.right[at]!);
      if (kind !== categorical) continue;
      const set = Math.trunc(tree.threshold[at]!);
      forest.setStart[split + at] = word + tree.catBoundaries[set]!;
      forest.setWords[split + at] = tree.catBoundaries[set + 1]! - tree.catBoundaries[set]!;
    }
    split += own;
    leaf += tree.leafValue.length;
    word += tree.catThreshold.length;
  });
  return forest;
}

function inSet({ setStart, setWords, words }: Forest, split: number, value: number): boolean {
  if (!(value > -1 && value < categoryLimit)) return false;
  const category = Math.trunc(value);
  const word = category >>> 5;
  return word < setWords[split]! && ((words[setStart[split]! + word]! >>> (category & 31)) & 1) === 1;
}

/** Where a row goes that no plain comparison decides: missing, about 0, or a category. */
function oddGoesLeft(forest: Forest, split: number, value: number): boolean {
  const kind = forest.kind[split]!;
  if (kind === categorical) return inSet(forest, split, value);
  const missing = kind & 3;
  if (Number.isNaN(value) && missing === numericNan) return (kind & missingLeft) !== 0;
  // NaN that is no kind of its own, and what is about 0, is 0.
  const zero = Number.isNaN(value) || Math.abs(value) <= zeroBound;
  if (zero && missing === numericZero) return (kind & missingLeft) !== 0;
  return (zero ? 0 : value) <= forest.threshold[split]!;
}

/** Which side of a split a value goes to. */
export function goesLeft(forest: Forest, split: number, value: number): boolean {
  const plain = forest.kind[split]! !== categorical && (value > zeroBound || value < -zeroBound);
  return plain ? value <= forest.threshold[split]! : oddGoesLeft(forest, split, value);
}

/** Place in `leafValue` that a row comes to. `at`: its first cell in `cells`. */
function leafOf(forest: Forest, root: number, cells: Float64Array, at: number): number {
  const { feature, kind, threshold, left, right } = forest;
  let node = root;
  while (node >= 0) {
    const value = cells[at + feature[node]!]!;
    const plain = kind[node]! !== categorical && (value > zeroBound || value < -zeroBound);
    const goesLeft = plain ? value <= threshold[node]! : oddGoesLeft(forest, node, value);
    node = goesLeft ? left[node]! : right[node]!;
  }
  return ~node;
}

/**
 * Adds what the trees say to raw sums, tree by tree in their order, in float64: the same bits as LightGBM's.
 *
 * @param cells `rows × width`, row-major; NaN = missing, categories by code
 * @param sums `rows × outputs`; tree `i` adds to sum `i mod outputs`
 */
export function addSums(
  forest: Forest,
  cells: Float64Array,
  width: number,
  outputs: number,
  sums: Float64Array,
): void {
  const rows = sums.length / outputs;
  const { roots, leafValue } = forest;
  for (let tree = 0; tree < forest.trees; tree += 1) {
    const root = roots[tree]!;
    const output = tree % outputs;
    for (let row = 0; row < rows; row += 1)
      sums[row * outputs + output]! += leafValue[leafOf(forest, root, cells, row * width)]!;
  }
}
