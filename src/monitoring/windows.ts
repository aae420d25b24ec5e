import { formatCount } from '../statistics/figures.ts';
import { chargeOf, nestedWindows } from './looking.ts';
import { takeColumn } from '../data/columns.ts';
import type { Column, Table } from '../data/columns.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** Rows of a prediction log, oldest first. Those of the window stand last; what stands before them is there to compare with. */
export interface LoggedRows {
  readonly table: Table;
  readonly predictions: Table;
  /** When each came, ms since 1970 UTC. */
  readonly at: Float64Array;
  /** When it is looked at. */
  readonly now: number;
  /** More came before the window than its rows, or its hours, take. Else it is all that came since it began. */
  readonly isCutOff: boolean;
  /** Rows that came in the day before `now`, counted in the log; null where nobody counted. */
  readonly inLastDay: number | null;
}

/** A window of newest rows, and what it takes to judge it. */
export interface JudgedWindow {
  readonly rows: number;
  /** When the first of them came; null of a file. */
  readonly from: number | null;
  /** How many looks p has to pay for. */
  readonly charge: number;
  /** What part of a day or a week it covers: `3 of 24 hours`, `2 of 7 weekdays`; null where it covers all, and of a batch. */
  readonly covers: string | null;
  /** Rows of the log that came before it, at the same hours of the day or of the week; null where there are none, or no need. */
  readonly like: Int32Array | null;
  /** The newest rows that are whole days or weeks, where it has a piece of one besides; else null. */
  readonly whole: number | null;
  /** It covers hours that nothing earlier covers: no change tells itself from a pattern of the day. */
  readonly waits: boolean;
}

/** Rows that all came within an hour were not made by the clock: a batch, a test. They are compared with everything. */
const batchMs = hourMs;
/** A day and a week are whole from here on: the last row came some time before midnight. */
const wholeDayMs = dayMs - hourMs;
const wholeWeekMs = weekMs - 12 * hourMs;
/** Hours with fewer rows than this share of a window need no like. */
const smallestHour = 0.02;

/**
 * Did they all come in less time than has passed since? Rows that come steadily leave no such gap: these were a batch,
 * and say nothing of how many come in a day.
 */
export function isBurst(at: Float64Array, rows: number, now: number): boolean {
  const [from, to] = [at[at.length - rows] ?? now, at.at(-1) ?? now];
  return to - from < now - to;
}

/**
 * How many rows a day's looks saw come. A window that grows from its beginning on holds them all. Of one that is cut off
 * they are as many as its rate says, which is the charge of a steady day from the first hour on;
 * but what came in a burst is counted, for its rate is nobody's.
 */
function rowsOfADay({ at, now, isCutOff, inLastDay }: LoggedRows, rows: number): number {
  const first = at.length - rows;
  const from = at[first] ?? now;
  let newer = 0;
  for (let row = at.length - 1; row >= first && at[row]! > now - dayMs; row -= 1) newer += 1;
  if (!isCutOff || from <= now - dayMs) return newer;
  if (inLastDay !== null && isBurst(at, rows, now)) return Math.max(newer, inLastDay);
  return Math.max(newer, (rows * dayMs) / Math.max(60_000, now - from));
}

const cellOf = (at: number, cycle: number): number =>
  Math.floor((at % cycle) / (cycle === dayMs ? hourMs : dayMs));

