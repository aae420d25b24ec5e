import type { Column } from '../../data/columns.ts';
import { cellExamples, firstRecord, percent, rowCount } from '../checks/check.ts';
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
/**
 * Repeated at least so often, where nothing but its place speaks for it, and this share of the rows, in a column of so many
 * different values: fewer are codes (branches 1, 2, 3 and 205), whose distances say nothing.
 */
const unknown = { rows: 10, share: 0.005, gap: 3, distinct: 20 };
/** Repeated so often where it is a value that people write. */
const written = { rows: 2, gap: 0.5 };
/** Minus one and the like, where all else is 0 or more, and no scale of a few steps. */
const negative = { rows: 5, share: 0.001, range: 8 };
/** A day that stands for none is as far from all others as this (ms), whatever their range. */
const farDay = 3 * 365.25 * 86_400_000;

/** A value and how often it stands there. */
interface Standing {
  value: number;
  rows: number;
}

/** So many of the smallest and of the greatest values say all: those that are peeled off, the one behind them, and the far end. */
const endsKept = peeled + 1;

/** The smallest values of a column by ascending value; of the greatest, by descending value, with `side` 1. */
class End {
  readonly values: Standing[] = [];
  readonly #side: 1 | -1;
  /** What is not beyond this is none of them. */
  #bound = -Infinity;

  constructor(side: 1 | -1) {
    this.#side = side;
  }

  add(cell: number): void {
    const at = this.#side * cell;
    if (at < this.#bound) return;
    const { values } = this;
    let place = 0;
    while (place < values.length && this.#side * values[place]!.value > at) place += 1;
    const there = values[place];
    if (there?.value === cell) {
      there.rows += 1;
      return;
    }
    // Sorted columns come here with every cell.
    const added = values.length < endsKept ? { value: cell, rows: 1 } : values[endsKept - 1]!;
    for (let behind = Math.min(values.length, endsKept - 1); behind > place; behind -= 1)
      values[behind] = values[behind - 1]!;
    added.value = cell;
    added.rows = 1;
    values[place] = added;
    if (values.length === endsKept) this.#bound = this.#side * values[endsKept - 1]!.value;
  }
}

/** What the ends of a column are, in one pass over it. */
interface Ends {
  /** Present cells. */
  readonly cells: number;
  /** Its smallest and its greatest values, by ascending value, each once. */
  readonly values: readonly Readonly<Standing>[];
}

function endsOf({ values }: Numbers): Ends {
  const [low, high] = [new End(-1), new End(1)];
  let cells = 0;
  for (let row = 0; row < values.length; row += 1) {
    const cell = values[row]!;
    if (Number.isNaN(cell)) continue;
    cells += 1;
    low.add(cell);
    high.add(cell);
  }
  const last = low.values.at(-1)?.value ?? Infinity;
  const above = high.values.filter(({ value }) => value > last).reverse();
  return { cells, values: [...low.values, ...above] };
}

/** The outermost value of one side beyond those that were peeled off, how often it stands there, and all else. */
interface Outermost {
  readonly value: number;
  readonly rows: number;
  readonly next: number;
  readonly farEnd: number;
  readonly others: number;
}

/** @param side 1 = from above, -1 = from below. */
function outermost({ cells, values }: Ends, side: 1 | -1, off: ReadonlySet<number>): Outermost | undefined {
  const left = values.filter(({ value }) => !off.has(value));
  if (side === 1) left.reverse();
  const [first, second] = left;
  if (first === undefined || second === undefined) return undefined;
  const peeledOff = values.reduce((sum, { value, rows }) => sum + (off.has(value) ? rows : 0), 0);
  return {
    value: first.value,
    rows: first.rows,
    next: second.value,
    farEnd: left.at(-1)!.value,
    others: cells - peeledOff - first.rows,
  };
}

const isWritten = ({ kind }: Numbers, value: number): boolean => {
  if (kind === 'number') return codes.test(String(value));
  return days.has(utcMinute(value).slice(0, 10));
};

function standsForNone(
  column: Numbers,
  { value, rows, next, farEnd, others }: Outermost,
  distinct: number,
): boolean {
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
  return (
    distinct >= unknown.distinct &&
    gap >= unknown.gap * range &&
    rows >= Math.max(unknown.rows, unknown.share * all)
  );
}

/** Sentinels of a column of so many different values, and how many rows have each. */
function sentinelsOf(column: Numbers, distinct: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const ends = endsOf(column);
  for (const side of [-1, 1] as const) {
    const off = new Set<number>(found.keys());
    let waiting: [number, number][] = [];
    for (let at = 0; at < peeled; at += 1) {
      const end = outermost(ends, side, off);
      if (end === undefined) break;
      off.add(end.value);
      waiting.push([end.value, end.rows]);
      // What lies beyond a sentinel is one, too: -9999 hides behind a gap that -999 makes.
      if (!standsForNone(column, end, distinct)) continue;
      for (const [value, rows] of waiting) if (rows > 1) found.set(value, rows);
      waiting = [];
    }
  }
  return found;
}

type Asked = Pick<Feature, 'name' | 'column'>;

/** What a model may see, and a label that is a quantity: a model would learn to say -999. */
function askedOf({ features, label, labelColumn, target }: Looked): readonly Asked[] {
  return label === undefined || labelColumn === undefined || target?.kind !== 'number'
    ? features
    : [...features, { name: label, column: labelColumn }];
}

function findingOf({ input, label }: Looked, { name, column }: Asked): Finding[] {
  if (column.kind !== 'number' && column.kind !== 'time') return [];
  const { distinct = 0 } = input.profile.columns.find((profile) => profile.name === name) ?? {};
  return [...sentinelsOf(column, distinct)].map(([value, rows]): Finding => {
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
      ...firstRecord(input, standing),
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
  run: (looked) => askedOf(looked).flatMap((asked) => findingOf(looked, asked)),
};
