import { compileTimePattern, zoneNames, zoneNameSource } from './timePattern.ts';
import type { TimePattern } from './timePattern.ts';

/** A way to read a text as a time: the pattern of its date, and of the time of day behind it ('' where there is none). */
export interface TimeLook {
  readonly date: string;
  readonly clock: string;
}

const zone = `(?:${zoneNames}|[+-][0-9]{2}(?::?[0-9]{2})?)`;
const whole = new RegExp(
  `^(.{4,40}?)(?:(T|,? +|:)([0-9]{1,2})([:.])[0-9]{2}(\\4[0-9]{2}(?:([.,])[0-9]{1,9})?)?( ?[AaPp]\\.?[Mm]\\.?)?( ?${zone})?( (?:${zoneNameSource})|\\[(?:${zoneNameSource})\\])?( Uhr)?)?$`,
);
/** ISO 8601 without its marks. */
const basic = new RegExp(`^[0-9]{8}T[0-9]{4}([0-9]{2})?([.,][0-9]{1,9})?(${zone})?$`);
const eastAsian = /^[0-9]{4}([年년])( ?)[0-9]{1,2}([月월])( ?)[0-9]{1,2}([日일])$/u;
const sane = /^(?:1[89]|20|21)[0-9]{2}$/;
const numeric = /^([0-9]{1,2})([./-] ?)([0-9]{1,2})\2([0-9]{4}|[0-9]{2})$/;
const yearFirst = /^([0-9]{4})([./-]|)([0-9]{1,2})\2([0-9]{1,2})$/;
const monthOnly = /^(?:([0-9]{4})([./-])([0-9]{2})|([0-9]{2})([./-])([0-9]{4}))$/;
const ordinal = /^[0-9]{4}-[0-9]{3}$/;
const week = /^[0-9]{4}-W[0-9]{2}(-[1-7])?$/;
const name = '\\p{L}{3,12}';
const between = '(?:[ ./-]{0,2}| de )';
const dayName = new RegExp(
  `^[0-9]{1,2}(st|nd|rd|th)?(${between})${name}(\\.?,?${between})([0-9]{4}|[0-9]{2})$`,
  'u',
);
const nameDay = new RegExp(
  `^${name}(\\.?[ /-]?)[0-9]{1,2}(st|nd|rd|th)?([, /-]{1,2})([0-9]{4}|[0-9]{2})$`,
  'u',
);
const nameOnly = new RegExp(`^${name}(\\.?[ /-])([0-9]{4}|[0-9]{2})$`, 'u');
const yearName = new RegExp(`^([0-9]{4})([ /-])${name}\\2([0-9]{1,2})$`, 'u');
const weekday = new RegExp(`^(\\p{L}{2,10}\\.?,? )(?=[0-9\\p{L}])`, 'u');
const unixDate =
  /^\p{L}{3} \p{L}{3} +[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}( (?:UTC|GMT|Z|[+-][0-9]{4}))? [0-9]{4}$/u;

/** What stands between two tokens, as a pattern writes it. */
const literal = (text: string): string => (/\p{L}/u.test(text) ? `'${text.replaceAll("'", '')}'` : text);
/** A point that ends the short name of a month belongs to the name. */
const behindName = (text: string, before: string): string =>
  text.startsWith('.') && !before.includes('.') ? text.slice(1) : text;
const dayToken = (nth: string | undefined): string => (nth === undefined ? 'DD' : 'Do');
const yearToken = (year: string): string => (year.length === 4 ? 'YYYY' : 'YY');

function namedDates(text: string): readonly string[] {
  const day = dayName.exec(text);
  if (day !== null) {
    const [, nth, before = '', behind = '', year = ''] = day;
    return [`${dayToken(nth)}${literal(before)}MMM${literal(behindName(behind, before))}${yearToken(year)}`];
  }
  const month = nameDay.exec(text);
  if (month !== null) {
    const [, before = '', nth, behind = '', year = ''] = month;
    return [`MMM${literal(behindName(before, ''))}${dayToken(nth)}${literal(behind)}${yearToken(year)}`];
  }
  const bare = nameOnly.exec(text);
  if (bare !== null) return [`MMM${literal(behindName(bare[1]!, ''))}${yearToken(bare[2]!)}`];
  const first = yearName.exec(text);
  return first === null ? [] : [`YYYY${first[2]!}MMM${first[2]!}DD`];
}

