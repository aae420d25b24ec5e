import { daysSince1970, minutesEast } from '../times.ts';
import type { Overlap, Zone } from './zones.ts';
import { zoneOf } from './zones.ts';
import { englishMonths, isWeekday, monthOf } from './monthNames.ts';

/** Abbreviations of zones that are the same wherever they are written, in minutes east of UTC. */
const namedZones: Readonly<Record<string, number>> = {
  ...{ Z: 0, UTC: 0, GMT: 0, WET: 0, WEST: 60, CET: 60, CEST: 120, MEZ: 60, MESZ: 120, EET: 120, EEST: 180 },
  ...{ EST: -300, EDT: -240, MST: -420, MDT: -360, PST: -480, PDT: -420, JST: 540 },
};
/** Their names as the source of a regular expression. */
export const zoneNames = Object.keys(namedZones)
  .sort((left, right) => right.length - left.length)
  .join('|');

/** A part of a pattern: what it stands for, and the regular expression of its texts. */
interface TimeToken {
  readonly part: string;
  /** Narrow: where digits stand beside it. */
  readonly source: (narrow: boolean) => string;
}

/** A zone of the IANA database, by its name: `Europe/Berlin`. */
export const zoneNameSource = '[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]*[A-Za-z0-9]){1,2}|UTC';

const oneOrTwo = (narrow: boolean): string => (narrow ? '([0-9]{2})' : '([0-9]{1,2})');
const always = (source: string) => (): string => source;
const word = '(\\p{L}{2,12}\\.?)';

/** Every token; the longest of those that fit is meant. */
const tokens: Readonly<Record<string, TimeToken>> = {
  YYYY: { part: 'year', source: always('([0-9]{4})') },
  YY: { part: 'shortYear', source: always('([0-9]{2})') },
  GGGG: { part: 'weekYear', source: always('([0-9]{4})') },
  MMMM: { part: 'monthName', source: always(word) },
  MMM: { part: 'monthName', source: always(word) },
  MM: { part: 'month', source: oneOrTwo },
  M: { part: 'month', source: oneOrTwo },
  DDDD: { part: 'dayOfYear', source: always('([0-9]{3})') },
  Do: { part: 'day', source: always('([0-9]{1,2})(?:st|nd|rd|th)') },
  DD: { part: 'day', source: oneOrTwo },
  D: { part: 'day', source: oneOrTwo },
  WW: { part: 'week', source: always('([0-9]{2})') },
  EEE: { part: 'weekday', source: always(word) },
  E: { part: 'dayOfWeek', source: always('([1-7])') },
  HH: { part: 'hour', source: oneOrTwo },
  H: { part: 'hour', source: oneOrTwo },
  hh: { part: 'halfHour', source: oneOrTwo },
  h: { part: 'halfHour', source: oneOrTwo },
  mm: { part: 'minute', source: always('([0-9]{2})') },
  ss: { part: 'second', source: always('([0-9]{2})') },
  SSS: { part: 'fraction', source: always('([0-9]{1,9})') },
  A: { part: 'half', source: always('([AaPp]\\.?[Mm]\\.?)') },
  ZZ: { part: 'zoneName', source: always(`(${zoneNameSource})`) },
  Z: { part: 'zone', source: always(`(${zoneNames}|[+-][0-9]{2}(?::?[0-9]{2})?)`) },
};
const tokenNames = Object.keys(tokens).sort((left, right) => right.length - left.length);

interface Piece {
  readonly kind: 'token' | 'literal' | 'open' | 'close';
  readonly text: string;
}

const utc: Zone = { toUtc: (local) => local, fault: () => null, fixed: true };

/** Cuts a pattern into tokens, literals and brackets; says what is wrong with it. */
function piecesOf(pattern: string): readonly Piece[] | string {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length;) {
    const name = tokenNames.find((each) => pattern.startsWith(each, at));
    const char = pattern[at]!;
    if (name !== undefined) pieces.push({ kind: 'token', text: name });
    else if (char === '[' || char === ']') pieces.push({ kind: char === '[' ? 'open' : 'close', text: char });
    else if (char === "'") {
      const end = pattern.indexOf("'", at + 1);
      if (end === -1) return 'a quote is not closed';
      pieces.push({ kind: 'literal', text: pattern.slice(at + 1, end) });
      at = end + 1;
      continue;
    } else if (char !== 'T' && /\p{L}/u.test(char))
      return `"${char}" is no token; write letters that stand there as they are in single quotes`;
    else pieces.push({ kind: 'literal', text: char });
    at += name?.length ?? 1;
  }
  return pieces;
}

