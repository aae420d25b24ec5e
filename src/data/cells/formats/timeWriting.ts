import type { CellReading, MissingWords, Reading } from '../cell.ts';
import { isNumber } from '../numbers.ts';
import { parseTime, timeReading } from '../times.ts';
import type { TimeFormat } from './declared.ts';
import { compileTimePattern } from './timePattern.ts';
import type { Zone, ZoneFault } from './zones.ts';
import { zoneOf } from './zones.ts';

const dayMs = 86_400_000;

/** Times that are counted: the ms of one, where the counting begins, and the smallest and largest that JSON may have. */
interface Counted {
  readonly unit: number;
  readonly from: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly what: string;
}

/** The last second of a `Date`; as milliseconds it is within all the more. */
const latestSecond = 8.64e12;
const within = (latest: number) => ({ from: 0, minimum: -latest, maximum: latest });
const epoch = within(latestSecond);
const counts: Readonly<Record<string, Counted>> = {
  'epoch-seconds': { ...epoch, unit: 1000, what: 'seconds since 1970' },
  'epoch-milliseconds': { ...epoch, unit: 1, what: 'milliseconds since 1970' },
  'epoch-microseconds': { ...within(latestSecond * 1e3), unit: 1e-3, what: 'microseconds since 1970' },
  'epoch-nanoseconds': { ...within(latestSecond * 1e6), unit: 1e-6, what: 'nanoseconds since 1970' },
  // Day 1 is 1900-01-01, but spreadsheets have a 29 February in 1900.
  'spreadsheet-days': {
    unit: dayMs,
    from: Date.UTC(1899, 11, 30),
    minimum: 61,
    maximum: 2_958_465,
    what: 'days as spreadsheets count them',
  },
};

/** How a format counts times; undefined where it writes them. */
export const countedTimes = ({ pattern }: TimeFormat): Counted | undefined =>
  Object.hasOwn(counts, pattern) ? counts[pattern] : undefined;

/** As times are written down everywhere in this house, the prediction log among them: never read otherwise. */
const canonical = /^(?:[+-]\d\d)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const endsInZone = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/;

/** A compiled format of times: ms since 1970 UTC of a text, NaN where it is none. */
type TimeWriting = (word: string) => number;

function isoWriting(zone: Zone): TimeWriting {
  return (word) => {
    const time = parseTime(word);
    return endsInZone.test(word.slice(10)) ? time : zone.toUtc(time);
  };
}

function countedWriting({ unit, from, minimum, maximum }: Counted): TimeWriting {
  return (word) => {
    if (!isNumber(word)) return parseTime(word);
    const value = Number(word);
    const time = Math.round(value * unit) + from;
    return unit !== dayMs || (value >= minimum && value <= maximum) ? time : Number.NaN;
  };
}

/**
 * The reader of times as a column writes them. ISO 8601 is read besides, because it cannot be taken for anything else.
 *
 * @returns What is wrong with the format, as a text, where it is none.
 * @example timeWriting({pattern: 'DD.MM.YYYY'})('01.02.2024') === Date.UTC(2024, 1, 1)
 */
export function timeWriting(format: TimeFormat): TimeWriting | string {
  const { pattern, zone: name = 'Z', overlap = null } = format;
  const zone = zoneOf(name, overlap);
  if (zone === null) return `the zone "${name}" is none; write it like "+02:00" or "Europe/Berlin"`;
  const counted = countedTimes(format);
  if (counted !== undefined) return countedWriting(counted);
  const iso = isoWriting(zone);
  if (pattern === 'ISO') return iso;
  const compiled = compileTimePattern(pattern, format);
  if (typeof compiled === 'string') return compiled;
  return (word) => {
    if (canonical.test(word)) return parseTime(word);
    const time = compiled.read(word, zone, overlap);
    return Number.isNaN(time) ? iso(word) : time;
  };
}

/** What of a column's texts is certainly read: by its format, and of ISO 8601 all of it, or what names its zone. */
export interface DocumentedTimes {
  readonly written: string | undefined;
  readonly iso: 'any' | 'zoned';
}

/** The texts of a format that are certainly read, for a JSON Schema. */
export function documentedTimes(format: TimeFormat): DocumentedTimes {
  const { pattern, zone = 'Z' } = format;
  const local = zoneOf(zone, null)?.fixed === false;
  const iso = local ? 'zoned' : 'any';
  if (pattern === 'ISO' || countedTimes(format) !== undefined) return { written: undefined, iso };
  const compiled = compileTimePattern(pattern, { ...format, local });
  return { written: typeof compiled === 'string' ? undefined : compiled.documented, iso };
}

/** Texts of digits alone, which JSON may have as numbers. */
const isDigits = ({ pattern }: TimeFormat): boolean => /^[YMDHms]+$/.test(pattern);

const faults: Readonly<Record<ZoneFault, (zone: string) => string>> = {
  skipped: (zone) => `, a time that no clock in ${zone} showed: they were set forward over it`,
  twice: (zone) =>
    `, which clocks in ${zone} showed twice: they were set back. The format says which is meant: "overlap": "first" or "second"`,
};

/** Says of a local time that is none in its zone why; undefined where it is none anywhere. */
function zoneRemark(format: TimeFormat): (word: string) => string | undefined {
  const { zone: name = 'Z', overlap = null } = format;
  const zone = zoneOf(name, overlap);
  const { zone: _, ...elsewhere } = format;
  const asUtc = timeWriting(elsewhere);
  if (zone === null || zone.fixed || typeof asUtc === 'string') return () => undefined;
  return (word) => {
    const local = asUtc(word);
    const fault = Number.isNaN(local) ? null : zone.fault(local);
    return fault === null ? undefined : faults[fault](name);
  };
}

/** Columns of times with a format. A format that is none reads ISO 8601 alone: the row schema refuses it. */
export function formattedTimes(format: TimeFormat, missing: MissingWords): CellReading {
  const writing = timeWriting(format);
  const read = typeof writing === 'string' ? parseTime : writing;
  const plain = timeReading(missing);
  const counted = countedTimes(format);
  const wanted = `a time as ${counted?.what ?? format.pattern}`;
  const remarkOf = zoneRemark(format);
  const fits = (reading: Reading, word: string): Reading => {
    if (typeof reading !== 'object' || reading === null) return reading;
    const remark = remarkOf(word);
    return { ...reading, wanted, ...(remark === undefined ? {} : { remark }) };
  };
  return {
    noun: wanted,
    takes: { text: true, number: counted !== undefined || isDigits(format), boolean: false },
    spelled: (word) => fits(plain.valued!.read(read(word)), word),
    valued: plain.valued!,
  };
}
