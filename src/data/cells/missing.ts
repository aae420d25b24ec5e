import type { ColumnSchema } from '../schema.ts';
import type { MissingWords } from './cell.ts';
import { numberWriting } from './formats/numberWriting.ts';
import { timeWriting } from './formats/timeWriting.ts';
import { isNumber, nearestDouble } from './numbers.ts';
import { parseTime } from './times.ts';

/** The number that a word spells in a column, plain or by the column's format; NaN where it spells none. */
function numberOf({ numberFormat }: ColumnSchema): (word: string) => number {
  const written = numberFormat === undefined ? undefined : numberWriting(numberFormat);
  return (word) => {
    if (isNumber(word)) return nearestDouble(word);
    const plain = written?.(word);
    return plain === undefined || plain.censored ? Number.NaN : nearestDouble(plain.plain);
  };
}

function timeOf({ timeFormat }: ColumnSchema): (word: string) => number {
  const written = timeFormat === undefined ? parseTime : timeWriting(timeFormat);
  return typeof written === 'string' ? parseTime : written;
}

/** The words that mean "missing" in a column: those of the schema and its own, trimmed; '' is always one. */
export function wordsMissing(column: ColumnSchema, words: readonly string[]): readonly string[] {
  return [...new Set(['', ...words, ...(column.missing ?? [])].map((word) => word.trim()))];
}

/** What means "missing" in a column. */
export function missingWords(column: ColumnSchema, words: readonly string[]): MissingWords {
  const trimmed = wordsMissing(column, words);
  const valued = column.kind === 'number' ? numberOf(column) : column.kind === 'time' ? timeOf(column) : null;
  const values =
    valued === null ? [] : trimmed.map((word) => valued(word)).filter((value) => !Number.isNaN(value));
  return { words: new Set(trimmed), values: new Set(values) };
}
