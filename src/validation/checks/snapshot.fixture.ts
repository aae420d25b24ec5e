import type { Column, Table } from '../../data/columns.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Profile } from '../profile.ts';
import { profile } from '../profiling.ts';
import type { CheckInput } from './check.ts';

// Snapshots in a line or two: what the tests of the checks are made of.

/** Each value as often as it says: `[['a', 3], ['b', 1]]` is a, a, a, b. */
export function often<T>(...runs: readonly (readonly [T, number])[]): T[] {
  return runs.flatMap(([value, count]) => Array.from({ length: count }, () => value));
}

/** `count` numbers from 0 on. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, row) => row);

/** A column of numbers; NaN = missing. */
export const numbers = (values: readonly number[]): Column => ({
  kind: 'number',
  values: Float64Array.from(values),
});

/** A column of categories; null = missing. Words that no row has may stand in the dictionary too. */
export function words(values: readonly (string | null)[], unused: readonly string[] = []): Column {
  const dictionary = [...unused, ...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value)));
  return { kind: 'category', codes, dictionary };
}

/** A column of texts; null = missing. */
export const texts = (values: readonly (string | null)[]): Column => ({ kind: 'text', values });

const typeOf = { number: 'number', category: 'string', time: 'string', text: 'string' } as const;

/** What a column is declared to be: open, nullable and required, but where `rest` says otherwise. */
export function declared(name: string, kind: Column['kind'], rest: Partial<ColumnSchema> = {}): ColumnSchema {
  return { name, kind, type: typeOf[kind], nullable: true, required: true, closed: false, ...rest };
}

const rowsOf = (column: Column | undefined): number => {
  if (column === undefined) return 0;
  return column.kind === 'category' ? column.codes.length : column.values.length;
};

/** A table of columns of one length. */
export function tableOf(columns: Readonly<Record<string, Column>>): Table {
  return { rows: rowsOf(Object.values(columns)[0]), columns: new Map(Object.entries(columns)) };
}

/** The profile of such a table: what the snapshot before left behind. */
export const profileOf = (columns: Readonly<Record<string, Column>>): Profile => profile(tableOf(columns));

/** What the checks see of a snapshot with these columns, each declared by its kind; ids are `id-0`, `id-1`, … */
export function snapshot(
  columns: Readonly<Record<string, Column>>,
  change: Partial<CheckInput> & { readonly declare?: Readonly<Record<string, Partial<ColumnSchema>>> } = {},
): CheckInput {
  const { declare = {}, ...rest } = change;
  const table = tableOf(columns);
  return {
    table,
    rowIds: upTo(table.rows).map((row) => `id-${row}`),
    schema: {
      missing: [''],
      columns: Object.entries(columns).map(([name, column]) => declared(name, column.kind, declare[name])),
    },
    profile: profile(table),
    rowIdColumns: [],
    unknownColumns: [],
    quarantined: [],
    ...rest,
  };
}
