import type { ColumnSchema } from '../schema.ts';
import type { MissingWords } from './cell.ts';
import { isNumber, nearestDouble } from './numbers.ts';
import { parseTime } from './times.ts';

/** What means "missing" in a column. */
export function missingWords(column: ColumnSchema, words: readonly string[]): MissingWords {
  const trimmed = words.map((word) => word.trim());
  const values = trimmed.flatMap((word) => {
    if (column.kind === 'number') return isNumber(word) ? [nearestDouble(word)] : [];
    const time = column.kind === 'time' ? parseTime(word) : Number.NaN;
    return Number.isNaN(time) ? [] : [time];
  });
  return { words: new Set(['', ...trimmed]), values: new Set(values) };
}
