import type { Table } from '../data/columns.ts';
import { concatTables, takeRows } from '../data/columns.ts';
import { identifying } from '../data/rowId.ts';
import { compareDigests, digestingRows } from '../data/rowDigests.ts';
import type { Rejection } from '../data/source.ts';
import type { Work } from '../work.ts';

/** Rows, and records that could not become rows. */
export interface Reading {
  readonly table: Table;
  readonly rejections: readonly Rejection[];
}

/** What a reading is to the snapshot before. Counts are of the records that were read. */
export interface Merged extends Reading {
  /** Records that the snapshot before did not have, neither as rows nor refused. */
  readonly added: number;
  /** Rows that took the place of one with the same id and other cells, or that was refused before. */
  readonly changed: number;
  /** Rows that were there already, cell by cell. */
  readonly repeated: number;
}

/** A cell of an id as ids have it. */
const idText = (cell: unknown): string =>
  cell === null || cell === undefined ? '\\N' : typeof cell === 'string' ? cell : JSON.stringify(cell);

/** The id of a refused row of a database, as far as its raw text tells; undefined where it does not. */
function idOf({ raw }: Rejection, rowId: readonly string[]): string | undefined {
  try {
    const row: unknown = JSON.parse(raw);
    if (typeof row !== 'object' || row === null) return undefined;
    const cells = new Map<string, unknown>(Object.entries(row));
    return rowId.map((name) => idText(cells.get(name))).join('|');
  } catch {
    return undefined;
  }
}

/** Positions of the rows of each id. */
function positions(ids: { at(row: number): string | undefined }, rows: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (let row = 0; row < rows; row += 1) {
    const id = ids.at(row)!;
    const known = found.get(id);
    if (known === undefined) found.set(id, [row]);
    else known.push(row);
  }
  return found;
}

/**
 * Adds what was read to the snapshot before: the newest reading of an id wins, whether it gave a row or a refusal. Records
 * that have one id among themselves all stay, as they would in a full reading.
 *
 * @param rowId Columns that identify a row.
 */
export function* adding(before: Reading, read: Reading, rowId: readonly string[]): Work<Merged> {
  // A reading without rows has no columns.
  const both = concatTables([before.table, read.table].filter(({ rows }) => rows > 0));
  const ids = yield* identifying(both, { rowIdColumns: rowId, featureColumns: [...both.columns.keys()] });
  const digests = yield* digestingRows(both);
  const older = positions(ids, before.table.rows);
  const olderRefused = new Set(before.rejections.flatMap((rejection) => idOf(rejection, rowId) ?? []));
  const replaced = new Set<number>();
  const newest = new Set<string>();
  let [added, changed, repeated] = [0, 0, 0];
  // Without columns that name a row nothing tells a row from its twin: all are new.
  const named = rowId.length > 0;
  if (!named) added = read.table.rows;
  for (let row = before.table.rows; named && row < both.rows; row += 1) {
    const id = ids.at(row)!;
    newest.add(id);
    const known = older.get(id) ?? [];
    if (known.some((at) => compareDigests(digests, at, row) === 0)) repeated += 1;
    else if (known.length > 0 || olderRefused.has(id)) changed += 1;
    else added += 1;
    for (const at of known) replaced.add(at);
  }
  for (const rejection of read.rejections) {
    const id = named ? idOf(rejection, rowId) : undefined;
    const known = id === undefined ? [] : (older.get(id) ?? []);
    if (id !== undefined) newest.add(id);
    if (known.length === 0 && (id === undefined || !olderRefused.has(id))) added += 1;
    for (const at of known) replaced.add(at);
  }
  const kept = Array.from({ length: both.rows }, (_, row) => row).filter((row) => !replaced.has(row));
  const stillRefused = before.rejections.filter((rejection) => {
    const id = named ? idOf(rejection, rowId) : undefined;
    return id === undefined || !newest.has(id);
  });
  return {
    table: takeRows(both, kept),
    rejections: [...stillRefused, ...read.rejections],
    added,
    changed,
    repeated,
  };
}

/**
 * Rows of the source that the cursor passed by (positive: they came late, below where it stood) or that are in the source
 * no more (negative), by count: what there is now against what there was and what was added.
 */
export const passedBy = (rowsNow: number, rowsBefore: number, { added }: Pick<Merged, 'added'>): number =>
  rowsNow - rowsBefore - added;
