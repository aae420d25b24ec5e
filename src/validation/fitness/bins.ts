import type { Column } from '../../data/columns.ts';
import { sortedPresent } from '../../statistics/quantiles.ts';

/** A column as a few dozen groups of alike cells: what every score of this folder is computed from. */
export interface Binned {
  /** Group of each row looked at; 0 = missing. */
  readonly bins: Uint16Array;
  readonly count: number;
}

/** So many groups of numbers at most, or nearly: a run of one value that is as long as a group is its own. */
const mostBins = 64;
/** Words that are told apart; the rest is one group. */
const mostWords = 254;

/** Upper ends of groups of about equal size over sorted values; equal values stand in one group. */
function upperEnds(sorted: Float64Array, groups: number): Float64Array {
  const size = Math.ceil(sorted.length / groups);
  const ends: number[] = [];
  let inGroup = 0;
  for (let from = 0; from < sorted.length;) {
    const value = sorted[from]!;
    let to = from + 1;
    while (to < sorted.length && sorted[to] === value) to += 1;
    const run = to - from;
    if (run >= size && inGroup > 0) ends.push(sorted[from - 1]!);
    inGroup = run >= size ? run : inGroup + run;
    if (inGroup >= size) {
      ends.push(value);
      inGroup = 0;
    }
    from = to;
  }
  if (inGroup > 0) ends.push(sorted.at(-1)!);
  return Float64Array.from(ends);
}

/** Groups of numbers by their size; NaN = missing. */
export function binNumbers(values: Float64Array): Binned {
  const sorted = sortedPresent(values);
  const groups = Math.max(8, Math.min(mostBins, Math.round(1.5 * Math.sqrt(sorted.length))));
  const ends = upperEnds(sorted, groups);
  const bins = new Uint16Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < value) low = middle + 1;
      else high = middle;
    }
    bins[row] = low + 1;
  }
  return { bins, count: ends.length + 1 };
}

/** Groups of words: the most frequent ones each their own, the others together. */
function binWords(words: readonly (string | number | null)[]): Binned {
  const counts = new Map<string | number, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostWords);
  const binOf = new Map(most.map(([word], at) => [word, at + 1]));
  const rest = most.length + 1;
  const bins = Uint16Array.from(words, (word) => (word === null ? 0 : (binOf.get(word) ?? rest)));
  return { bins, count: rest + 1 };
}

/** Numbers at some positions. */
export function valuesAt(values: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) taken[at] = values[rows[at]!]!;
  return taken;
}

/** The cells of a column at some rows, in groups. */
export function binColumn(column: Column, rows: Int32Array): Binned {
  switch (column.kind) {
    case 'number':
    case 'time':
      return binNumbers(valuesAt(column.values, rows));
    case 'category':
      return binWords(
        Array.from(rows, (row) => {
          const code = column.codes[row]!;
          return code < 0 ? null : code;
        }),
      );
    case 'text':
      return binWords(Array.from(rows, (row) => column.values[row]!));
  }
}

/** Each pair of groups of two columns as one group, where they are few enough; a missing cell is a group like any other. */
export function binPairs(left: Binned, right: Binned): Binned {
  const bins = new Uint16Array(left.bins.length);
  for (let row = 0; row < bins.length; row += 1) bins[row] = left.bins[row]! * right.count + right.bins[row]!;
  return { bins, count: left.count * right.count };
}
