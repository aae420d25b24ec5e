import type { Column } from './columns.ts';
import { cellValue } from './columns.ts';
import { hashText } from '../hash.ts';
import { doubleOrder, radixOrder } from '../statistics/ordering.ts';
import { hashOfId } from './rowId.ts';
import type { RowIds } from './rowId.ts';

/** Which rows a model fits on, is tuned on and is judged on. Row numbers into the id-ordered table. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

export type SplitPart = keyof Split;

/** Shares of the rows; they need not add up to 1 (2 : 1 : 1 is fine). */
export interface Fractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** How rows are dealt out, with what that way needs. Columns are of the id-ordered table. */
export type SplitStrategy =
  | { readonly strategy: 'hash' }
  | { readonly strategy: 'time'; readonly time: Column }
  | { readonly strategy: 'group'; readonly group: Column }
  | { readonly strategy: 'stratified'; readonly classes: Column };

export interface SplitOptions {
  readonly fractions: Fractions;
  readonly seed: number;
}

/** A key's place in [0, 2³²): depends on the key and the seed only. */
function placesOf(keys: RowIds, seed: number | string): Uint32Array {
  const basis = hashText(`split/${seed}`);
  const places = new Uint32Array(keys.length);
  for (let row = 0; row < places.length; row += 1) places[row] = hashOfId(keys, row, basis);
  return places;
}

/** A group's value as a key; missing is one group. */
function groupKeys(group: Column, rows: number): readonly string[] {
  return Array.from({ length: rows }, (_, row) => {
    const value = cellValue(group, row);
    return value === null ? '\\N' : `=${value}`;
  });
}

/** Cumulative shares: rows below the first go to train, below the second to validation, the rest to test. */
function bounds({ train, validation, test }: Fractions): readonly [number, number] {
  const sum = train + validation + test;
  if (!(sum > 0) || train < 0 || validation < 0 || test < 0)
    throw new RangeError('fractions of a split must be at least 0 and not all 0');
  return [train / sum, (train + validation) / sum];
}

/** Row numbers of each part, ascending. `part[row]` is 0, 1 or 2. */
function collect(part: Uint8Array): Split {
  const rowsOf = (wanted: number): Int32Array => {
    const rows = new Int32Array(part.length);
    let count = 0;
    for (let row = 0; row < part.length; row += 1) if (part[row] === wanted) rows[count++] = row;
    return rows.slice(0, count);
  };
  return { train: rowsOf(0), validation: rowsOf(1), test: rowsOf(2) };
}

function splitByPlace(places: Uint32Array, fractions: Fractions): Split {
  const [first, second] = bounds(fractions);
  return collect(
    Uint8Array.from(places, (place) => {
      const share = place / 4294967296;
      return share < first ? 0 : share < second ? 1 : 2;
    }),
  );
}

/** Cuts an order of rows by exact counts; `together(a, b)` = these neighbours must not be parted. */
function cut(
  order: Int32Array,
  fractions: Fractions,
  part: Uint8Array,
  together: (left: number, right: number) => boolean,
): void {
  const [first, second] = bounds(fractions);
  const settle = (at: number): number => {
    let end = at;
    while (end > 0 && end < order.length && together(order[end - 1]!, order[end]!)) end += 1;
    return end;
  };
  const trainEnd = settle(Math.round(first * order.length));
  const validationEnd = settle(Math.round(second * order.length));
  for (let i = 0; i < order.length; i += 1) part[order[i]!] = i < trainEnd ? 0 : i < validationEnd ? 1 : 2;
}

