import { describe, expect, it } from 'vitest';
import { numberLook } from '../../data/cells/formats/numberLooks.ts';
import { timeLooks } from '../../data/cells/formats/timeLooks.ts';
import { upTo } from '../checks/snapshot.fixture.ts';
import type { NumberDecision, NumberMarks } from './numberEvidence.ts';
import { NumberEvidence, noMarks } from './numberEvidence.ts';
import type { TimeDecision } from './timeEvidence.ts';
import { TimeEvidence } from './timeEvidence.ts';

describe('whole numbers that are times by their range', () => {
  /** By a name that says nothing, and by one that says that it is a time. */
  const patterns = (...values: number[]): (string | undefined)[] =>
    ['x', 'created_at'].map((name) => {
      const evidence = new TimeEvidence();
      for (const value of values) evidence.number(value, 2);
      const found = evidence.byNumber(2 * values.length, name);
      return found === null ? undefined : `${found.pattern}${found.named ? '' : '?'}`;
    });
  const none = [undefined, undefined];

  it.each([
    ['epoch-seconds', 1],
    ['epoch-milliseconds', 1000],
    ['epoch-microseconds', 1e6],
    ['epoch-nanoseconds', 1e9],
  ])('are %s of 1990 to 2050', (pattern, scale) => {
    const [from, to] = [631_152_000 * scale, 2_524_608_000 * scale];
    const said = [`${pattern}?`, pattern];
    expect(patterns(from, to)).toEqual(said);
    expect(patterns(from * (1 - 1e-9) - 1)).not.toEqual(said);
    expect(patterns(to * (1 + 1e-9) + 1)).not.toEqual(said);
    // One of another kind is one too many.
    expect(patterns(from, 5)).toEqual(none);
  });

  it('are days of 1900 to 2100, by name or from five different ones on', () => {
    expect(patterns(20_240_229)).toEqual([undefined, 'YYYYMMDD']);
    expect(patterns(19_000_101, 21_001_231)).toEqual([undefined, 'YYYYMMDD']);
    expect(patterns(18_991_231)).toEqual(none);
    expect(patterns(21_010_101)).toEqual(none);
    expect(patterns(20_230_229)).toEqual(none);
    expect(patterns(20_231_301)).toEqual(none);
    const days = [20_240_101, 20_240_102, 20_240_103, 20_240_104, 20_240_105];
    expect(patterns(...days)).toEqual(['YYYYMMDD', 'YYYYMMDD']);
    expect(patterns(...days.slice(1))).toEqual([undefined, 'YYYYMMDD']);
    expect(patterns(...days.slice(1), 20_240_105)).toEqual([undefined, 'YYYYMMDD']);
  });

  it('are days with a time of day behind them', () => {
    const minutes = [undefined, 'YYYYMMDDHHmm'];
    expect(patterns(202_402_290_000, 202_402_292_359)).toEqual(minutes);
    expect(patterns(190_001_010_000)).toEqual(minutes);
    expect(patterns(202_402_292_400)).toEqual(none);
    expect(patterns(202_402_292_360)).toEqual(none);
    expect(patterns(202_302_290_000)).toEqual(none);
    const seconds = ['YYYYMMDDHHmmss', 'YYYYMMDDHHmmss'];
    expect(patterns(20_240_229_000_000, 20_240_229_235_959)).toEqual(seconds);
    expect(patterns(20_240_229_240_000)).toEqual(none);
    expect(patterns(20_240_229_236_000)).toEqual(none);
    expect(patterns(20_240_229_235_960)).toEqual(none);
  });

  it('may be days as spreadsheets count them, where the name says so', () => {
    const of = (...values: number[]): unknown =>
      ['x', 'created_at'].map((name) => {
        const evidence = new TimeEvidence();
        for (const value of values) evidence.perhapsDays(value, 3);
        return evidence.byNumber(3 * values.length, name);
      });
    const days = { pattern: 'spreadsheet-days', named: false };
    expect(of(20_000, 60_000, 45_000.5)).toEqual([null, days]);
    expect(of(19_999)).toEqual([null, null]);
    expect(of(60_001)).toEqual([null, null]);
    expect(of()).toEqual([null, null]);
  });

  it.each([
    'ts',
    'event_time',
    'Zeit',
    'createdAt',
    'paidOn',
    'Lieferdatum',
    'orderdate',
    'patient dob',
    'when-x',
  ])('are so by the name %s', (name) => {
    const evidence = new TimeEvidence();
    evidence.number(1_700_000_000, 1);
    expect(evidence.byNumber(1, name)).toEqual({ pattern: 'epoch-seconds', named: true });
  });

  it.each(['parts', 'sometimes', 'ton', 'reorderdate', 'adobe', 'what', 'estimate'])(
    'are not by the name %s',
    (name) => {
      const evidence = new TimeEvidence();
      evidence.number(1_700_000_000, 1);
      expect(evidence.byNumber(1, name)).toEqual({ pattern: 'epoch-seconds', named: false });
    },
  );

  it('are times of day where all of them are', () => {
    const evidence = new TimeEvidence();
    expect(evidence.ofDay(0)).toBeUndefined();
    evidence.timeOfDay('12:30', 2);
    evidence.timeOfDay('13:45', 1);
    expect([evidence.ofDay(3), evidence.ofDay(4)]).toEqual(['13:45', undefined]);
  });
});

