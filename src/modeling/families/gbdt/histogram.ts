import type { BinnedRows, Layout } from './binning.ts';

/**
 * Sums of gradient and curvature by bin over some rows: `[2 · bin]` and `[2 · bin + 1]`. Rows are added in the order in
 * which they stand, so that the sums are the same bits however groups are worked on.
 */
export type Histogram = Float64Array;

/** Adds rows `order[from … to)` of one group. `derivatives`: gradient and curvature of each row, side by side. */
function addRows(
  bins: Uint16Array,
  width: number,
  order: Int32Array,
  from: number,
  to: number,
  derivatives: Float64Array,
  sums: Float64Array,
): void {
  for (let i = from; i < to; i += 1) {
    const row = order[i]!;
    const gradient = derivatives[2 * row]!;
    const curvature = derivatives[2 * row + 1]!;
    const end = (row + 1) * width;
    for (let at = row * width; at < end; at += 1) {
      const bin = bins[at]! << 1;
      sums[bin]! += gradient;
      sums[bin + 1]! += curvature;
    }
  }
}

/** Fills a histogram with the sums of rows `order[from … to)`. */
export function fillHistogram(
  layout: Layout,
  binned: BinnedRows,
  order: Int32Array,
  from: number,
  to: number,
  derivatives: Float64Array,
  into: Histogram,
): void {
  into.fill(0);
  layout.groups.forEach(({ width, base }, group) => {
    const end = layout.groups[group + 1]?.base ?? layout.bins;
    const sums = into.subarray(2 * base, 2 * end);
    addRows(binned.groups[group]!, width, order, from, to, derivatives, sums);
  });
}

/** A parent less one child is the other child. In place. */
export function subtract(parent: Histogram, child: Histogram): void {
  for (let i = 0; i < parent.length; i += 1) parent[i]! -= child[i]!;
}
