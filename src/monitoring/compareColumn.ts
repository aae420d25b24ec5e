import { discreteValues } from '../statistics/shareChange.ts';
import type { Column } from '../data/columns.ts';
import { compareCategories } from './compareCategories.ts';
import { compareNumbers } from './compareNumbers.ts';
import { missingComponent, shares } from './components.ts';
import type { Compared } from './components.ts';
import { categoryCounts, missingCells, numberCounts } from './profileReference.ts';
import type { ReferenceColumn } from './reference.ts';

/** Text and times: only missing cells are compared. Words rarely repeat, and time always moves on. */
function compareMissing(column: ReferenceColumn, missing: number, rows: number, minEffect: number): Compared {
  const component = missingComponent(column, missing, rows, minEffect);
  const none = {
    test: 'hypergeometric',
    distance: 'share_change',
    p: 1,
    effect: 0,
    matters: false,
    change: 'none missing',
  };
  const counts = (gone: number, all: number): number[] => [all - gone, gone];
  return {
    ...(component ?? none),
    psi: 0,
    bins: shares(['present', 'missing'], counts(column.missing, column.rows), counts(missing, rows)),
  };
}

function compareValues(
  column: ReferenceColumn,
  values: Float64Array,
  missing: number,
  minEffect: number,
): Compared {
  if (column.counts === undefined) return compareNumbers(column, values, minEffect);
  // A number that had few values and now has very many is no longer discrete, but its χ² finds that as well.
  const counts = numberCounts(values, 10 * discreteValues);
  if (counts === undefined && (column.std ?? 0) > 0) return compareNumbers(column, values, minEffect);
  const named = (counts ?? [[Number.NaN, values.length - missing] as const]).map(
    ([value, count]) => [Number.isNaN(value) ? 'other values' : String(value), count] as const,
  );
  return compareCategories(column, new Map(named), missing, minEffect);
}

/** A column of rows against its reference, the smallest effect that matters being `minEffect`. */
export function compareColumn(
  column: ReferenceColumn,
  current: Column,
  rows: number,
  minEffect: number,
): Compared {
  const missing = missingCells(current);
  switch (current.kind) {
    case 'category':
      return compareCategories(column, new Map(categoryCounts(current)), missing, minEffect);
    case 'number':
      return compareValues(column, current.values, missing, minEffect);
    case 'time':
    case 'text':
      return compareMissing(column, missing, rows, minEffect);
  }
}
