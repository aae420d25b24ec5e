import { moments } from '../statistics/moments.ts';
import { orderStatistics, sortedPresent } from '../statistics/quantiles.ts';
import { discreteValues } from '../statistics/shareChange.ts';
import type { CategoryColumn, Column, Table } from '../data/columns.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import type { Reference, ReferenceColumn } from './reference.ts';

/** Order statistics kept of a number: enough for a KS distance to within .00025. */
const sampleSize = 2000;
/** Categories kept by name. */
const maximumCategories = 1000;

/** How often each category occurs, most frequent first; equal counts by name. */
export function categoryCounts(column: CategoryColumn): [string, number][] {
  const counts = new Float64Array(column.dictionary.length);
  for (let place = 0; place < column.codes.length; place += 1) {
    const code = column.codes[place]!;
    if (code >= 0) counts[code]! += 1;
  }
  return column.dictionary
    .map((word, code): [string, number] => [word, counts[code]!])
    .filter(([, count]) => count > 0)
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1));
}

/** The first place in `ascending` up to `end` whose value is not below `value`. */
function placeOf(ascending: Float64Array, end: number, value: number): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How often each number occurs, in whatever order they come, ascending; NaN is none, and `-0` is `0`. Undefined when
 * there are more than `limit` different ones.
 */
export function numberCounts(values: Float64Array, limit: number): [number, number][] | undefined {
  const known = new Float64Array(limit + 1);
  const counts = new Float64Array(limit + 1);
  let filled = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]! + 0;
    if (Number.isNaN(value)) continue;
    const place = placeOf(known, filled, value);
    if (place === filled || known[place] !== value) {
      if (filled === limit) return undefined;
      known.copyWithin(place + 1, place, filled);
      counts.copyWithin(place + 1, place, filled);
      known[place] = value;
      counts[place] = 0;
      filled += 1;
    }
    counts[place]! += 1;
  }
  return Array.from({ length: filled }, (_, place) => [known[place]!, counts[place]!]);
}

export function missingCells(column: Column): number {
  let missing = 0;
  if (column.kind === 'category')
    for (let at = 0; at < column.codes.length; at += 1) {
      const code = column.codes[at]!;
      missing += code === -1 ? 1 : 0;
    }
  else if (column.kind === 'text') for (const value of column.values) missing += value === null ? 1 : 0;
  else
    for (let place = 0; place < column.values.length; place += 1) {
      const value = column.values[place]!;
      missing += Number.isNaN(value) ? 1 : 0;
    }
  return missing;
}

function profileNumbers(values: Float64Array, discrete: boolean): Partial<ReferenceColumn> {
  const ascending = sortedPresent(values);
  if (ascending.length === 0) return { sample: [] };
  const { mean, std } = moments(ascending);
  const counts = discrete ? numberCounts(ascending, discreteValues) : undefined;
  return {
    sample: [...orderStatistics(ascending, sampleSize)],
    mean,
    std,
    min: ascending[0]!,
    max: ascending.at(-1)!,
    ...(counts === undefined
      ? {}
      : { counts: counts.map(([value, count]) => [String(value), count] as const) }),
  };
}

/** One column as drift tests need it. */
export function profileColumn(name: string, column: Column, rows: number): ReferenceColumn {
  const shared = { name, kind: column.kind, rows, missing: missingCells(column) };
  switch (column.kind) {
    case 'category':
      return { ...shared, counts: categoryCounts(column).slice(0, maximumCategories) };
    case 'number':
      return { ...shared, ...profileNumbers(column.values, true) };
    case 'time':
      return { ...shared, ...profileNumbers(column.values, false) };
    case 'text':
      return shared;
  }
}

function* profilingTable(table: Table): Work<ReferenceColumn[]> {
  const columns: ReferenceColumn[] = [];
  for (const [name, column] of table.columns) {
    columns.push(profileColumn(name, column, table.rows));
    yield table.rows;
  }
  return columns;
}

/** What a reference is made of. */
interface ReferenceInput {
  readonly population: Table;
  readonly predictions: Table;
  readonly performance: Reference['performance'];
}

/**
 * `reference.json`: the population that a bundle is meant to serve (its input columns), the model's own answers on
 * rows that it did not fit (`predicted class`, `probability of Yes`, `prediction`, as a table), and how good it was
 * there (metrics with their 95 % intervals). In pieces: it counts a column's rows once it has looked at it.
 */
export function* profilingReference(input: ReferenceInput): Work<Reference> {
  return {
    rows: input.population.rows,
    columns: yield* profilingTable(input.population),
    predictions: yield* profilingTable(input.predictions),
    performance: input.performance,
  };
}

/** The same at once. */
export function profileReference(input: ReferenceInput): Reference {
  return finish(profilingReference(input));
}
