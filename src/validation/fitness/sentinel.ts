import type { Column } from '../../data/columns.ts';
import { cellExamples, percent, rowCount } from '../checks/check.ts';
import { cellText } from '../cells.ts';
import { utcMinute } from '../../utc.ts';
import type { Finding } from '../finding.ts';
import type { Feature, FitnessCheck, Looked } from './fitness.ts';

// A value that stands for "not known": far outside all else, and repeated.

type Numbers = Extract<Column, { kind: 'number' | 'time' }>;

/** Numbers that people write for "not known", but for their sign: nines, and eights, as surveys have them. */
const codes = /^-?(9{2,}|8{3,})(\.0+|\.9+)?$/;
/** Days that stand for "no date". */
const days = new Set(
  `0001-01-01 1753-01-01 1800-01-01 1899-12-30 1899-12-31 1900-01-01 1901-01-01 1970-01-01 2099-12-31 2199-12-31 2999-12-31
  3000-01-01 9999-12-31`.split(/\s+/),
);

/** Values at one end that are looked at: -9999 may hide a -999. */
const peeled = 3;
/** Fewer values beside it make no "all else". */
const fewestOthers = 10;
/** Repeated at least so often, where nothing but its place speaks for it, and this share of the rows. */
const unknown = { rows: 10, share: 0.005, gap: 3 };
/** Repeated so often where it is a value that people write. */
const written = { rows: 2, gap: 0.5 };
/** Minus one and the like, where all else is 0 or more, and no scale of a few steps. */
const negative = { rows: 5, share: 0.001, range: 8 };
/** A day that stands for none is as far from all others as this (ms), whatever their range. */
const farDay = 3 * 365.25 * 86_400_000;

/** The outermost value of one side beyond those that were peeled off, how often it stands there, and all else. */
interface Outermost {
  readonly value: number;
  readonly rows: number;
  readonly next: number;
  readonly farEnd: number;
  readonly others: number;
}

/** @param side 1 = from above, -1 = from below. */
function outermost({ values }: Numbers, side: 1 | -1, off: ReadonlySet<number>): Outermost | undefined {
  let value = -Infinity;
  let next = -Infinity;
  let farEnd = Infinity;
  let rows = 0;
  let others = 0;
  const left = [...off];
  for (let row = 0; row < values.length; row += 1) {
    const cell = values[row]!;
    // A set would make an object of every cell to look it up.
    if (Number.isNaN(cell) || (left.length > 0 && left.includes(cell))) continue;
    const at = side * cell;
    others += 1;
    if (at < farEnd) farEnd = at;
    if (at === value) rows += 1;
    else if (at > value) {
      next = value;
      value = at;
      rows = 1;
    } else if (at > next) next = at;
  }
  if (next === -Infinity) return undefined;
  return { value: side * value, rows, next: side * next, farEnd: side * farEnd, others: others - rows };
}

const isWritten = ({ kind }: Numbers, value: number): boolean => {
  if (kind === 'number') return codes.test(String(value));
  return days.has(utcMinute(value).slice(0, 10));
};

function standsForNone(column: Numbers, { value, rows, next, farEnd, others }: Outermost): boolean {
  if (others < fewestOthers) return false;
  const gap = Math.abs(value - next);
  const range = Math.abs(next - farEnd);
  if (range === 0) return false;
  const all = rows + others;
  if (isWritten(column, value) && rows >= written.rows)
    return (
      gap >= written.gap * range ||
      (column.kind === 'time' ? gap >= farDay : value < 0 && Math.min(next, farEnd) >= 0)
    );
  if (column.kind === 'number' && value < 0 && Number.isInteger(value) && Math.min(next, farEnd) >= 0)
    return rows >= Math.max(negative.rows, negative.share * all) && range >= negative.range;
  return gap >= unknown.gap * range && rows >= Math.max(unknown.rows, unknown.share * all);
}

/** Sentinels of a column, and how many rows have each. */
function sentinelsOf(column: Numbers): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const side of [-1, 1] as const) {
    const off = new Set<number>(found.keys());
    let waiting: [number, number][] = [];
    for (let at = 0; at < peeled; at += 1) {
      const end = outermost(column, side, off);
      if (end === undefined) break;
      off.add(end.value);
      waiting.push([end.value, end.rows]);
      // What lies beyond a sentinel is one, too: -9999 hides behind a gap that -999 makes.
      if (!standsForNone(column, end)) continue;
      for (const [value, rows] of waiting) if (rows > 1) found.set(value, rows);
      waiting = [];
    }
  }
  return found;
}

function findingOf({ input, label }: Looked, { name, column }: Feature): Finding[] {
  if (column.kind !== 'number' && column.kind !== 'time') return [];
  return [...sentinelsOf(column)].map(([value, rows]): Finding => {
    const at = column.values.indexOf(value);
    const text = cellText(column, at);
    const standing: number[] = [];
    for (let row = at; row >= 0 && standing.length < 5; row = column.values.indexOf(value, row + 1))
      standing.push(row);
    const share = rows / input.table.rows;
    return {
      check: 'sentinel',
      column: name,
      severity: 'warning',
      message: `${name} is ${text} in ${rowCount(rows)} (${percent(share)}), far outside all else: does it mean "not known"?`,
      count: rows,
      examples: cellExamples(input, column, standing),
      fix:
        name === label
          ? `If it does, take ${text} out of the source: these rows have no label.`
          : `If it does, name ${JSON.stringify(text)} among the missing words in the row schema, or empty these cells in the source.`,
      effect: { measure: 'share', value: share },
    };
  });
}

/** A value that stands for "not known" (-999, 9999, 1900-01-01). */
export const sentinel: FitnessCheck = {
  name: 'sentinel',
  description: 'A number or time that is repeated, far outside all else: -999, 9999, 1900-01-01.',
  run: (looked) => looked.features.flatMap((feature) => findingOf(looked, feature)),
};
