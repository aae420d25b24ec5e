import { countSorted, equalWidthCuts } from '../statistics/histogram.ts';
import { moments } from '../statistics/moments.ts';
import { quantile, quantileCuts, sortedPresent } from '../statistics/quantiles.ts';
import { ks, psi, wasserstein } from './drift/index.ts';
import { bestComponent, missingComponent, shares } from './components.ts';
import { formatNumber } from '../statistics/figures.ts';
import type { Component, Compared } from './components.ts';
import type { ReferenceColumn } from './reference.ts';

const chartBins = 10;
const psiBins = 10;

function chartCuts(reference: Float64Array, current: Float64Array): number[] {
  const low = Math.min(quantile(reference, 0.01), quantile(current, 0.01));
  const high = Math.max(quantile(reference, 0.99), quantile(current, 0.99));
  return equalWidthCuts(low, high, chartBins);
}

/** Figures with three digits, or with as many as it takes to tell them apart. */
export function apart(values: readonly number[]): string[] {
  const short = values.map(formatNumber);
  for (let digits = 4; digits <= 17 && new Set(short).size < new Set(values).size; digits += 1)
    values.forEach((value, k) => (short[k] = String(Number(value.toPrecision(digits)))));
  return short;
}

function binLabels(cuts: readonly number[]): string[] {
  const [first, ...others] = apart(cuts);
  if (first === undefined) return ['all values'];
  const inner = others.map((cut, k) => `${k === 0 ? first : others[k - 1]!} – ${cut}`);
  return [`< ${first}`, ...inner, `≥ ${others.at(-1) ?? first}`];
}

/** Counts with the missing cells at the end, scaled to the rows that a sample stands for. */
function binned(values: Float64Array, cuts: readonly number[], rows: number, missing: number): Float64Array {
  const counts = countSorted(values, cuts);
  const scale = values.length === 0 ? 0 : rows / values.length;
  return Float64Array.of(...counts.map((count) => count * scale), missing);
}

/**
 * A number against its reference: KS and Wasserstein on the values that are there, and beside them the share of
 * missing cells.
 */
export function compareNumbers(column: ReferenceColumn, values: Float64Array, minEffect: number): Compared {
  const reference = Float64Array.from(column.sample ?? []);
  const referenceRows = column.rows - column.missing;
  const current = sortedPresent(values);
  const missing = values.length - current.length;
  const pair = { kind: 'numeric', reference, referenceRows, referenceStd: column.std ?? 0, current } as const;
  const mean = moments(current).mean;
  const effect = wasserstein.compute(pair);
  const own: Component = {
    test: ks.name,
    distance: wasserstein.name,
    p: ks.compute(pair),
    effect,
    matters: effect >= minEffect,
    change: `mean ${formatNumber(column.mean ?? Number.NaN)} → ${formatNumber(mean)}`,
  };
  const gone = missingComponent(column, missing, values.length, minEffect);
  const cuts = chartCuts(reference, current);
  const quantileBins = quantileCuts(reference, psiBins);
  const labels = [...binLabels(cuts), 'missing'];
  return {
    ...bestComponent(own, gone),
    psi: psi.compute({
      kind: 'categorical',
      reference: binned(reference, quantileBins, referenceRows, column.missing),
      current: binned(current, quantileBins, current.length, missing),
    }),
    bins: shares(
      labels,
      binned(reference, cuts, referenceRows, column.missing),
      binned(current, cuts, current.length, missing),
    ),
  };
}
