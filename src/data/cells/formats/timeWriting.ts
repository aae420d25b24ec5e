import type { CellReading, MissingWords, Reading } from '../cell.ts';
import { isNumber } from '../numbers.ts';
import { minutesEast, parseTime, timeReading } from '../times.ts';
import type { TimeFormat } from './declared.ts';
import { compileTimePattern } from './timePattern.ts';

const epochs: Readonly<Record<string, number>> = { 'epoch-seconds': 1000, 'epoch-milliseconds': 1 };

/** As times are written down everywhere in this house, the prediction log among them: never read otherwise. */
const canonical = /^(?:[+-]\d\d)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const endsInZone = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/;

/** A compiled format of times: ms since 1970 UTC of a text, NaN where it is none. */
type TimeWriting = (word: string) => number;

function isoWriting(zone: number): TimeWriting {
  return (word) => {
    const time = parseTime(word);
    return zone === 0 || endsInZone.test(word.slice(10)) ? time : time - zone * 60_000;
  };
}

function epochWriting(unit: number): TimeWriting {
  return (word) => (isNumber(word) ? Math.round(Number(word) * unit) : parseTime(word));
}

/**
 * The reader of times as a column writes them. ISO 8601 is read besides, because it cannot be taken for anything else.
 *
 * @returns What is wrong with the format, as a text, where it is none.
 * @example timeWriting({pattern: 'DD.MM.YYYY'})('01.02.2024') === Date.UTC(2024, 1, 1)
 */
export function timeWriting({ pattern, zone = 'Z' }: TimeFormat): TimeWriting | string {
  const minutes = minutesEast(zone);
  if (Number.isNaN(minutes)) return `the zone "${zone}" is none; write it like "+02:00"`;
  const unit = epochs[pattern];
  if (unit !== undefined) return epochWriting(unit);
  const iso = isoWriting(minutes);
  if (pattern === 'ISO') return iso;
  const compiled = compileTimePattern(pattern);
  if (typeof compiled === 'string') return compiled;
  return (word) => {
    if (canonical.test(word)) return parseTime(word);
    const time = compiled.read(word, minutes);
    return Number.isNaN(time) ? iso(word) : time;
  };
}

/** The texts of a format that are certainly read, besides ISO 8601, for a JSON Schema; undefined where they are numbers. */
export function documentedTimes({ pattern }: TimeFormat): string | undefined {
  if (pattern === 'ISO' || pattern in epochs) return undefined;
  const compiled = compileTimePattern(pattern);
  return typeof compiled === 'string' ? undefined : compiled.documented;
}

/** Are the values of a format numbers in JSON? */
export const isEpoch = ({ pattern }: TimeFormat): boolean => Object.hasOwn(epochs, pattern);
/** Texts of digits alone, which JSON may have as numbers. */
const isDigits = ({ pattern }: TimeFormat): boolean => /^[YMDHms]+$/.test(pattern);

/** Columns of times with a format. A format that is none reads ISO 8601 alone: the row schema refuses it. */
export function formattedTimes(format: TimeFormat, missing: MissingWords): CellReading {
  const writing = timeWriting(format);
  const read = typeof writing === 'string' ? parseTime : writing;
  const plain = timeReading(missing);
  const wanted = isEpoch(format)
    ? `a time as ${format.pattern.replace('epoch-', '')} since 1970`
    : `a time as ${format.pattern}`;
  const fits = (reading: Reading): Reading =>
    typeof reading === 'object' && reading !== null ? { ...reading, wanted } : reading;
  return {
    noun: wanted,
    takes: { text: true, number: isEpoch(format) || isDigits(format), boolean: false },
    spelled: (word) => fits(plain.valued!.read(read(word))),
    valued: plain.valued!,
  };
}
