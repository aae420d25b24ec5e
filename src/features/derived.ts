import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { usageError } from '../errors.ts';
import type { Derived, FeaturesSpec } from './spec.ts';

const dayMs = 86_400_000;
/** Of so many pairs of times the days between are looked at unasked. */
const mostTimePairs = 6;

/** How two columns become one; null where they have nothing in common. */
function howOf(first: ColumnKind, second: ColumnKind): Derived['how'] | null {
  const isWord = (kind: ColumnKind): boolean => kind === 'category' || kind === 'text';
  if (first === 'number' && second === 'number') return 'product';
  if (first === 'time' && second === 'time') return 'days_between';
  return isWord(first) && isWord(second) ? 'cross' : null;
}

/** What kind of column that gives; null where the two are not of the kinds that it takes. */
export function derivedKind(how: Derived['how'], first: ColumnKind, second: ColumnKind): ColumnKind | null {
  if (howOf(first, second) !== how) return null;
  return how === 'cross' ? 'category' : 'number';
}

function wordAt(column: Column, row: number): string | null {
  if (column.kind === 'text') return column.values[row] ?? null;
  return column.kind === 'category' ? (column.dictionary[column.codes[row]!] ?? null) : null;
}

/** Each pair of words as one; missing where one of them is. */
function cross(first: Column, second: Column, rows: number): Column {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row += 1) {
    const left = wordAt(first, row);
    const right = wordAt(second, row);
    if (left === null || right === null) continue;
    const word = `${left} × ${right}`;
    let code = codeOf.get(word);
    if (code === undefined) {
      code = codeOf.size;
      codeOf.set(word, code);
    }
    codes[row] = code;
  }
  return { kind: 'category', codes, dictionary: [...codeOf.keys()] };
}

const numbers = (column: Column): Float64Array =>
  column.kind === 'number' || column.kind === 'time' ? column.values : new Float64Array();

/** The column that two others make, row by row. They are of the kinds that it takes. */
export function deriveColumn({ how }: Derived, first: Column, second: Column, rows: number): Column {
  if (how === 'cross') return cross(first, second, rows);
  const [left, right] = [numbers(first), numbers(second)];
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1)
    values[row] = how === 'product' ? left[row]! * right[row]! : (left[row]! - right[row]!) / dayMs;
  return { kind: 'number', values };
}

function named(how: Derived['how'], [first, second]: Derived['of'], taken: ReadonlySet<string>): string {
  let name = how === 'days_between' ? `days from ${second} to ${first}` : `${first} × ${second}`;
  while (taken.has(name)) name += '′';
  return name;
}

/** The interactions that the pipeline asks for, as columns to derive. */
function asked(
  spec: FeaturesSpec,
  { columns }: Table,
  excluded: ReadonlySet<string>,
): Pick<Derived, 'how' | 'of'>[] {
  return (spec.interactions ?? []).map((of) => {
    const [first, second] = of;
    const kinds = of.map((name) => (excluded.has(name) ? undefined : columns.get(name)?.kind));
    const how = kinds[0] === undefined || kinds[1] === undefined ? null : howOf(kinds[0], kinds[1]);
    if (how !== null) return { how, of };
    throw usageError({
      code: 'interaction-columns',
      message: `features.interactions names ${first} (${kinds[0] ?? 'no column that a model may see'}) and ${second} (${kinds[1] ?? 'no column that a model may see'}).`,
      hint: 'Name two number columns (their product), two columns of words (each pair is a category) or two times (the days between).',
    });
  });
}

/** Pairs of times that `auto` looks at, the later column first. */
function timePairs(
  spec: FeaturesSpec,
  { columns }: Table,
  excluded: ReadonlySet<string>,
): Pick<Derived, 'how' | 'of'>[] {
  if (!spec.auto) return [];
  const own = new Set([...spec.drop, ...spec.features.map(({ column }) => column)]);
  const times = [...columns].flatMap(([name, { kind }]) =>
    kind === 'time' && !excluded.has(name) && !own.has(name) ? [name] : [],
  );
  const pairs = times.flatMap((second, at) =>
    times.slice(at + 1).map((first) => ({ how: 'days_between', of: [first, second] }) as const),
  );
  const known = (spec.interactions ?? []).map((of) => [...of].sort().join('\n'));
  return pairs.slice(0, mostTimePairs).filter(({ of }) => !known.includes([...of].sort().join('\n')));
}

/** Columns that features are made of beside those of the table: interactions as asked for, and the days between times. */
export function derivedColumns(
  spec: FeaturesSpec,
  table: Table,
  excluded: ReadonlySet<string>,
): readonly Derived[] {
  const taken = new Set(table.columns.keys());
  return [...asked(spec, table, excluded), ...timePairs(spec, table, excluded)].map(({ how, of }) => {
    const name = named(how, of, taken);
    taken.add(name);
    return { name, how, of };
  });
}

/** The table with these columns behind its own. */
export function withDerived(table: Table, derived: readonly Derived[]): Table {
  if (derived.length === 0) return table;
  const columns = new Map(table.columns);
  for (const one of derived) {
    const [first, second] = one.of.map((name) => table.columns.get(name));
    if (first !== undefined && second !== undefined)
      columns.set(one.name, deriveColumn(one, first, second, table.rows));
  }
  return { rows: table.rows, columns };
}