/** Rows before `first` that came at the window's times of the cycle, where they cover what the window covers. */
function likeRows(
  at: Float64Array,
  first: number,
  step: number,
  cycle: number,
  minRows: number,
): Int32Array | null {
  const [from, to] = [at[first]!, at[at.length - 1]!];
  const like: number[] = [];
  const known = new Set<number>();
  for (let row = 0; row < first; row += 1) {
    const shifted = at[row]! + Math.max(1, Math.ceil((from - at[row]!) / step)) * step;
    if (shifted > to) continue;
    like.push(row);
    known.add(cellOf(at[row]!, cycle));
  }
  if (like.length < minRows) return null;
  const counts = new Map<number, number>();
  for (let row = first; row < at.length; row += 1) {
    const cell = cellOf(at[row]!, cycle);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const isCovered = [...counts].every(
    ([cell, count]) => known.has(cell) || count < smallestHour * (at.length - first),
  );
  return isCovered ? Int32Array.from(like) : null;
}

type Coverage = Pick<JudgedWindow, 'covers' | 'like' | 'whole' | 'waits'>;
const everything: Coverage = { covers: null, like: null, whole: null, waits: false };

/** The newest rows of a window that are whole units of time; null where they are all of it, or too few. */
function wholeRows(
  at: Float64Array,
  first: number,
  unit: number,
  slack: number,
  minRows: number,
): number | null {
  const to = at[at.length - 1]!;
  const units = Math.max(1, Math.floor((to - at[first]! + slack) / unit));
  let rows = 0;
  for (let row = at.length - 1; row >= first && at[row]! > to - units * unit; row -= 1) rows += 1;
  return rows < minRows || rows === at.length - first ? null : rows;
}

/** `7 of 24 hours`, `2 of 7 weekdays`; null where it is a week or more. */
function partCovered(from: number, to: number): string | null {
  const span = to - from;
  if (span >= wholeWeekMs) return null;
  if (span >= wholeDayMs) return `${Math.min(7, Math.max(1, Math.round(span / dayMs)))} of 7 weekdays`;
  const hours = Math.floor(to / hourMs) - Math.floor(from / hourMs) + 1;
  return `${Math.min(24, hours)} of 24 hours`;
}

/** What a window covers, and with what it is compared besides the reference. */
function coverageOf(at: Float64Array, rows: number, minRows: number): Coverage {
  const first = at.length - rows;
  const [from, to] = [at[first]!, at[at.length - 1]!];
  if (to - at[0]! < batchMs) return everything;
  const covers = partCovered(from, to);
  if (covers === null) return { ...everything, whole: wholeRows(at, first, weekMs, 12 * hourMs, minRows) };
  if (to - from >= wholeDayMs) {
    const like = likeRows(at, first, weekMs, weekMs, minRows);
    const whole = like === null ? wholeRows(at, first, dayMs, hourMs, minRows) : null;
    return { covers, like, whole, waits: false };
  }
  const like = likeRows(at, first, weekMs, dayMs, minRows) ?? likeRows(at, first, dayMs, dayMs, minRows);
  return { covers, like, whole: null, waits: like === null };
}

/** A column of times that so many rows have says when the rows of a file came. */
const mostHaveTime = 0.9;

/**
 * What is to be known of rows of a file whose one column of times spans a part of a day or of a week: nobody knows how the
 * reference was at these hours. Null where it spans more, and where there is none or several.
 */
export function fileSpanTold({ rows, columns }: Table): string | null {
  const spans = [...columns].flatMap(([name, column]) => {
    const span = column.kind === 'time' ? spanOf(column.values) : null;
    return span === null || span.present < mostHaveTime * rows ? [] : [{ ...span, name }];
  });
  const [span, another] = spans;
  if (span === undefined || another !== undefined) return null;
  const covers = partCovered(span.from, span.to);
  if (covers === null) return null;
  const unit = covers.endsWith('hours') ? 'hour' : 'weekday';
  return `The rows of the file cover ${covers} by ${span.name}: what always differs by the ${unit} looks like a change beside a reference of all ${unit}s.`;
}

/** The first and the last time, and how many there are; null where there is none. Days without a time last until they end. */
function spanOf(
  times: Float64Array,
): { readonly from: number; readonly to: number; readonly present: number } | null {
  let [from, to, present, days] = [Infinity, -Infinity, 0, true];
  for (const at of times) {
    if (Number.isNaN(at)) continue;
    present += 1;
    from = Math.min(from, at);
    to = Math.max(to, at);
    days &&= at % dayMs === 0;
  }
  return present === 0 ? null : { from, to: days ? to + dayMs : to, present };
}

/** The windows of one look: the newest n, n/2, n/4 … rows. A file is looked at once, as a whole. */
export function judgedWindows(
  rows: number,
  minRows: number,
  log: LoggedRows | undefined,
): readonly JudgedWindow[] {
  if (log === undefined || rows === 0) return [{ ...everything, rows, from: null, charge: 1 }];
  const { at } = log;
  const rowsInLast24h = rowsOfADay(log, rows);
  return nestedWindows(rows, minRows).map((windowRows) => ({
    ...coverageOf(at, windowRows, minRows),
    rows: windowRows,
    from: at[at.length - windowRows]!,
    charge: chargeOf({ rowsInLast24h, windowRows, minRows, oneOff: false }),
  }));
}

/** What is to be known of the windows before their findings are believed; null where there is nothing. */
export function windowsTold(windows: readonly JudgedWindow[]): string | null {
  const [all] = windows;
  if (all === undefined || all.covers === null) return null;
  if (all.waits)
    return `The window covers ${all.covers}, and nothing earlier in the log covers them: a change is not told from a pattern of the day before there is such a day. What no hour explains alarms all the same: new categories, values out of range, columns or cells that go missing.`;
  if (all.like !== null)
    return `The window covers ${all.covers}: what differs from the reference also has to differ from ${formatCount(all.like.length, 'earlier row')} of the same ${all.covers.endsWith('hours') ? 'hours' : 'weekdays'}.`;
  return `The window covers ${all.covers}, and the log holds no earlier week: a pattern of the week would look like a change.`;
}

/** The newest rows of a column. */
export const newestCells = (column: Column, rows: number, of: number): Column =>
  rows === of
    ? column
    : takeColumn(
        column,
        Int32Array.from({ length: rows }, (_, i) => of - rows + i),
      );
