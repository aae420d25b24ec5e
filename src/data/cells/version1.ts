import type { ColumnSchema } from '../schema.ts';
import { checkWord } from './categories.ts';
import type { CellReading, Reading } from './cell.ts';
import { JsonNumber } from './json.ts';
import { isNumber, nearestDouble } from './numbers.ts';

/**
 * The first version of the grammar, for bundles of aieng 0.1: their categories, thresholds and golden rows were learned
 * from cells that were read so, and go on being. JSON numbers became doubles before any column saw them (`1.0` is the
 * category `1`), categories of type number or integer were normalised (CSV `0.0` is `0`), numbers that a double does not
 * hold were rounded, and missing words were words only. Texts, and with them row ids, are read as in the present
 * version.
 */
export function firstReading(column: ColumnSchema, present: CellReading): CellReading {
  if (column.kind === 'number') return roundedNumbers(present);
  const isNumeric = column.type === 'number' || column.type === 'integer';
  return column.kind === 'category' && isNumeric ? normalisedCategory(column, present) : present;
}

/** A JSON number as `JSON.parse` gives it. */
export const firstJson = (value: unknown): unknown =>
  value instanceof JsonNumber ? Number(value.source) : value;

function roundedNumbers(present: CellReading): CellReading {
  return {
    ...present,
    spelled: (word, raw) => {
      const value = isNumber(word) ? nearestDouble(word) : Infinity;
      return Number.isFinite(value) ? present.valued!.read(value) : present.spelled(word, raw);
    },
  };
}

function normalisedCategory(column: ColumnSchema, present: CellReading): CellReading {
  const check = checkWord(column);
  const spelled = (word: string): Reading => {
    if (!isNumber(word)) return { wanted: 'a number' };
    const value = nearestDouble(word);
    if (!Number.isFinite(value)) return { wanted: 'a finite number' };
    // Longer integers (account numbers) would lose digits as a double.
    return check(Number.isInteger(value) && !Number.isSafeInteger(value) ? word : String(value));
  };
  return { ...present, spelled };
}
