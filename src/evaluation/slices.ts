import { benjaminiHochberg } from '../statistics/corrections.ts';
import { binOf } from '../statistics/histogram.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import { quantileCuts, sortedPresent } from '../statistics/quantiles.ts';
import { normalDifferenceP } from '../statistics/tests.ts';
import { estimating } from './intervals.ts';
import { computingMetrics, judgingRows, requireMetric, scoredFor } from './metric.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import { formatNumber } from '../statistics/figures.ts';
import type { Column, Table } from '../data/columns.ts';
import type { Task } from '../modeling/model.ts';
import type { Random } from '../random.ts';
import type { Interval, Metrics, Scored, SliceResult } from './evaluation.ts';

/** Share of slices called worse that may be so by chance (Benjamini–Hochberg). */
const falseDiscoveryRate = 0.05;
const replicates = 200;
const quartiles = 4;

export interface SliceOptions {
  readonly task: Task;
  readonly scored: Scored;
  readonly table: Table;
  readonly columns: readonly string[];
  readonly minRows: number;
  readonly metric: string;
  /** Of all rows, where they are known. */
  readonly whole?: Metrics;
  readonly threshold?: number;
  readonly random: Random;
}

interface Slice {
  readonly name: string;
  readonly rows: readonly number[];
}

function bound(column: Column, value: number): string {
  return column.kind === 'time' ? new Date(value).toISOString().slice(0, 10) : formatNumber(value);
}

/** Which slice each row is in, and what the slices are called. */
function labelsOf(name: string, column: Column): { group: (row: number) => number; names: string[] } {
  if (column.kind === 'text') return { group: () => -1, names: [] };
  if (column.kind === 'category') {
    const names = column.dictionary.map((word) => `${name} = ${word}`);
    return {
      group: (row) => (column.codes[row] === -1 ? names.length : column.codes[row]!),
      names: [...names, `${name} missing`],
    };
  }
  const present = sortedPresent(column.values);
  const cuts = quantileCuts(present, quartiles);
  const edges = [present[0] ?? 0, ...cuts, present.at(-1) ?? 0].map((value) => bound(column, value));
  const names = edges
    .slice(1)
    .map((edge, k) => `${name} in [${edges[k]!}, ${edge}${k === edges.length - 2 ? ']' : ')'}`);
  return {
    group: (row) => (Number.isNaN(column.values[row]) ? names.length : binOf(column.values[row]!, cuts)),
    names: [...names, `${name} missing`],
  };
}

/** The rows of each group of a column, without groups that have none: categories, quartiles, and missing. */
export function groupsOf(name: string, column: Column, rows: number): Slice[] {
  const { group, names } = labelsOf(name, column);
  const members = names.map((): number[] => []);
  for (let row = 0; row < rows; row += 1) members[group(row)]?.push(row);
  return names
    .map((slice, k) => ({ name: slice, rows: members[k]! }))
    .filter((slice) => slice.rows.length > 0);
}

function slicesOf(name: string, column: Column, rows: number, minRows: number): Slice[] {
  // A slice of all rows says nothing about a part.
  return groupsOf(name, column, rows).filter(
    (slice) => slice.rows.length >= Math.max(1, minRows) && slice.rows.length < rows,
  );
}

function takeScored(scored: Scored, rows: readonly number[]): Scored {
  const outputs = scored.scores.length / scored.target.length;
  const scores = new Float64Array(rows.length * outputs);
  for (let i = 0; i < rows.length; i += 1)
    for (let k = 0; k < outputs; k += 1) scores[i * outputs + k] = scored.scores[rows[i]! * outputs + k]!;
  return { scores, target: Float64Array.from(rows, (row) => scored.target[row]!) };
}

/**
 * How the model does on parts of the rows: per column by category, by quartile of the evaluated rows, and where it is
 * missing. `worse` only where the metric is worse than on all rows beyond noise: one-sided normal test with the error
 * behind the slice's interval on the side of the whole, var(slice) · (1 − share) because the slice is part of the whole, after
 * Benjamini–Hochberg over all slices.
 */
export function evaluateSlices(options: SliceOptions): readonly SliceResult[] {
  return finish(evaluatingSlices(options));
}

/** `evaluateSlices` in pieces. */
export function* evaluatingSlices(options: SliceOptions): Work<readonly SliceResult[]> {
  const { task, scored, table, threshold } = options;
  const rows = scored.target.length;
  const metric = requireMetric(options.metric, task.kind);
  const all = options.whole ?? (yield* computingMetrics(task, scored, threshold));
  const whole = all[metric.name];
  const slices = options.columns.flatMap((name) => {
    const column = table.columns.get(name);
    return column === undefined ? [] : slicesOf(name, column, rows, options.minRows);
  });
  const results: {
    readonly slice: Slice;
    readonly metrics: Metrics;
    readonly interval: Interval;
    readonly p: number;
  }[] = [];
  for (const slice of slices) {
    const part = takeScored(scored, slice.rows);
    const random = options.random.fork(slice.name);
    const judged = scoredFor(task, part, threshold);
    const { value, low, high } = (yield* estimating([metric], judged, { replicates, random }))[0]!;
    const worsening = ((whole ?? Number.NaN) - value) * (metric.higherIsBetter ? 1 : -1);
    // The side of the interval on which the whole lies.
    const reach = metric.higherIsBetter ? high - value : value - low;
    const error = (reach / normalQuantile(0.975)) * Math.sqrt(1 - slice.rows.length / rows);
    const p = Number.isNaN(worsening) ? Number.NaN : normalDifferenceP(worsening, error);
    results.push({
      slice,
      metrics: yield* judgingRows(task, judged),
      interval: { value, low, high },
      p,
    });
  }
  const adjusted = benjaminiHochberg(results.map(({ p }) => p));
  return results.map(({ slice, metrics, interval }, i) => ({
    slice: slice.name,
    rows: slice.rows.length,
    metrics,
    ...(Number.isFinite(interval.low) && Number.isFinite(interval.high) ? { interval } : {}),
    worse: adjusted[i]! <= falseDiscoveryRate,
  }));
}
