import type { Column } from '../../data/columns.ts';
import type { ReferenceColumn } from '../reference.ts';
import type { ColumnDrift } from '../report.ts';
import { binsOf } from '../slices/bins.ts';

type Onset = NonNullable<ColumnDrift['onset']>;

const dayMs = 24 * 3_600_000;
/** How finely a column is cut for it. */
const fineness = { ranges: 10, words: 20 };
/** Days that a log must have to be looked at day by day; else it is cut into as many pieces of as many rows. */
const fewestDays = 4;
const pieces = 8;
/** Fewer rows say nothing of a day or piece. */
const fewestRows = 25;
/** Rows that came with no longer pause between them are of one batch: its rows are answered one after the other, not in one instant. */
const pauseMs = 10_000;
/** Half of the way from the reference to the window, within the log, is a change that the log saw. */
const seen = 0.5;

/** The reference's own rows, as a column that falls into the same bins. */
function referenceShares(column: ReferenceColumn, kind: Column['kind'], count: number): Float64Array {
  const shares = new Float64Array(count);
  shares[count - 1] = column.missing / column.rows;
  const present = 1 - shares[count - 1]!;
  if (kind === 'text' || kind === 'time') shares[0] = present;
  else if (column.counts === undefined) {
    const sample = Float64Array.from(column.sample ?? []);
    const { of } = binsOf(column, { kind: 'number', values: sample }, fineness);
    for (const bin of of) shares[bin]! += present / of.length;
  } else {
    let named = 0;
    for (const [k, [, times]] of column.counts.slice(0, fineness.words).entries()) {
      shares[k] = times / column.rows;
      named += times / column.rows;
    }
    shares[count - 2] = Math.max(0, present - named);
  }
  return shares;
}

/** Mean place between reference (0) and window (1), of a stretch of the log. */
interface Stretch {
  /** Its first row. */
  readonly first: number;
  readonly rows: number;
  readonly place: number;
}

/** The places of days, or of pieces of as many rows; none where they are too few. */
function stretches(places: Float64Array, at: Float64Array): readonly Stretch[] {
  const last = at[at.length - 1]!;
  const byDay = last - at[0]! >= fewestDays * dayMs;
  const keyOf = (row: number): number =>
    byDay ? -Math.floor((last - at[row]!) / dayMs) : Math.floor((row * pieces) / at.length);
  const found: Stretch[] = [];
  for (let row = 0; row < at.length;) {
    const first = row;
    let sum = 0;
    for (; row < at.length && keyOf(row) === keyOf(first); row += 1) sum += places[row]!;
    const rows = row - first;
    if (rows >= fewestRows) found.push({ first, rows, place: sum / rows });
  }
  return found.length < fewestDays ? [] : found;
}

/** Σ rows·(place − fit)² about a straight line, and how far that line rises. */
function lineThrough(all: readonly Stretch[]): { readonly error: number; readonly rise: number } {
  let n = 0;
  let x = 0;
  let y = 0;
  let xx = 0;
  let xy = 0;
  all.forEach(({ rows, place }, k) => {
    n += rows;
    x += rows * k;
    y += rows * place;
    xx += rows * k * k;
    xy += rows * k * place;
  });
  const slope = (n * xy - x * y) / (n * xx - x * x);
  const start = (y - slope * x) / n;
  const error = all.reduce((sum, { rows, place }, k) => sum + rows * (place - start - slope * k) ** 2, 0);
  return { error, rise: slope * (all.length - 1) };
}

const meanOf = (part: readonly Stretch[]): number => {
  const rows = part.reduce((sum, each) => sum + each.rows, 0);
  return part.reduce((sum, each) => sum + each.rows * each.place, 0) / rows;
};
const errorOf = (part: readonly Stretch[]): number => {
  const mean = meanOf(part);
  return part.reduce((sum, { rows, place }) => sum + rows * (place - mean) ** 2, 0);
};

/** The best single step: before which stretch, how high, and Σ rows·(place − fit)². */
function bestStep(all: readonly Stretch[]): {
  readonly error: number;
  readonly rise: number;
  readonly before: number;
} {
  let best = { error: Infinity, rise: 0, before: 1 };
  for (let before = 1; before < all.length; before += 1) {
    const left = all.slice(0, before);
    const right = all.slice(before);
    const error = errorOf(left) + errorOf(right);
    if (error < best.error) best = { error, rise: meanOf(right) - meanOf(left), before };
  }
  return best;
}

/** How well one step before a row tells the places: what is left unexplained falls by as much. */
function fitOfStep(places: Float64Array, before: number): number {
  let left = 0;
  let right = 0;
  for (let row = 0; row < before; row += 1) left += places[row]!;
  for (let row = before; row < places.length; row += 1) right += places[row]!;
  return left ** 2 / before + right ** 2 / (places.length - before);
}

/**
 * When a step was, that was found before this row: a batch is on one side of it, unless it is told better from within. Rows
 * of one instant are never parted.
 */
function timeOfStep(places: Float64Array, at: Float64Array, row: number): number {
  const isPause = (before: number): boolean => at[before]! - at[before - 1]! > pauseMs;
  if (isPause(row)) return at[row]!;
  let begin = row;
  while (begin > 0 && !isPause(begin)) begin -= 1;
  let end = row + 1;
  while (end < at.length && !isPause(end)) end += 1;
  const isWithin = at[row - 1] !== at[row];
  const sides = [...(isWithin ? [row] : []), begin, end].filter((side) => side > 0 && side < at.length);
  const [first = row, ...others] = sides;
  const best = others.reduce(
    (so, side) => (fitOfStep(places, side) > fitOfStep(places, so) ? side : so),
    first,
  );
  return at[best]!;
}

/**
 * How a column came to differ, by the log it drifted in: each row's place between the reference (0) and the window (1) in
 * the direction of the change, day by day. One step that fits better than a straight line is sudden, a line is slow, and
 * where the log has not seen half of the way the change is as old as the log. Undefined where the log is too short to tell.
 *
 * @param window newest rows that the change was found in
 */
export function onsetOf(
  column: ReferenceColumn,
  cells: Column,
  at: Float64Array,
  window: number,
): Onset | undefined {
  const { of, count } = binsOf(column, cells, fineness);
  const before = referenceShares(column, cells.kind, count);
  const now = new Float64Array(count);
  for (let row = of.length - window; row < of.length; row += 1) now[of[row]!]! += 1 / window;
  const direction = now.map((share, bin) => share - before[bin]!);
  const along = (shares: Float64Array): number =>
    shares.reduce((sum, share, bin) => sum + share * direction[bin]!, 0);
  const [start, length] = [along(before), along(now) - along(before)];
  if (!(length > 1e-12)) return undefined;
  const places = Float64Array.from(of, (bin) => (direction[bin]! - start) / length);
  const all = stretches(places, at);
  if (all.length === 0) return undefined;
  const [step, line] = [bestStep(all), lineThrough(all)];
  if (step.rise < seen && line.rise < seen) return { kind: 'standing', since: at[0]! };
  return step.error <= line.error
    ? { kind: 'sudden', since: timeOfStep(places, at, all[step.before]!.first) }
    : { kind: 'slow', since: at[all[0]!.first]! };
}