const isDigits = (piece: Piece | undefined): boolean =>
  piece?.kind === 'token' &&
  !['monthName', 'weekday', 'half', 'zone', 'zoneName'].includes(tokens[piece.text]!.part);

const literalSource = (text: string): string =>
  text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(/ +/g, '[ \\u00a0\\u202f]+');

function sourceOf(pieces: readonly Piece[], token: (name: string, narrow: boolean) => string): string {
  return pieces
    .map((piece, index) => {
      switch (piece.kind) {
        case 'open':
          return '(?:';
        case 'close':
          return ')?';
        case 'literal':
          return literalSource(piece.text);
        case 'token': {
          const beside = [pieces[index - 1], pieces[index + 1]];
          return token(piece.text, beside.some(isDigits));
        }
      }
    })
    .join('');
}

/** What is wrong with the parts of a pattern; undefined where nothing is. */
function faultOf(parts: readonly string[], pattern: string): string | undefined {
  const has = (part: string): boolean => parts.includes(part);
  const twice = parts.find((part, index) => parts.indexOf(part) !== index);
  if (twice !== undefined) return `it has two tokens for the ${twice}`;
  if (has('weekYear') || has('week'))
    return has('weekYear') && has('week') ? undefined : 'a week needs GGGG and WW';
  if (!has('year') && !has('shortYear')) return 'it has no year (YYYY or YY)';
  const month = has('month') || has('monthName');
  if (has('day') && !month) return 'it has a day (DD), but no month (MM or MMM)';
  if (has('halfHour') !== has('half')) return 'hh and A (AM or PM) go together';
  if (has('minute') && !has('hour') && !has('halfHour')) return 'it has minutes, but no hours (HH)';
  // Times are written down as ISO 8601, which such a pattern would read otherwise.
  if (/^YYYY-DD?-MM?/.test(pattern)) return 'year, day, month is no order that is read';
  return undefined;
}

const isoWeekStart = (year: number): number => {
  const fourth = daysSince1970(year, 1, 4);
  // 1970-01-01 was a Thursday.
  return fourth - ((((fourth + 3) % 7) + 7) % 7);
};

type Parts = ReadonlyMap<string, string>;

function dayOf(parts: Parts, yearsFrom: number): number {
  const number = (part: string): number | undefined => {
    const text = parts.get(part);
    return text === undefined ? undefined : Number(text);
  };
  const weekYear = number('weekYear');
  if (weekYear !== undefined) {
    const week = number('week')!;
    const start = isoWeekStart(weekYear) + (week - 1) * 7;
    const exists = week >= 1 && start < isoWeekStart(weekYear + 1);
    return exists ? start + (number('dayOfWeek') ?? 1) - 1 : Number.NaN;
  }
  const short = number('shortYear');
  const year = number('year') ?? yearsFrom + ((((short! - yearsFrom) % 100) + 100) % 100);
  const ordinal = number('dayOfYear');
  if (ordinal !== undefined) {
    const day = daysSince1970(year, 1, 1) + ordinal - 1;
    return ordinal >= 1 && day < daysSince1970(year + 1, 1, 1) ? day : Number.NaN;
  }
  const name = parts.get('monthName');
  const month = name === undefined ? (number('month') ?? 1) : (monthOf(name) ?? Number.NaN);
  const weekday = parts.get('weekday');
  if (weekday !== undefined && !isWeekday(weekday)) return Number.NaN;
  return Number.isNaN(month) ? Number.NaN : daysSince1970(year, month, number('day') ?? 1);
}

