import type { Work } from '../../../work.ts';
import type { BinnedRows } from './binning.ts';
import type { GrownTree } from './grow.ts';
import type { Doubles, RowNumbers, TreeMemory } from './kernel/memory.ts';

/** Sums that trees are added to: sum `output` of each row. */
export interface AddedTo {
  readonly sums: Doubles;
  readonly outputs: number;
  readonly output: number;
}

/** Adds a value to the sums of rows `order[from … to)`. */
export function addValue(
  { kernel }: TreeMemory,
  order: RowNumbers,
  from: number,
  to: number,
  value: number,
  { sums, outputs, output }: AddedTo,
): void {
  const at = sums.byteOffset + 8 * output;
  kernel.addValue(order.byteOffset + 4 * from, to - from, value, at, 8 * outputs);
}

/**
 * Adds a tree's values to the sums of rows that it was not grown on: they are dealt out by its splits, as the others were.
 *
 * @param order those rows, ascending; left in the order of their leaves
 * @param values by leaf
 */
export function* addByBins(
  memory: TreeMemory,
  binned: BinnedRows,
  { splits }: GrownTree,
  values: Float64Array,
  order: RowNumbers,
  spare: RowNumbers,
  into: AddedTo,
): Work<void> {
  // Leaves stand behind the splits.
  const placeOf = (child: number): number => (child < 0 ? splits.length + ~child : child);
  const starts = new Int32Array(splits.length + values.length);
  const ends = new Int32Array(starts.length);
  ends[0] = order.length;
  for (const [node, { split, goesLeft, left, right }] of splits.entries()) {
    const from = starts[node]!;
    const to = ends[node]!;
    const column = binned.columns[split.feature]!;
    const border = memory.partition(column, goesLeft, order, from, to, spare);
    starts[placeOf(left)] = from;
    ends[placeOf(left)] = border;
    starts[placeOf(right)] = border;
    ends[placeOf(right)] = to;
    yield to - from;
  }
  for (let leaf = 0; leaf < values.length; leaf += 1) {
    const place = splits.length + leaf;
    addValue(memory, order, starts[place]!, ends[place]!, values[leaf]!, into);
  }
}