function splitByTime(time: Column, fractions: Fractions): Split {
  if (time.kind !== 'time' && time.kind !== 'number')
    throw new TypeError(`a time split needs a time or number column, got ${time.kind}`);
  const { values } = time;
  // Missing is older than everything: a row of unknown time must not judge the model.
  const order = doubleOrder(values.map((at) => (Number.isNaN(at) ? -Infinity : at)));
  const part = new Uint8Array(values.length);
  const [trainEnd, validationEnd] = cutsBetweenInstants(order, values, bounds(fractions));
  for (let i = 0; i < order.length; i += 1) part[order[i]!] = i < trainEnd ? 0 : i < validationEnd ? 1 : 2;
  return collect(part);
}

/**
 * Where an order by time is cut: between two instants, as near as can be to the shares that are asked for, since rows of
 * one instant know of each other. A part that is asked for and would be empty takes its nearest instant; with too few
 * instants for that the last parts stay empty.
 */
function cutsBetweenInstants(
  order: Int32Array,
  values: Float64Array,
  [first, second]: readonly [number, number],
): readonly [number, number] {
  const rows = order.length;
  const ends: number[] = [];
  for (let i = 1; i <= rows; i += 1)
    if (i === rows || !sameInstant(values[order[i - 1]!]!, values[order[i]!]!)) ends.push(i);
  const nearest = (at: number, from: number, to: number): number => {
    const among = ends.filter((end) => end >= from && end <= to);
    return among.reduce(
      (best, end) => (Math.abs(end - at) < Math.abs(best - at) ? end : best),
      among[0] ?? rows,
    );
  };
  // How many instants have to stay behind each cut for the parts that come after it.
  const wanted = [first > 0, second > first, second < 1].map(Number);
  const limit = (behind: number): number => (behind === 0 ? rows : (ends.at(-1 - behind) ?? rows));
  const atTrain = Math.round(first * rows);
  const trainEnd = first > 0 ? nearest(atTrain, 0, limit(wanted[1]! + wanted[2]!)) : 0;
  if (second <= first) return [trainEnd, trainEnd];
  const atValidation = Math.round(second * rows);
  return [trainEnd, nearest(atValidation, trainEnd + 1, limit(wanted[2]!))];
}

const sameInstant = (left: number, right: number): boolean =>
  left === right || (Number.isNaN(left) && Number.isNaN(right));

function splitByClass(classes: Column, ids: RowIds, options: SplitOptions): Split {
  const order = radixOrder(placesOf(ids, options.seed));
  const byClass = new Map<string | number | null, number[]>();
  for (let place = 0; place < order.length; place += 1) {
    const row = order[place]!;
    const value = cellValue(classes, row);
    const members = byClass.get(value);
    if (members === undefined) byClass.set(value, [row]);
    else members.push(row);
  }
  const part = new Uint8Array(ids.length);
  for (const members of byClass.values())
    cut(Int32Array.from(members), options.fractions, part, (left, right) => ids.at(left) === ids.at(right));
  return collect(part);
}

/**
 * Deals the rows of an id-ordered table out to train, validation and test. Pure; every row is in exactly one part and
 * each part's row numbers ascend.
 *
 * - `hash`: by the hash of the row id and the seed. A row's part depends on nothing else, so it keeps it when data
 *   grows, and twins (one id) stay together. Shares are met on average.
 * - `group`: the same by the hash of the group's value: a group is never parted. Missing is one group.
 * - `time`: the oldest rows train, the newest test; cut between two instants, as near to the shares as can be: rows of one
 *   instant stay together. Missing times are one instant, the oldest.
 * - `stratified`: each class is cut by exact counts in hash order; twins of one class stay together.
 *
 * @param ids One id per row, in the table's order.
 * @throws TypeError where the time column is neither time nor number; RangeError for impossible fractions.
 */
export function splitRows(strategy: SplitStrategy, ids: RowIds, options: SplitOptions): Split {
  switch (strategy.strategy) {
    case 'hash':
      return splitByPlace(placesOf(ids, options.seed), options.fractions);
    case 'group': {
      const groups = groupKeys(strategy.group, ids.length);
      return splitByPlace(placesOf(groups, options.seed), options.fractions);
    }
    case 'time':
      return splitByTime(strategy.time, options.fractions);
    case 'stratified':
      return splitByClass(strategy.classes, ids, options);
  }
}