/** Milliseconds since midnight; NaN where there is no such time. */
function timeOf(parts: Parts): number {
  const half = parts.get('half')?.[0]?.toLowerCase();
  let hour = Number(parts.get('hour') ?? parts.get('halfHour') ?? 0);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  const [minute, second] = [Number(parts.get('minute') ?? 0), Number(parts.get('second') ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const thousandths = Number((parts.get('fraction') ?? '').padEnd(3, '0').slice(0, 3));
  return ((hour * 60 + minute) * 60 + second) * 1000 + thousandths;
}

const zoneMinutes = (zone: string): number => namedZones[zone] ?? minutesEast(zone);

/** The instant of a local time, by the zone that the text names, or else by the one that is known. */
function instantOf(local: number, parts: Parts, known: Zone, overlap: Overlap | null): number {
  const offset = parts.get('zone');
  if (offset !== undefined) return local - zoneMinutes(offset) * 60_000;
  const name = parts.get('zoneName');
  const zone = name === undefined ? known : zoneOf(name, overlap);
  return zone === null ? Number.NaN : zone.toUtc(local);
}

/** A compiled pattern: its texts as ms since 1970 UTC (NaN where it is none), and some of them for a JSON Schema. */
export interface TimePattern {
  read(text: string, zone?: Zone, overlap?: Overlap | null): number;
  /** A regular expression without anchors of texts that are certainly read. */
  readonly documented: string;
}

/** The days of a month that every month has, that all but February have, and that long months have. */
const calendar = [
  { days: '(?:0[1-9]|1[0-9]|2[0-8])', months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
  { days: '(?:29|30)', months: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
  { days: '31', months: [1, 3, 5, 7, 8, 10, 12] },
];
const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** @param local Is a text of a zone whose clocks are changed, where it names none? */
function documentedSource(pieces: readonly Piece[], local: boolean): string {
  const hasDay = pieces.some(({ text }) => ['DD', 'D', 'Do'].includes(text));
  const alternatives = (hasDay ? calendar : calendar.slice(0, 1)).map(({ days, months }) => {
    const known: Readonly<Record<string, string>> = {
      year: local ? '20[2-9][0-9]' : '[0-9]{4}',
      shortYear: '[0-9]{2}',
      weekYear: '[0-9]{4}',
      week: '(?:0[1-9]|[1-4][0-9]|5[0-2])',
      dayOfWeek: '[1-7]',
      dayOfYear: '(?:0(?:0[1-9]|[1-9][0-9])|[12][0-9]{2}|3[0-5][0-9]|36[0-5])',
      month: `(?:${months.map(twoDigits).join('|')})`,
      monthName: `(?:${englishMonths(months)})`,
      weekday: '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)',
      day: days,
      // By night clocks are set forward and back, and once were at any hour.
      hour: local ? '(?:0[5-9]|1[0-9])' : '(?:[01][0-9]|2[0-3])',
      halfHour: local ? '(?:0[5-9]|10)' : '(?:0[1-9]|1[0-2])',
      minute: '[0-5][0-9]',
      second: '[0-5][0-9]',
      fraction: '[0-9]{1,9}',
      half: '[AP]M',
      zoneName: 'UTC',
      zone: '(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])',
    };
    return sourceOf(pieces, (name) => known[tokens[name]!.part]! + (name === 'Do' ? 'th' : ''));
  });
  return `(?:${alternatives.join('|')})`;
}

/**
 * Compiles a pattern of times: `DD.MM.YYYY HH:mm[:ss]`, brackets around what may be left out, letters that stand there as
 * they are in single quotes. Two digits of a day, month or hour may be one where no digits stand beside. Names of months
 * are read in seven languages, whatever their letter case; a weekday is only looked at.
 *
 * @param yearsFrom Years of two digits lie in the hundred years from it on; by default as POSIX has it.
 * @returns What is wrong with the pattern, as a text, where it is none.
 * @example compileTimePattern('DD/MM/YYYY').read('31/01/2024') === Date.UTC(2024, 0, 31)
 */
export function compileTimePattern(
  pattern: string,
  { yearsFrom = 1969, local = false }: { readonly yearsFrom?: number; readonly local?: boolean } = {},
): TimePattern | string {
  const pieces = piecesOf(pattern);
  if (typeof pieces === 'string') return pieces;
  let depth = 0;
  for (const { kind } of pieces) {
    depth += kind === 'open' ? 1 : kind === 'close' ? -1 : 0;
    if (depth < 0) return 'a bracket is closed that was not opened';
  }
  if (depth !== 0) return 'a bracket is not closed';
  const parts = pieces.flatMap(({ kind, text }) => (kind === 'token' ? [tokens[text]!.part] : []));
  const fault = faultOf(parts, pattern);
  if (fault !== undefined) return fault;
  const shape = new RegExp(`^${sourceOf(pieces, (name, narrow) => tokens[name]!.source(narrow))}$`, 'u');
  return {
    read(text, zone = utc, overlap = null) {
      const found = shape.exec(text);
      if (found === null) return Number.NaN;
      const read = new Map<string, string>();
      parts.forEach((part, index) => {
        const value = found[index + 1];
        if (value !== undefined) read.set(part, value);
      });
      return instantOf(dayOf(read, yearsFrom) * 86_400_000 + timeOf(read), read, zone, overlap);
    },
    documented: documentedSource(pieces, local),
  };
}
