import { lookOf } from './looks.ts';
import type { CutRecord } from './records.ts';

/** Numbers with a decimal comma, parted by the commas between fields because nothing quotes them. */
export interface SplitDecimals {
  /** A line that has too many fields. */
  readonly line: number;
  readonly raw: string;
  /** Fields that it has, and names that there are. */
  readonly fields: number;
  readonly names: number;
  /** A number as it was meant: `53,1`. */
  readonly shown: string;
  /** The column that it would be of, from 1, and its name; null where several numbers of a line were parted. */
  readonly column: { readonly place: number; readonly name: string } | null;
  /** May the first field of each row be a name of it, instead? */
  readonly perhapsRowNames: boolean;
}

const whole = /^[-+]?\d+$/;
const fraction = /^\d{1,6}$/;
/** Records that may be of another width. */
const strange = 0.05;

const isPair = (fields: readonly string[], at: number): boolean =>
  whole.test(fields[at]!.trim()) && fraction.test(fields[at + 1]?.trim() ?? '');

/** How many numbers of a record may have been parted, none of them twice. */
function pairsIn(fields: readonly string[]): number {
  let pairs = 0;
  for (let at = 0; at + 1 < fields.length; at += 1)
    if (isPair(fields, at)) {
      pairs += 1;
      at += 1;
    }
  return pairs;
}

/** Are they numbers of rows, as programs write them: each one more than the one before, from 0 or 1 on? */
function areRowNumbers(cells: readonly string[]): boolean {
  const first = Number(cells[0]);
  return (first === 0 || first === 1) && cells.every((cell, at) => Number(cell) === first + at);
}

/** The place where every record may have been parted, with the shortest fractions. */
function placeOf(wide: readonly CutRecord[], names: number): number | null {
  const places = Array.from({ length: names }, (_, at) => at).filter((at) =>
    wide.every(({ fields }) => isPair(fields, at)),
  );
  const digits = (at: number): number =>
    wide.reduce((sum, { fields }) => sum + fields[at + 1]!.trim().length, 0);
  const [best] = places.sort((left, right) => digits(left) - digits(right));
  return best ?? null;
}

/**
 * Looks for decimal commas among the commas that part fields: rows have more fields than the header has names, and each
 * of them has as many pairs of digits as it has fields too many.
 */
export function findSplitDecimals(records: readonly CutRecord[]): SplitDecimals | null {
  const at = records.findIndex(({ fields }) => fields.length > 1);
  const header = records[at];
  if (header === undefined || !header.fields.every((field) => lookOf(field) === 'word')) return null;
  const names = header.fields.length;
  const rows = records.slice(at + 1).filter(({ problem }) => problem === null);
  const wide = rows.filter(({ fields }) => fields.length > names);
  const [first] = wide;
  if (first === undefined || wide.length <= strange * rows.length) return null;
  const parted = wide.filter(({ fields, quoted }) => !quoted && pairsIn(fields) >= fields.length - names);
  if (parted.length < wide.length || rows.some(({ fields }) => fields.length < names)) return null;
  const isOneMore = rows.every(({ fields }) => fields.length === names + 1);
  if (isOneMore && areRowNumbers(rows.map(({ fields }) => fields[0]!))) return null;
  const one = wide.every(({ fields }) => fields.length === names + 1) ? placeOf(wide, names) : null;
  const pair = one ?? first.fields.findIndex((_, field) => isPair(first.fields, field));
  return {
    line: first.line,
    raw: first.raw,
    fields: first.fields.length,
    names,
    shown: `${first.fields[pair]!.trim()},${first.fields[pair + 1]!.trim()}`,
    column: one === null ? null : { place: one + 1, name: header.fields[one]!.trim() },
    perhapsRowNames: isOneMore,
  };
}
