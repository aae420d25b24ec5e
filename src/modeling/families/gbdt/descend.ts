import type { BinnedRows, Layout } from './binning.ts';
import type { GrownTree } from './grow.ts';

/** A grown tree in flat arrays: for rows that are sent down it one by one. */
export interface Descent {
  readonly groups: readonly Uint16Array[];
  /** Of each group's rows. */
  readonly widths: Int32Array;
  /** By split. */
  readonly group: Int32Array;
  readonly place: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Where bin 0 of the group would stand in `goesLeft`. */
  readonly start: Int32Array;
  readonly goesLeft: Uint8Array;
}

/** Lays out a tree for the rows of `binned`. */
export function descentOf(layout: Layout, binned: BinnedRows, { splits }: GrownTree): Descent {
  const places = splits.map(({ split }) => layout.features[split.feature]!);
  const goesLeft = new Uint8Array(splits.reduce((sum, split) => sum + split.goesLeft.length, 0));
  const start = new Int32Array(splits.length);
  let at = 0;
  splits.forEach((split, node) => {
    goesLeft.set(split.goesLeft, at);
    start[node] = at - places[node]!.offset;
    at += split.goesLeft.length;
  });
  return {
    groups: binned.groups,
    widths: Int32Array.from(layout.groups, ({ width }) => width),
    group: Int32Array.from(places, ({ group }) => group),
    place: Int32Array.from(places, ({ place }) => place),
    left: Int32Array.from(splits, ({ left }) => left),
    right: Int32Array.from(splits, ({ right }) => right),
    start,
    goesLeft,
  };
}

/** The leaf that a row comes to. */
function leafOf(descent: Descent, row: number): number {
  const { groups, widths, group, place, left, right, start, goesLeft } = descent;
  let at = left.length === 0 ? -1 : 0;
  while (at >= 0) {
    const own = group[at]!;
    const bin = groups[own]![row * widths[own]! + place[at]!]!;
    at = goesLeft[start[at]! + bin] === 1 ? left[at]! : right[at]!;
  }
  return ~at;
}

/** Sums that trees are added to: sum `output` of each row. */
export interface AddedTo {
  readonly sums: Float64Array;
  readonly outputs: number;
  readonly output: number;
}

/**
 * Adds a tree's values to the sums of rows by their bins: rows of the validation part, or those that a tree was not grown
 * on.
 *
 * @param rows which; null = `from` up to `to` themselves
 * @param values by leaf
 */
export function addByBins(
  descent: Descent,
  values: Float64Array,
  rows: Int32Array | null,
  from: number,
  to: number,
  { sums, outputs, output }: AddedTo,
): void {
  for (let i = from; i < to; i += 1) {
    const row = rows === null ? i : rows[i]!;
    sums[row * outputs + output]! += values[leafOf(descent, row)]!;
  }
}
