import { categorical, goesLeft, missingLeft } from '../../../trees/forest.ts';
import type { Forest } from '../../../trees/forest.ts';

/** Place in `leafValue` that a row of float32 cells comes to: nothing about 0 is 0 here, and NaN is missing. */
function leafOf(forest: Forest, root: number, cells: Float64Array, at: number): number {
  const { feature, kind, threshold, left, right } = forest;
  let node = root;
  while (node >= 0) {
    const value = cells[at + feature[node]!]!;
    const goes =
      kind[node] === categorical
        ? goesLeft(forest, node, value)
        : Number.isNaN(value)
          ? (kind[node]! & missingLeft) !== 0
          : value <= threshold[node]!;
    node = goes ? left[node]! : right[node]!;
  }
  return ~node;
}

/**
 * Raw sums as XGBoost adds them: float32, from the margin of the base score on, tree by tree in the order of the file.
 *
 * @param cells float32 numbers, `rows × width`
 * @param outputOf by tree the output that it adds to
 */
export function singleSums(
  forest: Forest,
  cells: Float64Array,
  width: number,
  outputOf: readonly number[],
  base: Float64Array,
): Float64Array {
  const rows = cells.length / width;
  const outputs = base.length;
  const sums = new Float64Array(rows * outputs);
  for (let at = 0; at < sums.length; at += 1) sums[at] = base[at % outputs]!;
  for (let tree = 0; tree < forest.trees; tree += 1) {
    const root = forest.roots[tree]!;
    const output = outputOf[tree]!;
    for (let row = 0; row < rows; row += 1) {
      const at = row * outputs + output;
      sums[at] = Math.fround(sums[at]! + forest.leafValue[leafOf(forest, root, cells, row * width)]!);
    }
  }
  return sums;
}
