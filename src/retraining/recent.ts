import { createRandom } from '../random.ts';

/** Rows of the recent window that may teach, and rows that only judge. Positions into the window. */
export interface RecentSplit {
  readonly train: readonly number[];
  readonly compare: readonly number[];
}

/**
 * Splits the labelled recent window by a hash of the row id, before anything is fitted: twins share a part, and the
 * same rows give the same parts in every attempt. `share` is the part that only judges.
 */
export function splitRecent(rowIds: readonly string[], share: number, seed: number): RecentSplit {
  const train: number[] = [];
  const compare: number[] = [];
  rowIds.forEach((id, index) => {
    const draw = createRandom(`recent/${seed}/${id}`).next();
    (draw < share ? compare : train).push(index);
  });
  return { train, compare };
}

/**
 * The same where rows are split by time: the newest judge, as near to `share` as can be without parting rows of one
 * instant, and the others teach. Rows of unknown time are the oldest.
 */
export function splitRecentByTime(times: ArrayLike<number>, share: number): RecentSplit {
  const at = (row: number): number => (Number.isNaN(times[row]) ? -Infinity : times[row]!);
  const order = Array.from({ length: times.length }, (_, row) => row).sort(
    (left, right) => at(left) - at(right) || left - right,
  );
  const wanted = Math.round((1 - share) * order.length);
  let cut = 0;
  for (let end = 1; end <= order.length; end += 1) {
    const parts = end === order.length || at(order[end]!) !== at(order[end - 1]!);
    if (parts && Math.abs(end - wanted) < Math.abs(cut - wanted)) cut = end;
  }
  const ascending = (rows: number[]): number[] => rows.sort((left, right) => left - right);
  return { train: ascending(order.slice(0, cut)), compare: ascending(order.slice(cut)) };
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
