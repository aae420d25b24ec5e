import type { PredictionRecord } from './record.ts';

type Asked = Pick<PredictionRecord, 'rowId' | 'bundle' | 'features'>;

/** The cells of a row, in the order of their names: another writer may have another. */
const cellsOf = ({ features }: Asked): string =>
  JSON.stringify(Object.entries(features).sort(([left], [right]) => (left < right ? -1 : 1)));

/**
 * How many predictions are of a row that an earlier one is of, with the same cells and by the same bundle: a batch that was
 * logged twice, or somebody who asks again. They count wherever rows are counted, for nobody can tell the one from the other.
 */
export function countRepeats(predictions: readonly Asked[]): number {
  const first = new Map<string, Asked>();
  const seen = new Map<string, Set<string>>();
  let repeats = 0;
  for (const record of predictions) {
    const row = `${record.bundle} ${record.rowId}`;
    const before = first.get(row);
    if (before === undefined) {
      first.set(row, record);
      continue;
    }
    const cells = seen.get(row) ?? new Set([cellsOf(before)]);
    seen.set(row, cells);
    const own = cellsOf(record);
    if (cells.has(own)) repeats += 1;
    else cells.add(own);
  }
  return repeats;
}
