import type { Column, Table } from './columns.ts';
import { cellValue, isMissing } from './columns.ts';
import { avalanche, fnvStep, hashText } from '../hash.ts';
import { hasRuns, sortRuns, textOrder } from '../statistics/ordering.ts';
import { compareDigests, digestingCells, digestingRows, digestOrder } from './rowDigests.ts';
import type { RowDigests } from './rowDigests.ts';
import { finish, pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** How rows are named. */
export interface RowIdOptions {
  /** Columns that identify a row; empty = hash of the feature cells. */
  readonly rowIdColumns: readonly string[];
  /** Columns that the hash is made of (all inputs without the label). */
  readonly featureColumns: readonly string[];
}

/** How many ids become texts at a time: they share one text, of which each is a part. */
const textsAtOnce = 1024;

const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

const digitAt = (value: number, shift: number): number => hexDigits[(value >>> shift) & 15]!;

/** 32 bits as hexadecimal digits, leading zeros too. */
const eightDigits = (value: number): string =>
  String.fromCharCode(
    digitAt(value, 28),
    digitAt(value, 24),
    digitAt(value, 20),
    digitAt(value, 16),
    digitAt(value, 12),
    digitAt(value, 8),
    digitAt(value, 4),
    digitAt(value, 0),
  );

const latin = new TextDecoder('latin1');

/**
 * Ids that are 128-bit digests of cells; as text 32 lower-case hexadecimal characters. They stay numbers until a text is
 * asked for: a million of them are 16 MB, and as texts 70.
 */
class HashedIds {
  readonly digests: RowDigests;

  constructor(digests: RowDigests) {
    this.digests = digests;
  }

  get length(): number {
    return this.digests.rows;
  }

  at(row: number): string | undefined {
    const { lanes, rows } = this.digests;
    if (row < 0 || row >= rows) return undefined;
    const at = 4 * row;
    return (
      eightDigits(lanes[at]!) +
      eightDigits(lanes[at + 1]!) +
      eightDigits(lanes[at + 2]!) +
      eightDigits(lanes[at + 3]!)
    );
  }

  /** The texts of ids `from` up to `to`, what `at` gives of each. */
  texts(from: number, to: number): readonly string[] {
    const { lanes } = this.digests;
    const digits = new Uint8Array(32 * (to - from));
    for (let lane = 4 * from, at = 0; lane < 4 * to; lane += 1) {
      const value = lanes[lane]!;
      for (let shift = 28; shift >= 0; shift -= 4, at += 1) digits[at] = hexDigits[(value >>> shift) & 15]!;
    }
    const text = latin.decode(digits);
    return Array.from({ length: to - from }, (_, i) => text.slice(32 * i, 32 * i + 32));
  }

  /** Which of two ids comes first as a text; 0 where they are equal. */
  compare(left: number, right: number): number {
    return compareDigests(this.digests, left, right);
  }
}

/** Who each row is: texts, or hashes that become texts when they are asked for. */
export type RowIds = readonly string[] | HashedIds;

/** `hashText` of a row's id, without making the text where the id is a hash. */
export function hashOfId(ids: RowIds, row: number, basis: number): number {
  if (!(ids instanceof HashedIds)) return hashText(ids[row]!, basis);
  const { lanes } = ids.digests;
  let hash = basis;
  for (let lane = 4 * row; lane < 4 * row + 4; lane += 1)
    for (let shift = 28; shift >= 0; shift -= 4)
      hash = fnvStep(hash, hexDigits[(lanes[lane]! >>> shift) & 15]!);
  return avalanche(hash) >>> 0;
}

/** The ids of the rows at these positions, in that order. */
export function takeIds(ids: RowIds, rows: Int32Array): RowIds {
  if (!(ids instanceof HashedIds)) return Array.from(rows, (row) => ids[row]!);
  const { lanes } = ids.digests;
  const taken = new Uint32Array(4 * rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const from = 4 * rows[i]!;
    for (let lane = 0; lane < 4; lane += 1) taken[4 * i + lane] = lanes[from + lane]!;
  }
  return new HashedIds({ rows: rows.length, lanes: taken });
}

/** Ids of rows that stand one after the other. */
export function joinIds(first: RowIds, second: RowIds): RowIds {
  if (!(first instanceof HashedIds && second instanceof HashedIds))
    return [...textsOf(first), ...textsOf(second)];
  const lanes = new Uint32Array(first.digests.lanes.length + second.digests.lanes.length);
  lanes.set(first.digests.lanes);
  lanes.set(second.digests.lanes, first.digests.lanes.length);
  return new HashedIds({ rows: first.length + second.length, lanes });
}

const textsOf = (ids: RowIds): readonly string[] =>
  ids instanceof HashedIds ? ids.texts(0, ids.length) : ids;

/**
 * The training order: row numbers by ascending text of the id (by UTF-16 code unit), ties (twins, or repeated ids) by
 * the digest of the whole row. A function of the table's content, whatever the order of the file.
 *
 * @param ids One id per row of the table.
 */
export function orderById(table: Table, ids: RowIds): Int32Array {
  return finish(orderingById(table, ids));
}

/** `orderById` in pieces. */
export function* orderingById(table: Table, ids: RowIds): Work<Int32Array> {
  if (ids.length !== table.rows) throw new RangeError(`${ids.length} ids for ${table.rows} rows`);
  const hashed = ids instanceof HashedIds;
  const order = hashed ? digestOrder(ids.digests) : textOrder(ids);
  yield table.rows;
  const same = hashed
    ? (left: number, right: number): boolean => ids.compare(left, right) === 0
    : (left: number, right: number): boolean => ids[left] === ids[right];
  const tied = hasRuns(order, same);
  yield table.rows;
  if (!tied) return order;
  const digests = yield* digestingRows(table);
  sortRuns(order, same, (left, right) => compareDigests(digests, left, right));
  return order;
}

const escapeId = (text: string): string => (/[\\|]/.test(text) ? text.replace(/[\\|]/g, '\\$&') : text);

const cellText = (cell: string | number | null): string => (cell === null ? '\\N' : escapeId(String(cell)));

const idText = (column: Column, row: number): string => cellText(cellValue(column, row));

const missingIn = (columns: readonly Column[], row: number): boolean =>
  columns.every((column) => isMissing(column, row));

/** How many rows lack all of what would identify them. None, where nothing would. */
export function rowsWithoutId(table: Table, rowIdColumns: readonly string[]): number {
  if (rowIdColumns.length === 0) return 0;
  const columns = rowIdColumns.flatMap((name) => table.columns.get(name) ?? []);
  let rows = 0;
  for (let row = 0; row < table.rows; row += 1) if (missingIn(columns, row)) rows += 1;
  return rows;
}

/**
 * Each row's id. With `rowIdColumns`, all of them in the table: their canonical text joined by `|` (with `\|`, `\\` for
 * these characters and `\N` for missing). Otherwise, and for a row in which all of them are missing, the digest of the
 * feature cells as 32 hexadecimal characters, so that twins have one id. The same cells give the same id from CSV, JSON
 * or Parquet.
 *
 * @example identify({ rows: 1, columns: new Map([['id', { kind: 'text', values: ['a|7'] }]]) }, { rowIdColumns: ['id'], featureColumns: [] }).at(0) === 'a\\|7'
 */
export function identify(table: Table, options: RowIdOptions): RowIds {
  return finish(identifying(table, options));
}

/** `identify` in pieces. */
export function* identifying(table: Table, { rowIdColumns, featureColumns }: RowIdOptions): Work<RowIds> {
  const columns = rowIdColumns.flatMap((name) => table.columns.get(name) ?? []);
  const named = columns.length > 0 && columns.length === rowIdColumns.length;
  const without = named ? rowsWithoutId(table, rowIdColumns) : table.rows;
  const hashes = named && without === 0 ? null : new HashedIds(yield* digestingRows(table, featureColumns));
  if (hashes !== null && without === table.rows) return hashes;
  return Array.from({ length: table.rows }, (_, row) =>
    hashes !== null && missingIn(columns, row)
      ? hashes.at(row)!
      : columns.map((column) => idText(column, row)).join('|'),
  );
}

/**
 * The id of one row after the other, given by its cells as JSON has them (numbers, words, ISO times, null), and as they
 * are typed (times in ms).
 *
 * @param columns names of the cells
 */
export function namingCells(
  columns: readonly string[],
  { rowIdColumns, featureColumns }: RowIdOptions,
): (shown: readonly (string | number | null)[], typed: readonly (string | number | null)[]) => string {
  const places = rowIdColumns.map((name) => columns.indexOf(name));
  const named = places.length > 0 && !places.includes(-1);
  const digest = digestingCells(columns, featureColumns);
  return (shown, typed) => {
    if (named && places.some((place) => shown[place] !== null))
      return places.map((place) => cellText(shown[place] ?? null)).join('|');
    return new HashedIds(digest(typed)).at(0)!;
  };
}

/** The same as texts, in pieces. */
export function* namingRows(table: Table, options: RowIdOptions): Work<readonly string[]> {
  const ids = yield* identifying(table, options);
  if (!(ids instanceof HashedIds)) return ids;
  const texts: string[] = [];
  for (let from = 0; from < ids.length; from += textsAtOnce) {
    for (const text of ids.texts(from, Math.min(from + textsAtOnce, ids.length))) texts.push(text);
    if (texts.length % pieceRows === 0) yield pieceRows;
  }
  return texts;
}

/** The same as texts. */
export function rowIds(table: Table, options: RowIdOptions): readonly string[] {
  return finish(namingRows(table, options));
}