/** Folds are made of so many cells, of which validation parts can be cut too. */
const cells = 20;

/**
 * Deals rows into `folds` parts of about equal size, each judged once by what was fitted on the others: every entry is a
 * split whose test part is that fold and whose validation part has the share of `fractions` among the rest. Twins and
 * groups stay together; classes (where there are any) are spread evenly. Undefined for a split by time: a fold would be
 * judged by rows that came after it.
 *
 * @param classes class code of each row, or the same number for all
 * @param dealing number or name of this dealing: another one deals otherwise
 */
export function dealFolds(
  strategy: SplitStrategy,
  ids: RowIds,
  classes: ArrayLike<number>,
  {
    fractions,
    seed,
    folds,
    dealing,
  }: SplitOptions & { readonly folds: number; readonly dealing: number | string },
): readonly Split[] | undefined {
  if (strategy.strategy === 'time') return undefined;
  const keys = strategy.strategy === 'group' ? groupKeys(strategy.group, ids.length) : ids;
  const cell = cellsOf(placesOf(keys, `${seed}/dealing ${dealing}`), classes);
  const perFold = cells / folds;
  const left = cells - perFold;
  const share = fractions.validation / (fractions.train + fractions.validation);
  const tuned = Math.min(left - 1, Math.max(1, Math.round(share * left)));
  return Array.from({ length: folds }, (_, fold) =>
    collect(
      cell.map((at) => {
        const from = (at - fold * perFold + cells) % cells;
        return from < perFold ? 2 : from < perFold + tuned ? 1 : 0;
      }),
    ),
  );
}

/** Blocks of an order by time, and how many of the last of them are judged. */
const timeBlocks = 8;
const judgedBlocks = 3;

/**
 * Folds of rows in time, each judged by what came before: the last three of eight blocks, each with the block before it
 * as the validation part and all older ones as the training part. Cut between two instants; with too few instants there
 * are fewer folds, or none.
 */
export function rollingFolds(time: Column): readonly Split[] {
  return Array.from({ length: judgedBlocks }, (_, fold) => {
    const judged = timeBlocks - judgedBlocks + fold;
    const { train, test, validation } = splitByTime(time, {
      train: judged - 1,
      validation: 1,
      test: timeBlocks - judged,
    });
    if (judged === timeBlocks - 1 || test.length === 0) return { train, validation, test };
    const next = splitByTime(time, { train: judged, validation: 1, test: timeBlocks - judged - 1 });
    const later = new Set(next.test);
    return { train, validation, test: test.filter((row) => !later.has(row)) };
  }).filter((fold) => fold.train.length > 0 && fold.validation.length > 0 && fold.test.length > 0);
}

/** The cell of each row: keys in the order of their places are dealt out in turn, those of each class by themselves. */
function cellsOf(places: Uint32Array, classes: ArrayLike<number>): Uint8Array {
  const dealt = new Map<number, number>();
  const cell = new Uint8Array(places.length);
  let key = -1;
  let here = 0;
  for (const row of radixOrder(places)) {
    if (places[row] !== key) {
      key = places[row]!;
      const own = classes[row]!;
      const count = dealt.get(own) ?? dealt.size;
      dealt.set(own, count + 1);
      here = count % cells;
    }
    cell[row] = here;
  }
  return cell;
}

/** Deals rows to folds otherwise than any split does. */
const foldBasis = hashText('folds of the training part');

/**
 * The fold of each of these rows, 0 … `folds` − 1, by its id: the order of a file changes nothing, twins share a fold, and a
 * row keeps its fold as data grows.
 */
export function foldsById(ids: RowIds, positions: Int32Array, folds: number): Int8Array {
  return Int8Array.from(positions, (row) => hashOfId(ids, row, foldBasis) % folds);
}
