import type { ColumnSchema } from '../schema.ts';
import type { CellIssue, CellReading, MissingWords, Reading, Unfit } from './cell.ts';
import { expected, quoted } from './cell.ts';
import { exactDecimal } from './decimals.ts';
import type { NumberFormat } from './formats/declared.ts';
import { exampleOf, numberWriting } from './formats/numberWriting.ts';
import { JsonNumber } from './json.ts';

/**
 * The one grammar of numbers in text, as the source of a regular expression without anchors: decimal, optional
 * sign, fraction and exponent. No hexadecimal, no underscores, no thousands separators, no `Infinity`, no `NaN`.
 */
export const numberGrammar = '[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';
const wholeText = new RegExp(`^${numberGrammar}$`);
const infinityWord = /^[+-]?inf(?:inity)?$/i;
const decimalComma = /^[+-]?[0-9]{1,3}(?:[., ][0-9]{3})*,[0-9]+$/;

/** Up to here float64 holds every integer. */
const lastEveryInteger = 2 ** 53;
const asText = 'make the column text or a category in the row schema to keep it as written';

/** Is the text (without spaces around it) a number by `numberGrammar`? */
export const isNumber = (text: string): boolean => wholeText.test(text);

/**
 * Is the double the number that was written? Below 2^53 always: rounding a decimal fraction to the nearest double is
 * what every reader of numbers does. Beyond, where integers are lost, only if printing the double with as many digits
 * as were written gives these digits: `9007199254740992`, `1e300` and whatever a program printed of a double are held,
 * `9007199254740993` is not.
 */
function isHeld(word: string, value: number): boolean {
  if (Math.abs(value) < lastEveryInteger) return true;
  const written = exactDecimal(word);
  if (exactDecimal(BigInt(value).toString()) === written) return true;
  const digits = written.slice(0, written.indexOf('e')).replace('-', '').length;
  return digits <= 100 && exactDecimal(value.toPrecision(digits)) === written;
}

/** The double of a spelling, exact or not; Infinity where it is too large. There is no negative zero in a table. */
export const nearestDouble = (word: string): number => Number(word) + 0;

function readNumber(word: string): number | Unfit {
  if (!isNumber(word)) {
    if (infinityWord.test(word)) return { wanted: 'a finite number' };
    const comma = decimalComma.test(word);
    return { wanted: 'a number', ...(comma ? { remark: ' (a decimal comma? numbers use a point)' } : {}) };
  }
  const value = nearestDouble(word);
  if (!Number.isFinite(value))
    return { wanted: 'a finite number', remark: `, which is too large for a 64-bit float; ${asText}` };
  if (isHeld(word, value)) return value;
  const changed = BigInt(value).toString();
  return {
    wanted: 'a number that a 64-bit float holds',
    remark: `, which would become ${changed.length > 40 ? String(value) : changed}; ${asText}`,
  };
}

/**
 * A finite number by `numberGrammar` (trimmed), or why it is none.
 *
 * @example parseNumber(' 1.5e3 ') === 1500
 */
export function parseNumber(text: string): number | CellIssue {
  const word = text.trim();
  const value = readNumber(word);
  return typeof value === 'number' ? value : expected(value.wanted, quoted(word) + (value.remark ?? ''));
}

/**
 * A JSON number as the integer that it is exactly, `1e2` and `100.0` too; undefined where it is none, or too long to be
 * one that is meant.
 */
export function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? BigInt(value) : integerOf(String(value));
  return value instanceof JsonNumber ? integerOf(value.source) : undefined;
}

function integerOf(word: string): bigint | undefined {
  if (!isNumber(word)) return undefined;
  const exact = exactDecimal(word);
  if (exact === '0') return 0n;
  const [digits = '', exponent = ''] = exact.split('e');
  const zeros = Number(exponent);
  return zeros >= 0 && zeros <= 400 ? BigInt(digits) * 10n ** BigInt(zeros) : undefined;
}

/** A typed number as text: integers (also integral floats, whatever their size) in decimal, other floats shortest. */
export function numberWord(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString();
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

/**
 * A decimal of fixed scale (`DECIMAL(10, 2)`) as the shortest text of its value, however many digits it has.
 *
 * @example decimalWord('712.50') === '712.5'
 * @example decimalWord('-0.00') === '0'
 */
export function decimalWord(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

/** What a closed column of numbers or times allows, as a noun phrase. */
export function rangeNoun({ minimum, maximum }: Pick<ColumnSchema, 'minimum' | 'maximum'>): string {
  if (minimum !== undefined && maximum !== undefined) return `a number from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `a number of at least ${minimum}`;
  return maximum === undefined ? 'a number' : `a number of at most ${maximum}`;
}

/** Is the value within a column's range, borders included? */
export function inRange(
  value: number,
  { minimum, maximum }: Pick<ColumnSchema, 'minimum' | 'maximum'>,
): boolean {
  return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);
}

/** Texts of numbers by a format: brought to the plain grammar, and read by that. */
function formattedNumbers(
  format: NumberFormat,
  noun: string,
  plain: (word: string) => Reading,
): (word: string) => Reading {
  const writing = numberWriting(format);
  const wanted = `${noun} written like "${exampleOf(format)}"`;
  return (word) => {
    const written = writing(word);
    if (written === undefined) return infinityWord.test(word) ? { wanted: 'a finite number' } : { wanted };
    return written.censored && format.censored === 'missing' ? null : plain(written.plain);
  };
}

/** Columns of numbers. `integer` takes whole values however they are written (`5.0`). */
export function numberReading(column: ColumnSchema, missing: MissingWords): CellReading {
  const whole = column.type === 'integer';
  const noun = whole ? 'a whole number' : 'a number';
  const { numberFormat } = column;
  const read = (value: number): Reading => {
    if (missing.values.has(value)) return null;
    if (whole && !Number.isInteger(value)) return { wanted: noun };
    return !column.closed || inRange(value, column) ? value : { wanted: rangeNoun(column) };
  };
  const plain = (word: string): Reading => {
    const value = readNumber(word);
    if (typeof value === 'number') return read(value);
    return value.wanted === 'a number' ? { ...value, wanted: noun } : value;
  };
  return {
    noun,
    takes: { text: numberFormat !== undefined, number: true, boolean: false },
    ...(numberFormat === undefined
      ? { spelled: plain }
      : { spelled: formattedNumbers(numberFormat, noun, plain), plain }),
    valued: { of: 'number', read: (value) => read(value + 0) },
  };
}
