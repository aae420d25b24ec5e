import type { Column } from '../../data/columns.ts';
import { formatNumber } from '../../statistics/figures.ts';
import { quantileCuts } from '../../statistics/quantiles.ts';
import type { ReferenceColumn } from '../reference.ts';

/** How finely a column is cut into bins. */
export interface Fineness {
  /** Bins of a number, of as many rows each. */
  readonly ranges: number;
  /** Words that have a bin of their own; the others share one. */
  readonly words: number;
}

/** In which bin each cell lies; the last bin is that of missing cells. */
export interface Bins {
  readonly of: Int32Array;
  readonly count: number;
}

const cutsOf = ({ sample = [] }: ReferenceColumn, ranges: number): readonly number[] =>
  quantileCuts(Float64Array.from(sample), ranges);
const wordsOf = ({ counts = [] }: ReferenceColumn, words: number): readonly string[] =>
  counts.slice(0, words).map(([word]) => word);
const isOfWords = ({ kind, counts }: ReferenceColumn): boolean => kind === 'category' || counts !== undefined;

/** The cells of a column in bins that its reference gives. Of text and times there is what is there, and what is missing. */
export function binsOf(column: ReferenceColumn, cells: Column, { ranges, words }: Fineness): Bins {
  if (cells.kind === 'text')
    return { of: Int32Array.from(cells.values, (value) => (value === null ? 1 : 0)), count: 2 };
  if (cells.kind === 'time')
    return { of: Int32Array.from(cells.values, (value) => (Number.isNaN(value) ? 1 : 0)), count: 2 };
  if (cells.kind === 'category' || column.counts !== undefined) {
    const places = new Map(wordsOf(column, words).map((word, k) => [word, k]));
    const place = (word: string): number => places.get(word) ?? places.size;
    const missing = places.size + 1;
    if (cells.kind === 'category') {
      const byCode = cells.dictionary.map(place);
      return { of: Int32Array.from(cells.codes, (code) => byCode[code] ?? missing), count: missing + 1 };
    }
    const ofNumber = (value: number): number => (Number.isNaN(value) ? missing : place(String(value)));
    return { of: Int32Array.from(cells.values, ofNumber), count: missing + 1 };
  }
  const cuts = cutsOf(column, ranges);
  const binOf = (value: number): number => {
    if (Number.isNaN(value)) return cuts.length + 1;
    let bin = 0;
    while (bin < cuts.length && value >= cuts[bin]!) bin += 1;
    return bin;
  };
  return { of: Int32Array.from(cells.values, binOf), count: cuts.length + 2 };
}

/** What the bins of a column are called: `contract = Two year`, `tenure in [9, 29)`, `tenure missing`. */
export function binNames(column: ReferenceColumn, { ranges, words }: Fineness): readonly string[] {
  const { name, kind } = column;
  const missing = `${name} missing`;
  if (isOfWords(column))
    return [...wordsOf(column, words).map((word) => `${name} = ${word}`), `${name} = other words`, missing];
  const cuts = kind === 'number' ? cutsOf(column, ranges).map(formatNumber) : [];
  if (cuts.length === 0) return [`${name} present`, missing];
  const inner = cuts.slice(1).map((cut, k) => `${name} in [${cuts[k]!}, ${cut})`);
  return [`${name} < ${cuts[0]!}`, ...inner, `${name} ≥ ${cuts.at(-1)!}`, missing];
}
