import { jensenShannon, populationStability } from '../../statistics/distances.ts';
import { sortedFinite } from '../../statistics/quantiles.ts';
import { codeCounts } from '../cells.ts';
import { rebinned } from '../checks/distributionChange.ts';
import type { ColumnProfile } from '../profile.ts';
import type { DistanceMeasure } from './expectation.ts';
import type { ExpectationKind, Judged } from './judging.ts';
import { columnNamed } from './judging.ts';

/** Counts of the same bins or words, before and now. */
interface Pair {
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** Largest difference of the cumulated shares at the ends of the bins: at most the distance of all values. */
function kolmogorov({ before, now }: Pair): number {
  const [m, n] = [before, now].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [
    number,
    number,
  ];
  let left = 0;
  let right = 0;
  let largest = 0;
  before.forEach((count, bin) => {
    left += count / m;
    right += now[bin]! / n;
    largest = Math.max(largest, Math.abs(left - right));
  });
  return largest;
}

const measures: Readonly<Record<DistanceMeasure, { name: string; of: (pair: Pair) => number }>> = {
  psi: {
    name: 'population stability index',
    of: ({ before, now }) => populationStability(before, now),
  },
  jensen_shannon: {
    name: 'Jensen–Shannon distance',
    of: ({ before, now }) => jensenShannon(before, now),
  },
  ks: { name: 'Kolmogorov–Smirnov distance', of: kolmogorov },
};

function pairOf(input: Judged, name: string, previous: ColumnProfile): Pair | undefined {
  const column = columnNamed(input, name);
  if (column.kind === 'category' && previous.top !== undefined) {
    const counts = codeCounts(column);
    const now = new Map(column.dictionary.map((word, code) => [word, counts[code]!]));
    const named = previous.top.map(({ value, count }) => [count, now.get(value) ?? 0] as const);
    const present = counts.reduce((sum, count) => sum + count, 0);
    const others = present - named.reduce((sum, [, count]) => sum + count, 0);
    return {
      before: [...named.map(([count]) => count), previous.other ?? 0],
      now: [...named.map(([, count]) => count), others],
    };
  }
  if (column.kind !== 'number' || previous.numeric === undefined) return undefined;
  const { edges, counts } = previous.numeric.histogram;
  return { before: [0, ...counts, 0], now: rebinned(sortedFinite(column.values), edges) };
}

export const distance: ExpectationKind<'distance'> = {
  name: 'distance',
  description:
    'The column is distributed as in the snapshot before: PSI, Jensen–Shannon or Kolmogorov–Smirnov distance over its bins or words.',
  expected: ({ at_most: most }) => `at most ${most}`,
  judge: function* ({ column: name, measure, at_most: most }, input) {
    if (input.previous === undefined) return { kind: 'none', why: 'there is no snapshot before' };
    const previous = input.previous.columns.find((column) => column.name === name);
    const own = input.profile.columns.find((column) => column.name === name);
    if (previous === undefined || own?.kind !== previous.kind)
      return { kind: 'none', why: `the snapshot before has no such ${name}` };
    const pair = pairOf(input, name, previous);
    yield own.rows;
    const value = pair === undefined ? Number.NaN : measures[measure].of(pair);
    if (Number.isNaN(value)) return { kind: 'none', why: `${name} had or has no value` };
    const got = `the ${measures[measure].name} of ${name} to the snapshot before is ${value.toFixed(4)}`;
    return { kind: 'whole', holds: value <= most, got, rows: own.rows - own.missing };
  },
};
