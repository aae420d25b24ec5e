import { jensenShannon } from '../../statistics/distances.ts';
import { quantile, sortedFinite } from '../../statistics/quantiles.ts';
import {
  compareOneShare,
  compareShares,
  discreteValues,
  shareChanged,
} from '../../statistics/shareChange.ts';
import { codeCounts } from '../cells.ts';
import type { Finding } from '../finding.ts';
import { countBetween } from '../numericProfile.ts';
import type { ColumnProfile } from '../profile.ts';
import type { Check, CheckInput, CheckedColumn } from './check.ts';
import { checkedColumns, percent } from './check.ts';

/** Smallest Jensen–Shannon distance (natural logarithm) of histograms that matters. */
const smallestDistance = 0.1;

/** A category's share of the rows that have one, in the snapshot before and now. */
interface Share {
  readonly word: string;
  readonly then: number;
  /** The profile before did not name the word: its share was `then` at most. */
  readonly atMost: boolean;
  readonly change: number;
}

/**
 * The largest change of one category's share. Words that the profile before counted among its others had at most the
 * rows of the rarest one that it names: only what goes beyond that is a change.
 */
function largestChange(
  now: ReadonlyMap<string, number>,
  n: number,
  previous: ColumnProfile,
  m: number,
): Share {
  const before = new Map(previous.top?.map(({ value, count }) => [value, count]));
  const unnamed = (previous.other ?? 0) > 0 ? (previous.top?.at(-1)?.count ?? 0) : 0;
  let largest: Share = { word: '', then: 0, atMost: false, change: 0 };
  for (const word of new Set([...now.keys(), ...before.keys()])) {
    const share = (now.get(word) ?? 0) / n;
    const named = before.get(word);
    const then = (named ?? unnamed) / m;
    const change = named === undefined ? Math.max(0, share - then) : share - then;
    if (Math.abs(change) > Math.abs(largest.change))
      largest = { word, then, atMost: named === undefined && unnamed > 0, change };
  }
  return largest;
}

function shift(input: CheckInput, { declared, column, profile, previous }: CheckedColumn): Finding[] {
  if (column.kind !== 'category' || previous?.top === undefined) return [];
  const counts = codeCounts(column);
  const now = new Map(column.dictionary.map((word, code) => [word, counts[code]!]));
  const n = profile.rows - profile.missing;
  const m = previous.rows - previous.missing;
  if (n === 0 || m === 0) return [];
  const { word, then, atMost, change } = largestChange(now, n, previous, m);
  const rows = now.get(word) ?? 0;
  const words = new Set([...now.keys(), ...previous.top.map(({ value }) => value)]).size;
  if (change === 0 || !shareChanged(compareOneShare(Math.round(then * m), m, rows, n, words))) return [];
  return [
    {
      check: 'distribution-change',
      column: declared.name,
      severity: 'warning',
      message: `"${word}" is ${percent(rows / n)} of ${declared.name}; in the snapshot before it was ${atMost ? 'at most ' : ''}${percent(then)}.`,
      count: rows,
      examples: examplesOf(input, column.codes, column.dictionary.indexOf(word), word),
      fix: `Find out what changed in ${declared.name}; if it is here to stay, train on it.`,
    },
  ];
}

function examplesOf(input: CheckInput, codes: Int32Array, code: number, word: string): Finding['examples'] {
  const found: { rowId: string; value: string }[] = [];
  for (let row = 0; row < codes.length && found.length < 5; row += 1)
    if (code >= 0 && codes[row] === code)
      found.push({ rowId: input.rowIds.at(row) ?? String(row), value: word });
  return found;
}

/** Counts of the values in the earlier histogram's bins, with one bin below and one above. */
export function rebinned(sorted: Float64Array, edges: readonly number[]): number[] {
  const [low, high] = [edges[0]!, edges[edges.length - 1]!];
  let below = 0;
  while (below < sorted.length && sorted[below]! < low) below += 1;
  let end = sorted.length;
  while (end > below && sorted[end - 1]! > high) end -= 1;
  return [below, ...countBetween(sorted.subarray(below, end), edges), sorted.length - end];
}

function distance({ declared, column, previous }: CheckedColumn): Finding[] {
  if (column.kind !== 'number' || previous?.numeric === undefined) return [];
  const { edges, counts } = previous.numeric.histogram;
  const sorted = sortedFinite(column.values);
  const m = counts.reduce((sum, count) => sum + count, 0);
  if (sorted.length === 0 || m === 0) return [];
  const now = rebinned(sorted, edges);
  const far = jensenShannon([0, ...counts, 0], now);
  // Without any change the divergence is about (bins − 1)/8 · (1/n + 1/m); three times that is beyond noise.
  const noise = Math.sqrt(((3 * (now.length - 1)) / 8) * (1 / sorted.length + 1 / m));
  // Of few values each has a bin of its own, more or less: its share is a share like a category's.
  const few = previous.distinct <= discreteValues && shareChanged(compareShares([0, ...counts, 0], now));
  if (!few && far < Math.max(smallestDistance, noise)) return [];
  const median = quantile(sorted, 0.5);
  return [
    {
      check: 'distribution-change',
      column: declared.name,
      severity: 'warning',
      message: `${declared.name} is distributed otherwise than in the snapshot before (Jensen–Shannon distance ${far.toFixed(3)}; median ${Number(median.toPrecision(6))}, before ${Number(previous.numeric.quantiles[4]?.toPrecision(6))}).`,
      count: sorted.length,
      examples: [],
      fix: `Find out what changed in ${declared.name}; if it is here to stay, train on it.`,
    },
  ];
}

/**
 * A column is distributed otherwise than in the snapshot before: L∞ distance of the categories' shares, or
 * Jensen–Shannon distance of the earlier histogram's bins. Both must matter (.05 and .1) and be beyond noise. The share
 * of a category, or of one of few numbers, is judged as monitoring does (`statistics/shareChange`).
 */
export const distributionChange: Check = {
  name: 'distribution-change',
  description:
    'the share of a category changed by .05 or more, or the Jensen–Shannon distance of numbers is .1 or more, against the snapshot before, beyond noise.',
  run: (input) => checkedColumns(input).flatMap((column) => [...shift(input, column), ...distance(column)]),
};
