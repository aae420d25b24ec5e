import { createRandom } from '../random.ts';

/** Rows of the recent window that may teach, and rows that only judge. Positions into the window. */
export interface RecentSplit {
  readonly train: readonly number[];
  readonly compare: readonly number[];
}

/** A quarter of the labelled rows judges, but not fewer than this, and not more than that. */
const fewestJudges = 250;
const mostJudges = 1000;

/** How many of `labelled` rows only judge: the newest quarter, 250 to 1,000, and never more than `share` of them. */
export function judgesWanted(labelled: number, share: number): number {
  const quarter = Math.min(mostJudges, Math.max(fewestJudges, Math.round(labelled / 4)));
  return Math.min(quarter, Math.floor(share * labelled));
}

/** So many rows of the source's test part are enough to see that a challenger is worse there; but half of it stays, however large. */
const fewestKept = 500;

/** The share of the source's test part that never teaches, where the others do. */
export const keptShare = (testRows: number): number =>
  Math.max(0.5, Math.min(1, fewestKept / Math.max(1, testRows)));

/** Where a row stands by chance: in [0, 1), the same in every attempt. */
export const drawOf = (rowId: string, seed: number): number => createRandom(`recent/${seed}/${rowId}`).next();

/** What says which recent rows judge. */
export interface Judging {
  /** When each row was asked or is about; NaN = unknown, which is the oldest. */
  readonly times: ArrayLike<number>;
  readonly rowIds: readonly string[];
  /** Rows of one instant know of each other (all shops in one hour) and are not parted. */
  readonly instantsStay: boolean;
  readonly wanted: number;
  readonly seed: number;
  /** Whether the champion was fitted on a row: then it teaches, whenever it was. */
  readonly isSeen: (rowId: string) => boolean;
}

/** The cut of an order nearest to `wanted` rows after it that parts no instant and leaves neither side empty. */
function cutBetween(order: readonly number[], at: (row: number) => number, wanted: number): number {
  const aim = order.length - wanted;
  let best = aim;
  let missedBy = Infinity;
  for (let end = 1; end < order.length; end += 1)
    if (at(order[end]!) !== at(order[end - 1]!) && Math.abs(end - aim) < missedBy) {
      best = end;
      missedBy = Math.abs(end - aim);
    }
  return best;
}

/**
 * Splits the labelled recent rows before anything is fitted: the newest judge, since neighbours in time flatter a model,
 * and the others teach. Within one instant (a batch) the hash of the row id says which are the newer.
 */
export function splitNewest({ times, rowIds, instantsStay, wanted, seed, isSeen }: Judging): RecentSplit {
  const at = (row: number): number => (Number.isNaN(times[row]) ? -Infinity : times[row]!);
  const fresh = rowIds.flatMap((id, row) => (isSeen(id) ? [] : [row]));
  const draws = new Map(fresh.map((row) => [row, drawOf(rowIds[row]!, seed)]));
  fresh.sort(
    (left, right) =>
      (at(left) === at(right) ? 0 : at(left) - at(right)) ||
      draws.get(left)! - draws.get(right)! ||
      left - right,
  );
  const count = Math.min(Math.max(0, wanted), fresh.length);
  const cut =
    instantsStay && count > 0 && count < fresh.length ? cutBetween(fresh, at, count) : fresh.length - count;
  const compare = fresh.slice(cut).sort((left, right) => left - right);
  const judging = new Set(compare);
  return { train: rowIds.flatMap((_, row) => (judging.has(row) ? [] : [row])), compare };
}

/**
 * Which labelled log rows may join the training data: none whose row id only judges, and – where rows have an id of
 * their own – none that the source holds already (the source wins) and only the newest of several.
 */
export function joinable(options: {
  readonly logIds: readonly string[];
  readonly sourceIds: ReadonlySet<string>;
  readonly compareIds: ReadonlySet<string>;
  readonly hasRowId: boolean;
}): readonly number[] {
  const newest = new Map<string, number>();
  if (options.hasRowId) options.logIds.forEach((id, index) => newest.set(id, index));
  return options.logIds.flatMap((id, index) => {
    if (options.compareIds.has(id)) return [];
    if (!options.hasRowId) return [index];
    return options.sourceIds.has(id) || newest.get(id) !== index ? [] : [index];
  });
}