function datePatterns(text: string): readonly string[] {
  const day = numeric.exec(text);
  if (day !== null) {
    const [, , mark = '', , year = ''] = day;
    const token = yearToken(year);
    const orders = [`DD${mark}MM${mark}${token}`, `MM${mark}DD${mark}${token}`];
    return token === 'YY' ? [...orders, `YY${mark}MM${mark}DD`] : orders;
  }
  const first = yearFirst.exec(text);
  if (first !== null && (first[2] !== '' || text.length === 8)) return [`YYYY${first[2]!}MM${first[2]!}DD`];
  const marks = eastAsian.exec(text);
  if (marks !== null) return [`YYYY'${marks[1]!}'${marks[2]!}MM'${marks[3]!}'${marks[4]!}DD'${marks[5]!}'`];
  if (ordinal.test(text)) return ['YYYY-DDDD'];
  const weeks = week.exec(text);
  if (weeks !== null) return [`GGGG-'W'WW${weeks[1] === undefined ? '' : '-E'}`];
  const month = monthOnly.exec(text);
  if (month !== null) return [month[1] === undefined ? `MM${month[5]!}YYYY` : `YYYY${month[2]!}MM`];
  return namedDates(text);
}

function clockPattern(found: RegExpExecArray): string {
  const [, , before, hour, colon, seconds, mark, half, zone, name, uhr] = found;
  if (hour === undefined) return '';
  const fraction = mark === undefined ? '' : `${mark}SSS`;
  const spaced = (text: string | undefined, token: string): string =>
    text === undefined ? '' : text.startsWith(' ') ? ` ${token}` : token;
  const clock = `${half === undefined ? 'HH' : 'hh'}${colon!}mm${seconds === undefined ? '' : `${colon!}ss`}${fraction}`;
  const lead = before!.startsWith(',') ? ', ' : before === 'T' || before === ':' ? before : ' ';
  const named = name === undefined ? '' : name.startsWith('[') ? "'['ZZ']'" : ' ZZ';
  return `${lead}${clock}${spaced(half, 'A')}${spaced(zone, 'Z')}${named}${uhr === undefined ? '' : "' Uhr'"}`;
}

function basicTime(text: string): string | null {
  const parts = basic.exec(text);
  if (parts === null) return null;
  const [, seconds, fraction, named] = parts;
  return `YYYYMMDDTHHmm${seconds === undefined ? '' : 'ss'}${fraction === undefined ? '' : `${fraction[0]!}SSS`}${named === undefined ? '' : 'Z'}`;
}

const compiled = new Map<string, TimePattern | string>();
function isRead(pattern: string, text: string): boolean {
  let one = compiled.get(pattern);
  if (one === undefined) {
    // Files may hold any number of them.
    if (compiled.size > 500) compiled.clear();
    compiled.set(pattern, (one = compileTimePattern(pattern)));
  }
  return typeof one !== 'string' && !Number.isNaN(one.read(text, undefined, 'first'));
}

/** Of four digits that are a year, one between 1800 and 2199: telephone numbers have such parts too. */
const isSane = (text: string): boolean => {
  const years = text.match(/[0-9]{4}/g) ?? [];
  return years.length === 0 || years.some((year) => sane.test(year));
};

/**
 * The ways to read a text as a time that is not ISO 8601, calendar included: `05/06/2024` has two, `31/12/2024` one, and
 * what is none has none.
 */
export function timeLooks(text: string): readonly TimeLook[] {
  if (text.length > 50 || !/[0-9]/.test(text)) return [];
  const basicPattern = basicTime(text);
  if (basicPattern !== null) return isRead(basicPattern, text) ? [{ date: basicPattern, clock: '' }] : [];
  if (unixDate.test(text)) {
    const named = /[0-9] (?:UTC|GMT|Z|[+-][0-9]{4}) [0-9]{4}$/.test(text);
    const pattern = `EEE MMM DD HH:mm:ss${named ? ' Z' : ''} YYYY`;
    return isRead(pattern, text) ? [{ date: pattern, clock: '' }] : [];
  }
  const day = weekday.exec(text);
  const found = whole.exec(day === null ? text : text.slice(day[0].length)) ?? null;
  const plain = day === null ? null : whole.exec(text);
  const lead = day === null ? '' : `EEE${day[1]!.replace(/^[\p{L}]+\.?/u, '')}`;
  const looks = (parts: RegExpExecArray | null, before: string): readonly TimeLook[] => {
    if (parts === null || !isSane(parts[1]!)) return [];
    const clock = clockPattern(parts);
    return datePatterns(parts[1]!)
      .map((date) => ({ date: before + date, clock }))
      .filter(({ date }) => isRead(date + clock, text));
  };
  const withDay = looks(found, lead);
  return withDay.length > 0 ? withDay : looks(plain, '');
}

/** `10:30`, `7:05:59 pm`: a time of day without a date. */
export const isTimeOfDay = (text: string): boolean =>
  /^(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?$/.test(text);
