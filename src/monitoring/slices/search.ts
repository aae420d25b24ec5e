import { takeRows } from '../../data/columns.ts';
import type { Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { Random } from '../../random.ts';
import { computeMetric, defaultMetric, metricByName } from '../../statistics/metrics/index.ts';
import type { Metric, ScoredRows } from '../../statistics/metrics/index.ts';
import { moments, sampleStd } from '../../statistics/moments.ts';
import { normalQuantile } from '../../statistics/normalQuantile.ts';
import type { Work } from '../../work.ts';
import { taking } from '../dealtLabels.ts';
import type { Reference, ScoredReference } from '../reference.ts';
import type { PerformanceReport } from '../report.ts';
import { scoredOf } from '../scoredReference.ts';
import { binNames, binsOf } from './bins.ts';
import { binsOfGroups, fineness, sliceable } from './groups.ts';
import { largestByChance } from './largestOf.ts';
import type { Pool } from './largestOf.ts';

type SliceSearch = NonNullable<PerformanceReport['slices']>;
type FoundSlice = SliceSearch['found'][number];

/** Fewer rows, then or now, are luck. */
const fewestRows = 25;
/** Of more labels some are looked at, evenly: they would tell no more and take long. */
const mostLabels = 20_000;
/** Slices that are told. */
const mostTold = 5;

/** What a search looks at: labelled rows of now, and scored rows of then. */
export interface SliceQuestion {
  readonly task: Task;
  /** Labelled rows whose answers speak. */
  readonly known: ScoredRows;
  /** Their inputs, row by row. */
  readonly inputs: Table;
  readonly reference: Reference;
  readonly scored: ScoredReference;
  /** Columns whose values no report may show. */
  readonly personal: ReadonlySet<string>;
  /** Chance that a slice is named though none got worse. */
  readonly alpha: number;
  readonly random: Random;
}

/** A column that both samples have, and the bins of its rows, those of the reference first. */
interface BinnedColumn {
  readonly name: string;
  readonly names: readonly string[];
  readonly bins: Int32Array;
  readonly count: number;
}

/** A mean over rows tells where it comes from. Of an order, or of hits and misses, the default metric of the task does. */
function metricOf({ task, reference }: SliceQuestion): Metric {
  const own = metricByName(reference.performance.metric);
  const isMean =
    own?.byRow !== undefined && (own.byRow.slope === undefined || own.byRow.ofMean !== undefined);
  return own !== undefined && isMean && !own.higherIsBetter ? own : defaultMetric(task.kind);
}

/** At most so many labels, evenly. */
function someOf(question: SliceQuestion): Pick<SliceQuestion, 'known' | 'inputs'> {
  const all = question.known.target.length;
  const every = Math.ceil(all / mostLabels);
  if (every <= 1) return question;
  const rows = Int32Array.from({ length: Math.floor((all - 1) / every) + 1 }, (_, i) => i * every);
  return { known: taking(question.known, rows), inputs: takeRows(question.inputs, rows) };
}

function binnedColumns(
  { reference, scored, personal }: SliceQuestion,
  inputs: Table,
): readonly BinnedColumn[] {
  const columns = new Map(sliceable(reference.columns, personal).map((column) => [column.name, column]));
  return (scored.groups ?? []).flatMap((group) => {
    const column = columns.get(group.column);
    const cells = inputs.columns.get(group.column);
    if (column === undefined || cells === undefined || cells.kind !== column.kind) return [];
    const { of, count } = binsOf(column, cells, fineness);
    const names = binNames(column, fineness);
    return [{ name: column.name, names, bins: Int32Array.from([...binsOfGroups(group), ...of]), count }];
  });
}

/** A part of the rows: a bin of a column. */
interface Slice {
  readonly column: BinnedColumn;
  readonly bin: number;
  /** Place of it among the bins of all columns. */
  readonly at: number;
}

/** Parts that have rows enough then and now, and are not all of them. */
function slicesOf(columns: readonly BinnedColumn[], reference: number): readonly Slice[] {
  let offset = 0;
  return columns.flatMap((column) => {
    const [then, now] = [new Int32Array(column.count), new Int32Array(column.count)];
    column.bins.forEach((bin, row) => {
      (row < reference ? then : now)[bin]! += 1;
    });
    const rows = column.bins.length - reference;
    const first = offset;
    offset += column.count;
    return column.names
      .map((_, bin) => ({ column, bin, at: first + bin }))
      .filter(({ bin }) => Math.min(then[bin]!, now[bin]!) >= fewestRows && now[bin]! < rows);
  });
}

/** A figure with bounds at so many standard errors of the mean loss that it stands for. */
function boundsOf(metric: Metric, losses: Float64Array, reach: number) {
  const own = moments(losses);
  const off = (reach * sampleStd(own)) / Math.sqrt(own.count);
  const figure = metric.byRow?.ofMean ?? ((mean: number): number => mean);
  return {
    low: figure(Math.max(0, own.mean - off)),
    value: figure(own.mean),
    high: figure(own.mean + off),
  };
}

/** A slice with what it lost, and bounds that are made of those of both sides (Zou & Donner 2008). */
function toldOf(
  metric: Metric,
  { losses, reference }: Pool,
  { column, bin }: Slice,
  reach: number,
): Omit<FoundSlice, 'adjustedP' | 'apart'> {
  const sideOf = (isNow: boolean): Float64Array =>
    losses.filter((_, row) => column.bins[row] === bin && row < reference !== isNow);
  const [before, now] = [sideOf(false), sideOf(true)];
  const [then, since] = [boundsOf(metric, before, reach), boundsOf(metric, now, reach)];
  const worsening = since.value - then.value;
  return {
    slice: column.names[bin]!,
    column: column.name,
    rows: now.length,
    against: before.length,
    reference: then.value,
    current: since.value,
    worsening,
    low: worsening - Math.hypot(since.value - since.low, then.high - then.value),
    high: worsening + Math.hypot(since.high - since.value, then.value - then.low),
  };
}

/** The mean of a sample, and the square of its standard error. */
function meanOf(losses: Float64Array): { readonly mean: number; readonly error: number } {
  const own = moments(losses);
  return { mean: own.mean, error: own.count === 0 ? 0 : sampleStd(own) ** 2 / own.count };
}

/**
 * By how many standard errors a part got worse than the rest of the rows did. A part that is nearly all of them got worse
 * as surely as all did, and tells no place: its rest is few rows.
 */
function excessOf({ losses, reference }: Pool, { column, bin }: Slice): number {
  const grown = (isIn: boolean): { readonly mean: number; readonly error: number } => {
    const side = (isNow: boolean): ReturnType<typeof meanOf> =>
      meanOf(losses.filter((_, row) => (column.bins[row] === bin) === isIn && row < reference !== isNow));
    const [before, now] = [side(false), side(true)];
    return { mean: now.mean - before.mean, error: before.error + now.error };
  };
  const [own, rest] = [grown(true), grown(false)];
  const error = Math.sqrt(own.error + rest.error);
  // Without a rest there is nothing that it got worse than.
  return error > 0 && Number.isFinite(rest.mean) ? (own.mean - rest.mean) / error : 0;
}

/**
 * Where it got worse: which parts of the rows (a word, a range of a number, missing cells) are answered worse than the
 * same part was on the scored rows of the reference, beyond what is the worst of all parts by chance. First the one that
 * got worse than the rest most surely: a part that holds the bad rows and others is less sure, and so is a part of them.
 * It never alarms.
 */
export function* searchingSlices(question: SliceQuestion): Work<SliceSearch> {
  const { task, reference, personal, scored, alpha } = question;
  const metric = metricOf(question);
  const { known, inputs } = someOf(question);
  const then = scoredOf(task, scored, known.threshold);
  const lossesOf = metric.byRow!.losses;
  const losses = Float64Array.from([...lossesOf(then), ...lossesOf(known)]);
  const columns = binnedColumns(question, inputs);
  yield losses.length * (1 + columns.length);
  const pool: Pool = { losses, reference: then.target.length, columns };
  const slices = slicesOf(columns, pool.reference);
  const asked = new Uint8Array(columns.reduce((sum, { count }) => sum + count, 0));
  for (const { at } of slices) asked[at] = 1;
  // The bins of one column have no row in common: less than the worst of half of them is by chance is not worth a deal.
  const bins = Math.max(
    ...columns.map(({ name }) => slices.filter(({ column }) => column.name === name).length),
  );
  const least = normalQuantile(1 - alpha / Math.max(1, bins / 2));
  const { gaps, largest } = yield* largestByChance(pool, asked, least, question.random);
  const reach = largest[Math.ceil((1 - alpha) * (largest.length + 1)) - 1] ?? Infinity;
  const whole = computeMetric(metric, known) - computeMetric(metric, then);
  const found = slices
    .filter(({ at }) => gaps[at]! > reach)
    .map((slice) => ({ slice, excess: excessOf(pool, slice) }))
    .sort((left, right) => right.excess - left.excess)
    .map(({ slice }) => {
      const larger = largest.reduce((sum, each) => sum + (each >= gaps[slice.at]! ? 1 : 0), 0);
      const told = toldOf(metric, pool, slice, reach);
      return { ...told, adjustedP: (1 + larger) / (1 + largest.length), apart: told.low > whole };
    });
  return {
    metric: metric.name,
    rows: known.target.length,
    searched: slices.length,
    left: sliceable(reference.columns, personal).length - columns.length,
    whole,
    worse: found.length,
    found: found.slice(0, mostTold),
  };
}
