import { between } from './quantiles.ts';

/** Which of `cuts.length + 1` bins a value falls into: bin k is [cuts[k−1], cuts[k]). NaN is in bin 0. Binary search. */
export function binOf(value: number, cuts: ArrayLike<number>): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= cuts[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the ascending values fall into each bin: one binary search per cut, whatever the number of values. */
export function countSorted(ascending: Float64Array, cuts: readonly number[]): Float64Array {
  const counts = new Float64Array(cuts.length + 1);
  let before = 0;
  cuts.forEach((cut, k) => {
    let low = before;
    let high = ascending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ascending[middle]! < cut) low = middle + 1;
      else high = middle;
    }
    counts[k] = low - before;
    before = low;
  });
  counts[cuts.length] = ascending.length - before;
  return counts;
}

/** Inner cut points of `bins` bins of equal width between two finite ends; none where the ends are equal. */
export function equalWidthCuts(low: number, high: number, bins: number): number[] {
  if (!(high > low) || !Number.isFinite(low) || !Number.isFinite(high)) return [];
  return Array.from({ length: bins - 1 }, (_, k) => between(low, high, (k + 1) / bins));
}
