import type { TimeFormat } from '../../data/cells/formats/declared.ts';
import type { TimeLook } from '../../data/cells/formats/timeLooks.ts';
import { daysSince1970 } from '../../data/cells/times.ts';

/** Texts of the same looks: dates of one shape, with their time of day. */
interface AlikeTimes {
  readonly looks: readonly TimeLook[];
  rows: number;
  readonly words: Map<string, number>;
}

const mostLooks = 200;
const wordsKept = 20;
/** Seconds from 1990 to 2050: numbers that are times mostly are of that range. */
const epochSeconds = { from: 631_152_000, to: 2_524_608_000 };
/** Days of 1955 to 2064, as spreadsheets count them. */
const spreadsheetDays = { from: 20_000, to: 60_000 };
const timeName =
  /(?:^|[_\s.-])(?:ts|time|timestamp|date|datetime|epoch|unix|when|at|created|updated|datum|zeit)(?:[_\s.-]|$)/i;
const timeNameInCamelCase = /[a-z](?:At|On|Time|Date|Ts|TS|Timestamp|Epoch)$/;
/** As in German and Spanish, and where words are written together: Lieferdatum, orderdate. */
const dateName = /datum$|fecha|^(?:order|birth|start|end|due|ship|sale|invoice)date$|\bdob\b/i;
/** So many different days of eight digits are no accident. */
const enoughDays = 5;

/** Is a number such a time, in units of which a second has so many? */
const isEpoch = (value: number, perSecond: number): boolean =>
  value >= epochSeconds.from * perSecond && value <= epochSeconds.to * perSecond;

/** Is a number the eight digits of a day, as ISO 8601 has it without hyphens? */
function isDay(value: number): boolean {
  if (!(value >= 19_000_101 && value <= 21_001_231)) return false;
  return !Number.isNaN(daysSince1970(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100));
}

/** Is a number the six digits of a year and a month? */
function isMonth(value: number): boolean {
  const month = value % 100;
  return Number.isInteger(value) && value >= 190_001 && value <= 209_912 && month >= 1 && month <= 12;
}

/** Is a number the digits of a day, with hours and minutes (and seconds) behind them? */
function isStamp(value: number, scale: 10_000 | 1_000_000): boolean {
  if (!(value >= 19_000_101 * scale) || !isDay(Math.floor(value / scale))) return false;
  const clock = value % scale;
  const hours = Math.floor(clock / (scale / 100));
  const minutes = Math.floor(clock / (scale / 10_000)) % 100;
  return hours < 24 && minutes < 60 && (scale === 10_000 || clock % 100 < 60);
}

/** Does a name say that its column holds times? */
const isTimeName = (name: string): boolean =>
  timeName.test(name) || timeNameInCamelCase.test(name) || dateName.test(name);

const isMonthName = (name: string): boolean =>
  isTimeName(name) || /month|period|monat|(?:^|[_\s.-])(?:ym|yyyymm|mois|mes)(?:[_\s.-]|$)/i.test(name);

/** What speaks for each way to write the times of a column, in bounded memory. */
export class TimeEvidence {
  readonly #alike = new Map<string, AlikeTimes>();
  #untold = 0;
  #iso = 0;
  #seconds = 0;
  #milliseconds = 0;
  #microseconds = 0;
  #nanoseconds = 0;
  #days = 0;
  #months = 0;
  #lastMonth = 0;
  #differentMonths = 0;
  #minutes = 0;
  #stamps = 0;
  #lastDay = 0;
  #differentDays = 0;
  #spreadsheet = 0;
  #timesOfDay = 0;
  #timeOfDay = '';

  iso(rows: number): void {
    this.#iso += rows;
  }