describe('the pattern that reads the most times', () => {
  function deciding(
    words: Readonly<Record<string, number>>,
    declared: string | null = null,
    iso = 0,
  ): TimeDecision | null {
    const evidence = new TimeEvidence();
    for (const [word, rows] of Object.entries(words)) evidence.looks(word, timeLooks(word), rows);
    if (iso > 0) evidence.iso(iso);
    return evidence.decide(declared);
  }
  const pattern = (...given: Parameters<typeof deciding>): string | undefined =>
    deciding(...given)?.format?.pattern;

  it('is ISO 8601 where nothing else is there, and none without times', () => {
    expect(deciding({})).toBeNull();
    expect(deciding({}, null, 7)).toEqual({
      format: null,
      rows: 7,
      shown: '',
      rivals: [],
      odd: [],
      oddRows: 0,
    });
  });

  it('is one that a value proves; ISO 8601 is read as well', () => {
    expect(deciding({ '05/06/2024': 3, '25/06/2024': 1 }, null, 5)).toEqual({
      format: { pattern: 'DD/MM/YYYY' },
      rows: 9,
      shown: '25/06/2024',
      rivals: [],
      odd: [],
      oddRows: 0,
    });
    expect(pattern({ '05/06/2024': 3, '06/25/2024': 1 })).toBe('MM/DD/YYYY');
  });

  it('has rivals where no value tells, and shows what tells most', () => {
    const found = deciding({ '05/05/2024': 3, '05/06/2024': 1 })!;
    expect([...found.rivals].sort()).toEqual(['DD/MM/YYYY', 'MM/DD/YYYY']);
    expect(found.shown).toBe('05/06/2024');
    expect(deciding({ '05.06.2024': 3 })).toMatchObject({ format: { pattern: 'DD.MM.YYYY' }, rivals: [] });
    expect(deciding({ '05/06/2024': 3 }, 'MM/DD/YYYY')).toMatchObject({
      format: { pattern: 'MM/DD/YYYY' },
      rivals: [],
    });
  });

  it('leaves the fewer ones odd, with their rows', () => {
    expect(deciding({ '25/06/2024': 3, '06/26/2024': 2, '06/27/2024': 1 })).toMatchObject({
      format: { pattern: 'DD/MM/YYYY' },
      rows: 3,
      odd: [
        ['06/26/2024', 2],
        ['06/27/2024', 1],
      ],
      oddRows: 3,
    });
  });

  it('has the time of day, in brackets what only some have', () => {
    expect(pattern({ '25/06/2024 10:30': 1 })).toBe('DD/MM/YYYY HH:mm');
    expect(pattern({ '25/06/2024 10:30': 1, '25/06/2024 10:30:15': 1 })).toBe('DD/MM/YYYY HH:mm[:ss]');
    expect(pattern({ '25/06/2024 10:30': 1, '25/06/2024': 1 })).toBe('DD/MM/YYYY[ HH:mm]');
    expect(pattern({ '25/06/2024 10:30:15': 1, '25/06/2024 10:30:15.123': 1 })).toBe(
      'DD/MM/YYYY HH:mm:ss[.SSS]',
    );
    expect(pattern({ '25/06/2024 10:30:15,123': 1 })).toBe('DD/MM/YYYY HH:mm:ss,SSS');
    expect(pattern({ '25/06/2024 10.30.15': 1 })).toBe('DD/MM/YYYY HH.mm.ss');
    expect(deciding({ '25/06/2024 10:30': 3, '26/06/2024 10:30 PM': 1 })).toMatchObject({
      format: { pattern: 'DD/MM/YYYY HH:mm' },
      rows: 3,
      oddRows: 1,
    });
  });

  it('keeps twenty words of each look, and counts the rows of all', () => {
    const words = Object.fromEntries(upTo(25).map((at) => [`06/${at < 15 ? 13 : 14}/20${10 + at}`, 2]));
    const found = deciding({ '25/06/2024': 60, ...words })!;
    expect([found.odd.length, found.oddRows]).toEqual([20, 50]);
  });

  it('tells two hundred looks apart, and counts the rows of more', () => {
    const evidence = new TimeEvidence();
    const look = (at: number): void => evidence.looks(`w${at}`, [{ date: `D${at}`, clock: '' }], 1);
    upTo(200).forEach(look);
    evidence.looks('more', [{ date: 'D0', clock: '' }], 9);
    expect(evidence.decide(null)).toMatchObject({ rows: 10, oddRows: 199 });
    look(200);
    look(201);
    expect(evidence.decide(null)).toMatchObject({ rows: 10, oddRows: 201 });
  });
});

