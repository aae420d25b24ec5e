import { sortDoubles } from '../../../statistics/sortDoubles.ts';
import { zeroBound } from '../../trees/tree.ts';

/** So many values decide where bins end; of more, every so-manieth is looked at. */
const sampledValues = 200_000;
/** A bin has so many of the values that were looked at, where that can be. */
const leastInBin = 3;

/** A number as trees see it: about 0 is 0, infinite is the largest there is. NaN stays. */
export function treeNumber(value: number): number {
  if (value >= -zeroBound && value <= zeroBound) return 0;
  if (value > Number.MAX_VALUE) return Number.MAX_VALUE;
  return value < -Number.MAX_VALUE ? -Number.MAX_VALUE : value;
}

/** Different values in ascending order, and how often each is there. */
interface Distinct {
  readonly values: Float64Array;
  readonly counts: Int32Array;
}

function distinct(column: ArrayLike<number>): Distinct {
  const taken = Math.min(column.length, sampledValues);
  const looked = new Float64Array(taken);
  let known = 0;
  for (let i = 0; i < taken; i += 1) {
    const value = treeNumber(column[taken === column.length ? i : Math.floor((i * column.length) / taken)]!);
    if (value === value) looked[known++] = value;
  }
  const values = sortDoubles(looked.subarray(0, known));
  const counts = new Int32Array(known);
  let last = -1;
  for (let i = 0; i < known; i += 1) {
    const value = values[i]!;
    if (last < 0 || value !== values[last]) values[++last] = value;
    counts[last]! += 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/** A number from `low` on and less than `high`, in the middle where there is one. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/**
 * Upper bounds of the bins of a number but for the last, which has none: value v is in the first bin whose bound is
 * ≥ v. A bin for each different value where they are few; else a value that fills a bin has one of its own, and the
 * others are dealt out evenly.
 */
export function binBounds(column: ArrayLike<number>, mostBins: number): Float64Array {
  const { values, counts } = distinct(column);
  let total = 0;
  for (const count of counts) total += count;
  const even = total / mostBins;
  const few = values.length <= mostBins;
  const fills = (at: number): boolean => !few && (counts[at] ?? 0) >= even;
  let restBins = mostBins;
  let restRows = total;
  for (let at = 0; at < counts.length; at += 1) {
    if (!fills(at)) continue;
    restBins -= 1;
    restRows -= counts[at]!;
  }
  const bounds: number[] = [];
  let inBin = 0;
  for (let at = 0; at + 1 < values.length && bounds.length + 1 < mostBins; at += 1) {
    const count = counts[at]!;
    inBin += count;
    if (!fills(at)) restRows -= count;
    const wanted = few ? leastInBin : Math.max(leastInBin, restBins > 0 ? (restRows + inBin) / restBins : 0);
    const full = fills(at) || inBin >= wanted || (fills(at + 1) && inBin >= wanted / 2);
    if (!full) continue;
    if (!fills(at)) restBins -= 1;
    bounds.push(between(values[at]!, values[at + 1]!));
    inBin = 0;
  }
  return Float64Array.from(bounds);
}