  number(value: number, rows: number): void {
    if (value >= epochSeconds.from && value <= epochSeconds.to) this.#seconds += rows;
    else if (value >= epochSeconds.from * 1000 && value <= epochSeconds.to * 1000) this.#milliseconds += rows;
    else if (isEpoch(value, 1e6)) this.#microseconds += rows;
    else if (isEpoch(value, 1e9)) this.#nanoseconds += rows;
    else if (isStamp(value, 10_000)) this.#minutes += rows;
    else if (isStamp(value, 1_000_000)) this.#stamps += rows;
    else if (isDay(value)) {
      this.#days += rows;
      if (value !== this.#lastDay) this.#differentDays += 1;
      this.#lastDay = value;
    } else if (isMonth(value)) {
      this.#months += rows;
      if (value !== this.#lastMonth) this.#differentMonths += 1;
      this.#lastMonth = value;
    }
  }

  /** Any number, with a fraction or without. */
  perhapsDays(value: number, rows: number): void {
    if (value >= spreadsheetDays.from && value <= spreadsheetDays.to) this.#spreadsheet += rows;
  }

  timeOfDay(word: string, rows: number): void {
    this.#timesOfDay += rows;
    this.#timeOfDay = word;
  }

  looks(word: string, looks: readonly TimeLook[], rows: number): void {
    const key = looks.map(({ date, clock }) => date + clock).join('|');
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      if (this.#alike.size === mostLooks) {
        this.#untold += rows;
        return;
      }
      this.#alike.set(key, (alike = { looks, rows: 0, words: new Map() }));
    }
    alike.rows += rows;
    const known = alike.words.get(word);
    if (known !== undefined || alike.words.size < wordsKept) alike.words.set(word, (known ?? 0) + rows);
  }

  /** A text of a column of times of day alone; undefined where it is none. */
  ofDay(present: number): string | undefined {
    return present > 0 && this.#timesOfDay === present ? this.#timeOfDay : undefined;
  }

  /** Are all of the present values seconds, milliseconds or days by their range? */
  byNumber(present: number, name: string): { readonly pattern: string; readonly named: boolean } | null {
    if (present === 0) return null;
    const named = isTimeName(name);
    if (this.#seconds === present) return { pattern: 'epoch-seconds', named };
    if (this.#milliseconds === present) return { pattern: 'epoch-milliseconds', named };
    if (this.#microseconds === present) return { pattern: 'epoch-microseconds', named };
    if (this.#nanoseconds === present) return { pattern: 'epoch-nanoseconds', named };
    // Told, not taken: prices are of this range, too.
    if (this.#spreadsheet === present && named) return { pattern: 'spreadsheet-days', named: false };
    if (this.#stamps === present) return { pattern: 'YYYYMMDDHHmmss', named: true };
    if (this.#minutes === present && named) return { pattern: 'YYYYMMDDHHmm', named };
    const isDays = this.#days === present && (named || this.#differentDays >= enoughDays);
    if (isDays) return { pattern: 'YYYYMMDD', named: true };
    // Told, not taken: amounts are of this range, too.
    const isMonths = this.#months === present && (isMonthName(name) || this.#differentMonths >= enoughDays);
    return isMonths ? { pattern: 'YYYYMM', named: false } : null;
  }

  /**
   * The pattern that reads the most rows.
   *
   * @param declared The pattern that a person named for the column.
   */
  decide(declared: string | null): TimeDecision | null {
    const all = [...this.#alike.values()];
    if (all.length === 0) return this.#iso === 0 ? null : isoDecision(this.#iso);
    const rowsOf = new Map<string, number>();
    for (const { looks, rows } of all)
      for (const { date } of looks) rowsOf.set(date, (rowsOf.get(date) ?? 0) + rows);
    const ranked = [...rowsOf].sort(([, left], [, right]) => right - left);
    const named = declared === null ? undefined : ranked.find(([date]) => declared.startsWith(date));
    const [date, most] = named ?? preferred(ranked);
    const has = ({ looks }: AlikeTimes): boolean => looks.some((look) => look.date === date);
    const clocks = clocksOf(all.filter(has));
    const { suffix, read } = mergedClocks(clocks);
    const isRead = (alike: AlikeTimes): boolean => has(alike) && read.has(alike.looks[0]!.clock);
    const unread = all.filter((alike) => !isRead(alike));
    const rows = all.reduce((sum, alike) => (isRead(alike) ? sum + alike.rows : sum), this.#iso);
    const rivals =
      named === undefined && !isPointed(date)
        ? ranked.flatMap(([other, count]) =>
            count === most && sameLetters(other, date) && readsAll(all.filter(has), other) ? [other] : [],
          )
        : [];
    const proof = all.find((alike) => isRead(alike) && alike.looks.length === 1);
    const shown = proof ?? all.find(isRead)!;
    const words = [...shown.words.keys()];
    return {
      format: { pattern: named !== undefined && declared !== date ? declared! : date + suffix },
      rows,
      // 05/06 shows more of an order than 05/05 does.
      shown: words.find((word) => !/^(\d+)\D\1\D/.test(word)) ?? words[0]!,
      rivals: rivals.length > 1 ? rivals.map((other) => other + suffix) : [],
      odd: unread.flatMap(({ words }) => [...words]),
      oddRows: unread.reduce((sum, alike) => sum + alike.rows, this.#untold),
    };
  }
}

const isoDecision = (rows: number): TimeDecision => ({
  format: null,
  rows,
  shown: '',
  rivals: [],
  odd: [],
  oddRows: 0,
});

/** Points stand between day, month and year in that order, wherever they are written. */
const isPointed = (date: string): boolean => /^[DMY]+\. ?[DMY]+\. ?[DMY]+$/.test(date);
const readsAll = (all: readonly AlikeTimes[], date: string): boolean =>
  all.every(({ looks }) => looks.some((look) => look.date === date));
const sameLetters = (left: string, right: string): boolean =>
  Array.from(left).sort().join('') === Array.from(right).sort().join('');

/** The first of those that read the most; of pointed ones, the day first. */
function preferred(ranked: readonly (readonly [string, number])[]): readonly [string, number] {
  const [first] = ranked;
  const equal = ranked.filter(([, rows]) => rows === first![1]);
  return equal.find(([date]) => isPointed(date) && date.startsWith('DD')) ?? first!;
}

function clocksOf(all: readonly AlikeTimes[]): ReadonlyMap<string, number> {
  const clocks = new Map<string, number>();
  for (const { looks, rows } of all) {
    const clock = looks[0]!.clock;
    clocks.set(clock, (clocks.get(clock) ?? 0) + rows);
  }
  return clocks;
}

const clockShape = /^(\D*?)((?:HH|hh)[:.]mm)([:.]ss)?([.,]SSS)?( ?A)?( ?Z(?!Z))?( ?ZZ|'\['ZZ'\]')?(' Uhr')?$/;

/** Times of day in one pattern: what only some of the texts have stands in brackets. */
function mergedClocks(clocks: ReadonlyMap<string, number>): {
  readonly suffix: string;
  readonly read: ReadonlySet<string>;
} {
  const groups = new Map<string, { rows: number; clocks: string[] }>();
  for (const [clock, rows] of clocks) {
    const found = clockShape.exec(clock);
    if (found === null) continue;
    const [, lead = '', base = '', , , half = '', zone = '', name = '', uhr = ''] = found;
    const key = [lead, base, half, zone + name + uhr].join('|');
    const group = groups.get(key) ?? { rows: 0, clocks: [] };
    groups.set(key, { rows: group.rows + rows, clocks: [...group.clocks, clock] });
  }
  const main = [...groups].sort(([, left], [, right]) => right.rows - left.rows)[0];
  const bare = clocks.has('');
  if (main === undefined) return { suffix: '', read: new Set(['']) };
  const [lead, base, half, zone] = main[0].split('|');
  const have = (part: string): number => main[1].clocks.filter((clock) => clock.includes(part)).length;
  const mark = main[1].clocks.some((clock) => clock.includes(',SSS')) ? ',SSS' : '.SSS';
  const all = main[1].clocks.length;
  const part = (text: string, some: number, of: number): string =>
    some === 0 ? '' : some === of ? text : `[${text}]`;
  const seconds = have('ss');
  const colon = base!.includes('.') ? '.' : ':';
  const fraction = part(mark, have('SSS'), seconds);
  const clock = `${lead}${base}${part(`${colon}ss${fraction}`, seconds, all)}${half}${zone}`;
  return {
    suffix: bare ? `[${clock}]` : clock,
    read: new Set([...main[1].clocks, ...(bare ? [''] : [])]),
  };
}

/** How the times of a column are written, as far as its texts say. */
export interface TimeDecision {
  /** null = ISO 8601. */
  readonly format: TimeFormat | null;
  /** Rows that it reads. */
  readonly rows: number;
  /** A text that tells the order of day and month, where there is one. */
  readonly shown: string;
  /** Patterns that read every text as well, to other times: itself among them. */
  readonly rivals: readonly string[];
  /** Some texts that look like times, but are not read, with their rows; all rows of such. */
  readonly odd: readonly (readonly [string, number])[];
  readonly oddRows: number;
}
