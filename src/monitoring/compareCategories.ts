import { hypergeometric, psi } from './drift/index.ts';
import { bestComponent, missingComponent, shareEffect, shares } from './components.ts';
import { formatShare } from '../statistics/figures.ts';
import type { Compared, Component } from './components.ts';
import type { ReferenceColumn } from './reference.ts';

/** Bars of a chart by name; with `others` and `missing` that makes 12. */
const chartCategories = 10;

interface Counts {
  readonly labels: readonly string[];
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** Both sides over the union of their categories, then the reference's unnamed tail, then missing cells. */
function align(column: ReferenceColumn, current: ReadonlyMap<string, number>, missing: number): Counts {
  const before = new Map(column.counts ?? []);
  const labels = [...new Set([...before.keys(), ...current.keys()])];
  const named = [...before.values()].reduce((sum, count) => sum + count, 0);
  const tail = Math.max(0, column.rows - column.missing - named);
  if (tail === 0)
    return {
      labels: [...labels.map(quote), 'missing'],
      reference: Float64Array.from([...labels.map((label) => before.get(label) ?? 0), column.missing]),
      current: Float64Array.from([...labels.map((label) => current.get(label) ?? 0), missing]),
    };
  // A word that is not among the named ones may be of the tail: it cannot be told apart.
  const known = labels.filter((label) => before.has(label));
  let unnamed = 0;
  for (const [label, count] of current) if (!before.has(label)) unnamed += count;
  return {
    labels: [...known.map(quote), 'all others', 'missing'],
    reference: Float64Array.from([...known.map((label) => before.get(label)!), tail, column.missing]),
    current: Float64Array.from([...known.map((label) => current.get(label) ?? 0), unnamed, missing]),
  };
}

function quote(label: string): string {
  return `"${label.length > 60 ? `${label.slice(0, 59)}…` : label}"`;
}

function bare(label: string): string {
  return label.startsWith('"') ? label.slice(1, -1) : label;
}

function chart({ labels, reference, current }: Counts): Compared['bins'] {
  const bars = shares(labels, reference, current);
  const missing = bars.filter((bar) => bar.label === 'missing');
  const named = bars
    .filter((bar) => bar.label !== 'missing')
    .sort((left, right) => Math.max(right.reference, right.current) - Math.max(left.reference, left.current));
  const rest = named.slice(chartCategories);
  const others = {
    label: 'others',
    reference: rest.reduce((sum, bar) => sum + bar.reference, 0),
    current: rest.reduce((sum, bar) => sum + bar.current, 0),
  };
  const shown = [...named.slice(0, chartCategories), ...(rest.length === 0 ? [] : [others]), ...missing];
  return shown.map((bar) => ({ ...bar, label: bare(bar.label) }));
}

function largestChange({ labels, reference, current }: Counts): string {
  let best: Compared['bins'][number] | undefined;
  for (const bar of shares(labels, reference, current))
    if (best === undefined || Math.abs(bar.current - bar.reference) > Math.abs(best.current - best.reference))
      best = bar;
  return best === undefined
    ? 'no values'
    : `${best.label} ${formatShare(best.reference)} → ${formatShare(best.current)}`;
}

/**
 * A category, or a number with few values, against its reference: the exact p of each word's share among the cells that
 * are there and of the share of missing ones, times their number; effect by the largest change of a share and by
 * Jensen–Shannon, missing cells being a category of its own.
 */
export function compareCategories(
  column: ReferenceColumn,
  current: ReadonlyMap<string, number>,
  missing: number,
  minEffect: number,
): Compared {
  const counts = align(column, current, missing);
  const pair = { kind: 'categorical', reference: counts.reference, current: counts.current } as const;
  // Missing cells stand last. Shares of the words are of the cells that are there, as in the checks of a snapshot.
  const words = {
    kind: 'categorical',
    reference: counts.reference.subarray(0, -1),
    current: counts.current.subarray(0, -1),
  } as const;
  const here = words.current.reduce((sum, count) => sum + count, 0);
  const gone = missingComponent(column, missing, here + missing, minEffect);
  const own: Component = {
    test: hypergeometric.name,
    ...shareEffect(pair, [words], minEffect),
    p: hypergeometric.compute(words),
    change: largestChange(counts),
  };
  return { ...bestComponent(own, gone), psi: psi.compute(pair), bins: chart(counts) };
}
