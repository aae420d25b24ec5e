import { daysSince1970 } from './times.ts';

/**
 * What most cells of text files are, numbers and times written plainly, read from the bytes themselves into an array of
 * values: a double that a function gives back would be an object on the heap, one a cell. Whatever is not plain is left
 * to the parser of the column: these give its values only faster.
 */

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const zero = 48;
const minus = 45;
const point = 46;
/** Up to here doubles hold every integer. */
const lastEveryInteger = 2 ** 53;

/** A double cut into two of half as many bits (Veltkamp): products of halves are exact. */
const splitter = 2 ** 27 + 1;
function upperHalf(value: number): number {
  const scaled = splitter * value;
  return scaled - (scaled - value);
}

/** What the product of two doubles lost when it was rounded to `product` (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** How far the sum of quotient and remainder may be off: far more than it is. */
const doubt = 2 ** -40;

/**
 * (first · 10^tail + last) / 10^decimals as the nearest double, where all of these are whole and below 2^53; NaN where
 * the sum of two doubles, exact to a hundred bits, lies too near to the middle between two to say.
 */
function nearestQuotient(first: number, tail: number, last: number, decimals: number): number {
  const shift = powersOfTen[tail]!;
  const upper = first * shift;
  const sum = upper + last;
  // What the product and the sum lost; the digits are `sum + lost` exactly.
  const lost = productError(first, shift, upper) + (last - (sum - upper));
  const divisor = powersOfTen[decimals]!;
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const rest = (sum - back - productError(quotient, divisor, back) + lost) / divisor;
  const value = quotient + rest;
  return quotient + rest * (1 - doubt) === value && quotient + rest * (1 + doubt) === value
    ? value
    : Number.NaN;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= zero + 9;

/** A plain decimal of 16 to 19 digits, leading zeros not counted, and at most 22 behind the point; below 2^53. */
function longDecimal(bytes: Uint8Array, start: number, end: number): number {
  let first = 0;
  let last = 0;
  let digits = 0;
  let tail = 0;
  let decimals = 0;
  let behindPoint = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === point && !behindPoint) {
      behindPoint = true;
      continue;
    }
    if (!isDigit(byte)) return Number.NaN;
    if (behindPoint) decimals += 1;
    if (digits > 0 || byte !== zero) digits += 1;
    if (digits <= 15) first = first * 10 + byte - zero;
    else {
      last = last * 10 + byte - zero;
      tail += 1;
    }
  }
  if (digits > 19 || decimals > 22) return Number.NaN;
  const value = nearestQuotient(first, tail, last, decimals);
  return value < lastEveryInteger ? value : Number.NaN;
}

/**
 * Is it a plain decimal, sign, digits and a point? Then its value, as `Number(text)` has it, is put into `row`. Of at most
 * 15 digits it is the quotient of two exact doubles, and so the nearest one.
 */
export function readPlainDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Float64Array,
  row: number,
): boolean {
  const negative = bytes[start] === minus;
  const from = negative ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let before = -1;
  for (let at = from; at < end; at += 1) {
    const digit = bytes[at]! - zero;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
    } else if (digit === point - zero && before === -1) before = digits;
    else return false;
  }
  if (digits === 0) return false;
  if (digits > 15) mantissa = longDecimal(bytes, from, end);
  else if (before !== -1) mantissa /= powersOfTen[digits - before]!;
  into[row] = (negative ? -mantissa : mantissa) + 0;
  return !Number.isNaN(mantissa);
}

/** Two digits as a number, or −1. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - zero;
  const ones = bytes[at + 1]! - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

const dash = 45;
const colon = 58;
const space = 32;
const capitalT = 84;
const capitalZ = 90;
const millisecondsPerDay = 86_400_000;

/** `HH:MM:SS` and perhaps `Z` as seconds since midnight, or −1. */
function plainSecondOfDay(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 9 ? bytes[start + 8] !== capitalZ : end - start !== 8) return -1;
  if (bytes[start + 2] !== colon || bytes[start + 5] !== colon) return -1;
  const hours = twoDigits(bytes, start);
  const minutes = twoDigits(bytes, start + 3);
  const seconds = twoDigits(bytes, start + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return -1;
  return (hours * 60 + minutes) * 60 + seconds;
}

/**
 * Is it `2024-12-31` or `2024-12-31T23:59:00Z`, with a space for the `T` or without the `Z`? Then the time, as `parseTime`
 * has it, is put into `row`.
 */
export function readPlainTime(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Float64Array,
  row: number,
): boolean {
  if (end - start < 10 || bytes[start + 4] !== dash || bytes[start + 7] !== dash) return false;
  const century = twoDigits(bytes, start);
  const year = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (century < 0 || year < 0 || month < 1 || day < 1) return false;
  const separator = bytes[start + 10];
  const isDate = end - start === 10;
  if (!isDate && separator !== capitalT && separator !== space) return false;
  const seconds = isDate ? 0 : plainSecondOfDay(bytes, start + 11, end);
  const days = daysSince1970(century * 100 + year, month, day);
  into[row] = days * millisecondsPerDay + seconds * 1000;
  return seconds !== -1 && !Number.isNaN(days);
}
