import { negativeBinomialTail } from '../statistics/special.ts';
import { formatCount, formatList, formatShare } from '../statistics/figures.ts';
import { categoryCounts } from './profileReference.ts';
import type { CategoryColumn, Column, Table } from '../data/columns.ts';
import type { ReferenceColumn } from './reference.ts';
import { judgedWindows, newestCells } from './windows.ts';
import type { LoggedRows } from './windows.ts';
import type { SchemaAlarm } from './report.ts';

/**
 * Chance that a column without a change alarms at one look, and over all looks of a day: of 100 looks on the second
 * is the smaller one.
 */
const falseAlarmRate = 1e-5;
const falseAlarmsADay = 1e-3;
/** The smallest share of rows that is worth an alarm. */
const smallestShare = 0.01;
const namesShown = 3;

function allMissing(column: Column): boolean {
  if (column.kind === 'category') return column.codes.every((code) => code === -1);
  if (column.kind === 'text') return column.values.every((value) => value === null);
  return column.values.every((value) => Number.isNaN(value));
}

/** Which rows are looked at, and how small a chance is. */
interface Look {
  readonly rows: number;
  /** Of which an alarm speaks: `the rows`, `the newest 400 rows`. */
  readonly named: string;
  readonly limit: number;
}

function vanished(
  column: ReferenceColumn,
  current: Column | undefined,
  { rows, limit }: Look,
): SchemaAlarm | undefined {
  const alarm = (message: string): SchemaAlarm => ({
    column: column.name,
    kind: 'column-missing',
    message,
    count: rows,
    share: 1,
  });
  // Most of it was missing before: an empty column may be chance.
  if (Math.pow(column.missing / Math.max(1, column.rows), rows) > limit) return undefined;
  if (current === undefined) return alarm(`${column.name} no longer arrives.`);
  return allMissing(current)
    ? alarm(`${column.name} is missing in all ${formatCount(rows, 'row')}.`)
    : undefined;
}

/**
 * Is one of the words too frequent for one that merely was not met yet? That all c rows of a word fall among the n new
 * ones of n + m by chance has probability (n/(n + m))^c at most, and K words of as many rows have as many chances. In
 * logarithms. Words that were met once cannot hide it, however many.
 */
function oneIsNew(
  unseen: readonly number[],
  known: readonly number[],
  n: number,
  m: number,
  limit: number,
): boolean {
  const most = unseen[0] ?? 0;
  if (most / n < smallestShare) return false;
  const asFrequent = [...unseen, ...known].filter((count) => count >= most).length;
  return Math.log(asFrequent) + most * Math.log(n / (n + m)) <= Math.log(limit);
}

/**
 * Are so many cells of words that were never met more than those that stay to be met? As many as there were words met
 * once may be new by chance (Good 1953), with the spread of a negative binomial; that number itself is known to within
 * its square root.
 */
function manyAreNew(count: number, known: readonly number[], n: number, m: number, limit: number): boolean {
  if (count / n < smallestShare) return false;
  const once = known.filter((times) => times === 1).length;
  const rare = once + 2 * Math.sqrt(once) + 1;
  return negativeBinomialTail(count, rare, n / (n + m)) <= limit;
}

/** Categories that the reference never saw: one of many rows, or a flood of different ones. */
function newCategories(
  column: ReferenceColumn,
  current: CategoryColumn,
  { rows, named: which, limit }: Look,
): SchemaAlarm | undefined {
  const counts = new Map(column.counts ?? []);
  const named = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const present = column.rows - column.missing;
  if (named < present || present === 0) return undefined;
  const now = categoryCounts(current);
  const unseen = now.filter(([word]) => !counts.has(word));
  const count = unseen.reduce((sum, [, times]) => sum + times, 0);
  const here = now.reduce((sum, [, times]) => sum + times, 0);
  const newest = unseen.map(([, times]) => times);
  const inBoth = new Map(counts);
  for (const [word, times] of now) if (counts.has(word)) inBoth.set(word, counts.get(word)! + times);
  const isNew =
    oneIsNew(newest, [...inBoth.values()], here, present, limit) ||
    manyAreNew(count, [...counts.values()], rows, column.rows, limit);
  if (!isNew) return undefined;
  const words = unseen.map(([word]) => `"${word.length > 60 ? `${word.slice(0, 59)}…` : word}"`);
  const message = `${column.name}: ${formatList(words, namesShown)} never seen before, in ${formatShare(count / rows)} of ${which}.`;
  return { column: column.name, kind: 'new-category', message, count, share: count / rows };
}

function outOfRange(
  column: ReferenceColumn,
  values: Float64Array,
  { rows, named, limit }: Look,
): SchemaAlarm | undefined {
  const { min, max } = column;
  if (min === undefined || max === undefined) return undefined;
  let count = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (value < min || value > max) count += 1;
  }
  // At either end the next values beat all before with odds rows : (rows + reference rows).
  const chance = negativeBinomialTail(count, 2, rows / (rows + column.rows));
  if (count / rows < smallestShare || chance > limit) return undefined;
  const message = `${column.name}: ${formatShare(count / rows)} of ${named} lie outside ${min} … ${max}, the range it had before.`;
  return { column: column.name, kind: 'out-of-range', message, count, share: count / rows };
}

function judgeColumn(column: ReferenceColumn, current: Column | undefined, look: Look): SchemaAlarm[] {
  const gone = vanished(column, current, look);
  if (gone !== undefined) return [gone];
  if (current === undefined) return [];
  if (current.kind !== column.kind) {
    const message = `${column.name} was a ${column.kind} and now is a ${current.kind}.`;
    return [{ column: column.name, kind: 'type-change', message, count: look.rows, share: 1 }];
  }
  if (current.kind === 'category')
    return [newCategories(column, current, look)].filter((alarm) => alarm !== undefined);
  if (current.kind === 'number')
    return [outOfRange(column, current.values, look)].filter((alarm) => alarm !== undefined);
  return [];
}

/**
 * Changes of the data's shape: a column that no longer arrives or is all missing, another kind, categories never seen
 * and values out of range in more rows than chance explains. Of ignored columns only the first two. Of a log the newest
 * n, n/2, n/4 … rows are looked at, and of each alarm that of the most rows is told.
 */
export function findSchemaAlarms(
  columns: readonly ReferenceColumn[],
  table: Table,
  ignore: readonly string[],
  log?: LoggedRows,
  minRows = 1,
): readonly SchemaAlarm[] {
  if (table.rows === 0) return [];
  const windows = judgedWindows(table.rows, minRows, log);
  const found = new Map<string, SchemaAlarm>();
  for (const { rows, charge } of windows) {
    const named = rows === table.rows ? 'the rows' : `the newest ${formatCount(rows, 'row')}`;
    const limit = Math.min(falseAlarmRate, falseAlarmsADay / (charge * windows.length));
    for (const column of columns) {
      const cells = table.columns.get(column.name);
      const now = cells === undefined ? undefined : newestCells(cells, rows, table.rows);
      for (const alarm of judgeColumn(column, now, { rows, named, limit })) {
        const key = `${alarm.kind} ${alarm.column}`;
        const isShape = alarm.kind === 'column-missing' || alarm.kind === 'type-change';
        if (!found.has(key) && (isShape || !ignore.includes(column.name))) found.set(key, alarm);
      }
    }
  }
  return [...found.values()];
}