describe('the format that reads the most numbers', () => {
  interface Known {
    readonly mark?: '.' | ',' | null;
    readonly thousands?: NumberMarks['thousands'];
  }
  function judging(
    entries: readonly (readonly [string, number])[],
    { mark = null, thousands = null }: Known = {},
  ): NumberDecision | null {
    const evidence = new NumberEvidence();
    for (const [word, rows] of entries)
      if (/^[+-]?\d+(\.\d+)?$/.test(word)) evidence.plain(word, Number(word), /^[+-]?\d+$/.test(word), rows);
      else {
        const look = numberLook(word);
        if (look !== null) evidence.look(word, look, rows);
      }
    const rows = entries.reduce((sum, [, count]) => sum + count, 0);
    return evidence.decide(rows, { decimal: mark, thousands });
  }
  const deciding = (words: Readonly<Record<string, number>>, known?: Known) =>
    judging(Object.entries(words), known);
  /** Of words that each stand there once. */
  const decidingOnce = (words: readonly string[], known?: Known) =>
    judging(
      words.map((word) => [word, 1] as const),
      known,
    );

  it('is plain, with the range of all and the mark that is proven', () => {
    expect(decidingOnce([])).toBeNull();
    expect(deciding({ '12': 2, '-3': 1 })).toMatchObject({
      format: null,
      rows: 3,
      whole: true,
      minimum: -3,
      maximum: 12,
      proves: null,
      otherwise: null,
      bare: 0,
      affixes: [],
    });
    expect(deciding({ '12': 2, '1.25': 1 })).toMatchObject({ whole: false, minimum: 1.25, proves: '.' });
  });

  it('has a decimal comma where that reads all', () => {
    expect(decidingOnce(['1,25', '12'])).toMatchObject({
      format: { decimal: ',' },
      rows: 2,
      whole: false,
      minimum: 1.25,
      maximum: 12,
      proves: ',',
      otherwise: null,
      shown: '1,25',
    });
    expect(decidingOnce(['1.234,5', '12'])).toMatchObject({
      format: { decimal: ',', thousands: '.' },
      maximum: 1234.5,
    });
  });

  it('has the mark between thousands that greater amounts of the same file have', () => {
    const file = { mark: ',', thousands: '.' } as const;
    expect(decidingOnce(['1,25', '120,00'], file)?.format).toEqual({ decimal: ',', thousands: '.' });
    expect(decidingOnce(['5 €', '120 €'], file)?.format).toEqual({
      decimal: ',',
      thousands: '.',
      currency: '€',
    });
    // Plain numbers stay plain, and what is written otherwise stays so.
    expect(decidingOnce(['5', '120'], file)?.format).toBeNull();
    expect(decidingOnce(["1'250,5"], file)?.format).toEqual({ decimal: ',', thousands: "'" });
    expect(decidingOnce(['$1.25'], file)?.format).toEqual({ currency: '$' });
    expect(decidingOnce(['$1.25'], { mark: '.', thousands: ',' })?.format).toEqual({
      thousands: ',',
      currency: '$',
    });
  });

  it('asks of a point before three digits whether it stands between thousands', () => {
    expect(decidingOnce(['1.234', '2.500'])).toMatchObject({
      format: null,
      minimum: 1.234,
      maximum: 2.5,
      whole: false,
      otherwise: { decimal: ',', thousands: '.' },
      shown: '1.234',
    });
    expect(decidingOnce(['1.234', '2.500'], { mark: ',' })).toMatchObject({
      format: { decimal: ',', thousands: '.' },
      maximum: 2500,
      whole: true,
    });
    expect(decidingOnce(['1.234', '2.500'], { mark: '.' })).toMatchObject({ format: null, otherwise: null });
    // Beside a whole number of four digits the point is hardly one of thousands.
    expect(decidingOnce(['1.234', '1000'])).toMatchObject({ format: null, otherwise: null });
    expect(decidingOnce(['1.234', '999'])?.otherwise).not.toBeNull();
    expect(decidingOnce(['1.234', '-1000'])?.otherwise).toBeNull();
    expect(decidingOnce(['1.2345', '0.234'])).toMatchObject({ otherwise: null, proves: '.' });
  });

  it('asks the same of a comma', () => {
    expect(decidingOnce(['1,234'])).toMatchObject({
      format: { thousands: ',' },
      otherwise: { decimal: ',' },
    });
    expect(decidingOnce(['1,234', '1234'])).toMatchObject({
      format: { decimal: ',' },
      otherwise: { thousands: ',' },
    });
    expect(decidingOnce(['1,234'], { mark: ',' })?.format).toEqual({ decimal: ',' });
  });

  it('has the currency, unit or sign that most have; others are odd', () => {
    expect(deciding({ '5 €': 3, '6 $': 1, '7': 2 })).toMatchObject({
      format: { currency: '€' },
      rows: 5,
      bare: 2,
      affixes: ['€', '$'],
      odd: [['6 $', 1]],
      oddRows: 1,
    });
    expect(deciding({ '5 kg': 1, '6 kg': 1 })).toMatchObject({ format: { unit: 'kg' }, bare: 0 });
    expect(deciding({ '5 %': 1, '6': 1 })).toMatchObject({
      format: { percent: true },
      bare: 1,
      affixes: ['%'],
    });
  });

  it('has an unknown unit only where twenty rows, all of them, have it', () => {
    const of = (rows: number, bare = 0): unknown =>
      deciding({ '5 crates': rows, ...(bare === 0 ? {} : { '7': bare }) })?.format;
    expect(of(20)).toEqual({ unit: 'crate' });
    expect(of(19)).not.toEqual({ unit: 'crate' });
    expect(of(20, 1)).toBeNull();
  });

  it('has one letter for a unit where all rows have it', () => {
    expect(deciding({ '5 m': 2 })?.format).toEqual({ unit: 'm' });
    expect(deciding({ '5 m': 2, '12': 1 })?.format).toBeNull();
    expect(deciding({ '5 kg': 2, '12': 1 })?.format).toEqual({ unit: 'kg' });
  });

  it('has the sign of negative numbers that most have', () => {
    expect(deciding({ '(5)': 2, '6-': 2, '3': 1 })).toMatchObject({
      format: { negative: 'parentheses' },
      rows: 3,
    });
    expect(deciding({ '(5)': 1, '6-': 2 })?.format).toEqual({ negative: 'trailing-minus' });
    expect(deciding({ '−5': 1, '6': 2 })).toMatchObject({ format: { negative: 'minus-sign' }, minimum: -5 });
  });

  it('reads bounds as such', () => {
    expect(deciding({ '<5': 1, '6': 2 })?.format).toEqual({ censored: 'bound' });
  });

  it('shows the longest, and keeps twenty words of a look', () => {
    expect(decidingOnce(['1,5', '123,45', '2,5'])?.shown).toBe('123,45');
    const words = upTo(25).map((at) => `${at + 1} $`);
    const found = decidingOnce([...upTo(30).map((at) => `${at} €`), ...words])!;
    expect([found.odd.length, found.oddRows]).toEqual([20, 25]);
  });

  it('tells two hundred looks apart', () => {
    const evidence = new NumberEvidence();
    const look = numberLook('5 €')!;
    const add = (at: number): void => evidence.look('5', { ...look, currency: '', unit: `u${at}q` }, 1);
    evidence.look('5 €', look, 3);
    upTo(199).forEach(add);
    expect(evidence.decide(500, noMarks)?.oddRows).toBe(199);
    add(300);
    add(301);
    expect(evidence.decide(500, noMarks)?.oddRows).toBe(201);
  });
});
