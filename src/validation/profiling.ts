import type { CategoryColumn, Column, Table } from '../data/columns.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import { codeCounts } from './cells.ts';
import { sortedFinite } from '../statistics/quantiles.ts';
import { numericProfile } from './numericProfile.ts';
import type { ColumnProfile, Profile } from './profile.ts';

/** Most frequent values kept by a profile. */
const kept = 50;

type Counted = { readonly value: string; readonly count: number };

/**
 * The most frequent values, kept sorted while counts come in: a million different ones are never sorted. Equally
 * frequent ones stand in code-unit order, so that the order of the rows does not show.
 */
function keepTop(top: Counted[], value: string, count: number): void {
  const comesBefore = (other: Counted): boolean =>
    count > other.count || (count === other.count && value < other.value);
  const last = top[kept - 1];
  if (last !== undefined && !comesBefore(last)) return;
  let at = top.length;
  while (at > 0 && comesBefore(top[at - 1]!)) at -= 1;
  top.splice(at, 0, { value, count });
  if (top.length > kept) top.pop();
}

type Part = Omit<ColumnProfile, 'name' | 'kind' | 'rows'>;

function countMissing(values: Float64Array): number {
  let missing = 0;
  for (let row = 0; row < values.length; row += 1) if (Number.isNaN(values[row])) missing += 1;
  return missing;
}

function countDistinct(sorted: Float64Array): number {
  let distinct = Math.min(1, sorted.length);
  for (let i = 1; i < sorted.length; i += 1) if (sorted[i] !== sorted[i - 1]) distinct += 1;
  return distinct;
}

function profileNumbers(values: Float64Array): Part {
  const missing = countMissing(values);
  const sorted = sortedFinite(values);
  let distinct = countDistinct(sorted);
  if (sorted.length + missing < values.length)
    distinct += Number(values.includes(Infinity)) + Number(values.includes(-Infinity));
  const numeric = numericProfile(sorted);
  return { missing, distinct, ...(numeric === undefined ? {} : { numeric }) };
}

function profileWords(counts: Iterable<readonly [string, number]>, rows: number): Part {
  let distinct = 0;
  let present = 0;
  const top: Counted[] = [];
  for (const [value, count] of counts) {
    if (count === 0) continue;
    distinct += 1;
    present += count;
    keepTop(top, value, count);
  }
  const other = present - top.reduce((sum, entry) => sum + entry.count, 0);
  return { missing: rows - present, distinct, top, other };
}

function profileCategory(column: CategoryColumn, rows: number): Part {
  const counts = codeCounts(column);
  return profileWords(
    column.dictionary.map((word, code) => [word, counts[code]!] as const),
    rows,
  );
}

function profileText(values: readonly (string | null)[]): Part {
  const counts = new Map<string, number>();
  let length = 0;
  let present = 0;
  let maxLength = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? null;
    if (value === null) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    present += 1;
    length += value.length;
    if (value.length > maxLength) maxLength = value.length;
  }
  const words = profileWords(counts, values.length);
  return present === 0 ? words : { ...words, text: { meanLength: length / present, maxLength } };
}

/**
 * What one column looks like. Moments, quantiles and histogram leave infinite values out; text lengths are in UTF-16
 * units.
 */
export function profileColumn(name: string, column: Column, rows: number): ColumnProfile {
  const head = { name, kind: column.kind, rows };
  switch (column.kind) {
    case 'number':
    case 'time':
      return { ...head, ...profileNumbers(column.values) };
    case 'category':
      return { ...head, ...profileCategory(column, rows) };
    case 'text':
      return { ...head, ...profileText(column.values) };
  }
}

/** What a table looks like, column by column; exact, and the same for the same rows in any order. */
export function profile(table: Table): Profile {
  return finish(profiling(table));
}

/** `profile` in pieces: a column at a time. */
export function* profiling(table: Table): Work<Profile> {
  const columns: ColumnProfile[] = [];
  for (const [name, column] of table.columns) {
    columns.push(profileColumn(name, column, table.rows));
    yield table.rows;
  }
  return { rows: table.rows, columns };
}
