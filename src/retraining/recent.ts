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
