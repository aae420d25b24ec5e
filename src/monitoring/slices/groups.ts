import type { Table } from '../../data/columns.ts';
import type { ReferenceColumn, ScoredGroups } from '../reference.ts';
import { binsOf } from './bins.ts';
import type { Fineness } from './bins.ts';

/** How a column is cut where it is searched for what got worse: quarters of numbers, and the twenty most frequent words. */
export const fineness: Fineness = { ranges: 4, words: 20 };

/** Columns that are kept: more would make a bundle large. */
const mostColumns = 30;
/** A bin is one of these signs. */
const radix = 36;

/** Which columns may be kept, the most important first. */
export interface GroupChoice {
  /** Columns whose values no report may show: they are never kept. */
  readonly personal: ReadonlySet<string>;
  /** By how much the model depends on them; others come behind. */
  readonly important: readonly string[];
}

/** Columns of a reference that slices may be made of. */
export function sliceable(
  columns: readonly ReferenceColumn[],
  personal: ReadonlySet<string>,
): readonly ReferenceColumn[] {
  return columns.filter(({ name }) => !personal.has(name));
}

/**
 * The groups that the rows of a table lie in, by columns of the reference: bins and not values. A column in which all
 * lie together tells no part from another and is left out.
 */
export function scoredGroups(
  columns: readonly ReferenceColumn[],
  table: Table,
  { personal, important }: GroupChoice,
): readonly ScoredGroups[] {
  const rank = new Map(important.map((name, k) => [name, k]));
  const rankOf = ({ name }: ReferenceColumn): number => rank.get(name) ?? important.length;
  return [...sliceable(columns, personal)]
    .sort((left, right) => rankOf(left) - rankOf(right))
    .flatMap((column) => {
      const cells = table.columns.get(column.name);
      if (cells === undefined || cells.kind !== column.kind) return [];
      const { of } = binsOf(column, cells, fineness);
      if (of.every((bin) => bin === of[0])) return [];
      return [{ column: column.name, bins: Array.from(of, (bin) => bin.toString(radix)).join('') }];
    })
    .slice(0, mostColumns);
}

/** The bins of kept groups, by row. */
export const binsOfGroups = ({ bins }: ScoredGroups): Int32Array =>
  Int32Array.from(bins, (sign) => Number.parseInt(sign, radix));
