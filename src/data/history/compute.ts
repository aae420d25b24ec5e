import { cellReader, columnOf } from '../../ownCells.ts';
import { pieceRows } from '../../work.ts';
import type { Work } from '../../work.ts';
import type { Column, Table } from '../columns.ts';
import type { HistoryColumn, HistoryRule } from './rule.ts';
import { historySources } from './rule.ts';

type Cell = string | number | null;

/** A row as others remember it. */
interface Past {
  /** ms since 1970 UTC. */
  readonly at: number;
  /** Its cells, in the order of the rule's sources. */
  readonly cells: readonly Cell[];
}

const msADay = 86_400_000;

function compareCells(left: Cell, right: Cell): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

/**
 * The order of rows, oldest first. Rows of one time are put in the order of their cells, so that it is the same wherever
 * they come from; such as are equal in these are interchangeable.
 */
function comparePast(left: Past, right: Past): number {
  if (left.at !== right.at) return left.at - right.at;
  for (let at = 0; at < left.cells.length; at += 1) {
    const order = compareCells(left.cells[at] ?? null, right.cells[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** The past of one row: rows `from` to `end` (not with it) of an ordered list. */
interface Before {
  readonly rows: readonly Past[];
  readonly from: number;
  readonly end: number;
}

function rolled({ rows, from, end }: Before, place: number, since: number, stat: string): number | null {
  let start = end;
  while (start > from && rows[start - 1]!.at >= since) start -= 1;
  let count = 0;
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  // Oldest first, each time anew: a sum that is carried on would depend on where it began.
  for (let at = start; at < end; at += 1) {
    const cell = rows[at]!.cells[place] ?? null;
    if (cell === null) continue;
    count += 1;
    if (typeof cell !== 'number') continue;
    sum += cell;
    least = Math.min(least, cell);
    most = Math.max(most, cell);
  }
  if (stat === 'count') return count;
  if (count === 0) return null;
  const figures: Readonly<Record<string, number>> = { mean: sum / count, sum, min: least, max: most };
  const figure = figures[stat] ?? NaN;
  // Numbers that are no longer finite are no numbers of a table.
  return Number.isFinite(figure) ? figure + 0 : null;
}

function cellOf(column: HistoryColumn, place: number, at: number, before: Before): Cell {
  const { rows, from, end } = before;
  switch (column.how) {
    case 'lag': {
      const lagged = end - column.rows;
      return lagged < from ? null : (rows[lagged]!.cells[place] ?? null);
    }
    case 'rolling':
      return rolled(before, place, at - column.windowMs, column.stat);
    case 'since':
      for (let row = end - 1; row >= from; row -= 1) {
        const cell = column.column === null ? '' : (rows[row]!.cells[place] ?? null);
        if (cell === null || (column.equals !== null && String(cell) !== column.equals)) continue;
        return (at - rows[row]!.at) / msADay;
      }
      return null;
  }
}

/** Makes the cells of one row from its time and what was before it. The one place where they are made. */
function making(rule: HistoryRule): (at: number, rows: readonly Past[], end: number) => Cell[] {
  const sources = historySources(rule);
  const places = rule.columns.map(({ column }) => (column === null ? -1 : sources.indexOf(column)));
  return (at, rows, end) => {
    const before = { rows, from: Math.max(0, end - rule.rows), end };
    return rule.columns.map((column, which) => cellOf(column, places[which]!, at, before));
  };
}

const columnNamed = ({ columns }: Table, name: string): Column => {
  const column = columns.get(name);
  if (column === undefined) throw new RangeError(`the table has no column ${name}`);
  return column;
};

/** Reads rows of a table as others remember them; null for one without a time. */
function pastReader(rule: HistoryRule, table: Table): (row: number) => Past | null {
  const timeOf = cellReader(columnNamed(table, rule.time));
  const readers = historySources(rule).map((name) => cellReader(columnNamed(table, name)));
  return (row) => {
    const at = timeOf(row);
    if (typeof at !== 'number') return null;
    // -0 and 0 are one number: which of two equal rows stands last must not show.
    const cells = readers
      .map((read) => read(row))
      .map((cell) => (typeof cell === 'number' ? cell + 0 : cell));
    return { at, cells };
  };
}

/** Rows of each group, by place; rows without a group are in none. */
function groupsOf({ by }: HistoryRule, table: Table): readonly (readonly number[])[] {
  if (by === null) return [Array.from({ length: table.rows }, (_, row) => row)];
  const read = cellReader(columnNamed(table, by));
  const groups = new Map<Cell, number[]>();
  for (let row = 0; row < table.rows; row += 1) {
    const value = read(row);
    if (value === null) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

const kindOf = (column: HistoryColumn, table: Table): 'number' | 'category' =>
  column.how === 'lag' && columnNamed(table, column.column).kind === 'category' ? 'category' : 'number';

/** What history makes of a table, and rows that have none because their time or group is missing. */
interface HistoryColumns {
  readonly columns: ReadonlyMap<string, Column>;
  readonly withoutHistory: number;
}

/**
 * The columns that rows get from the rows before them: strictly earlier ones of the same group within the table, at most
 * `rule.rows`, the newest. A row never sees one of its own time or a later one. A row without a time or a group has no history,
 * and is none.
 */
export function* historyColumns(rule: HistoryRule, table: Table): Work<HistoryColumns> {
  const pastOf = pastReader(rule, table);
  const make = making(rule);
  const cells = rule.columns.map(() => new Array<Cell>(table.rows).fill(null));
  let placed = 0;
  let since = 0;
  for (const group of groupsOf(rule, table)) {
    const known: { readonly row: number; readonly past: Past }[] = [];
    for (const row of group) {
      const past = pastOf(row);
      if (past !== null) known.push({ row, past });
    }
    known.sort((left, right) => comparePast(left.past, right.past));
    const rows = known.map(({ past }) => past);
    let end = 0;
    for (const [place, { row, past }] of known.entries()) {
      if (past.at !== rows[end]?.at) end = place;
      for (const [which, cell] of make(past.at, rows, end).entries()) cells[which]![row] = cell;
      since += 1;
      if (since < pieceRows) continue;
      yield since;
      since = 0;
    }
    placed += known.length;
  }
  yield since;
  const columns = new Map(
    rule.columns.map((column, which) => [column.name, columnOf(kindOf(column, table), cells[which]!)]),
  );
  return { columns, withoutHistory: table.rows - placed };
}

/**
 * The cells of one row, by name, from its time and the rows before it, in any order; the same that `historyColumns` gives it
 * among them.
 *
 * @param at ms since 1970 UTC
 * @param earlier rows of its group, all earlier than it
 */
export function historyCells(rule: HistoryRule, at: number, earlier: Table): Readonly<Record<string, Cell>> {
  const pastOf = pastReader(rule, earlier);
  const rows = Array.from({ length: earlier.rows }, (_, row) => pastOf(row))
    .filter((past) => past !== null)
    .sort(comparePast);
  const made = making(rule)(at, rows, rows.length);
  return Object.fromEntries(rule.columns.map(({ name }, which) => [name, made[which] ?? null]));
}
