import { describe, expect, it } from 'vitest';
import { cellParser } from '../parser.ts';
import type { ColumnSchema } from '../../schema.ts';
import type { TimeFormat } from './declared.ts';
import { englishMonths, isWeekday, monthOf } from './monthNames.ts';
import { compileTimePattern } from './timePattern.ts';
import { countedTimes, documentedTimes, timeWriting } from './timeWriting.ts';
import { zoneOf } from './zones.ts';

const read = (pattern: string, text: string): string | null => {
  const compiled = compileTimePattern(pattern);
  if (typeof compiled === 'string') throw new Error(compiled);
  const time = compiled.read(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};
const isPattern = (pattern: string): boolean => typeof compileTimePattern(pattern) !== 'string';

describe('names', () => {
  it.each([
    ['January', 'janv.', 'Jänner', 'enero', 'gennaio'],
    ['February', 'févr.', 'febrero', 'fevereiro', 'feb'],
    ['March', 'März', 'mars', 'Mrz', 'maart'],
    ['April', 'avril', 'abr', 'aprile'],
    ['May', 'Mai', 'maggio', 'mei'],
    ['June', 'juin', 'giugno', 'junho'],
    ['July', 'juillet', 'luglio', 'julho'],
    ['August', 'août', 'agosto', 'aug'],
    ['September', 'sept.', 'settembre', 'set'],
    ['October', 'Okt', 'ottobre', 'outubro'],
    ['November', 'nov', 'noviembre'],
    ['December', 'Dez.', 'décembre', 'DIC'],
  ])('of the month %s', (...names) => {
    const months = new Set(names.map(monthOf));
    expect([...months]).toHaveLength(1);
    expect(englishMonths([[...months][0]!]).split('|')[0]).toBe(names[0]);
  });

  it('of none are undefined, and short where the long one is longer', () => {
    expect(['', 'foo', 'ja', 'monday', 'jan feb'].map(monthOf)).toEqual(Array(5).fill(undefined));
    expect(englishMonths([4, 5, 6])).toBe('April|Apr|May|June|Jun');
    expect([monthOf('January'), monthOf('december')]).toEqual([1, 12]);
  });

  it('of days are those of seven languages', () => {
    const days = ['Monday', 'mardi', 'Mi.', 'jueves', 'Freitag', 'sábado', 'zondag', 'Sun', 'DO'];
    expect(days.filter((each) => !isWeekday(each))).toEqual([]);
    expect(['', 'day', 'may', 'x'].filter(isWeekday)).toEqual([]);
  });
});

describe('a pattern', () => {
  it.each([
    ['YYYY WW', false],
    ['GGGG', false],
    ["GGGG-'W'WW", true],
    ['YY-MM-DD', true],
    ['MM-DD', false],
    ['YYYY MMM DD', true],
    ['YYYY DD', false],
    ['YYYY DDDD', true],
    ['YYYY-MM-DD hh:mm', false],
    ['YYYY-MM-DD HH:mm A', false],
    ['YYYY-MM-DD hh:mm A', true],
    ['YYYY-MM-DD mm', false],
    ['YYYY-MM-DD HH:mm', true],
    ['YYYY-D-M', false],
    ['YYYY-DD-MM', false],
    ['YYYY.DD.MM', true],
    ['YYYY YYYY', false],
    ['YYYY MM MMM', true],
    ['YYYY[ MM', false],
    ['YYYY MM]', false],
    ['YYYY[[ MM]]', true],
    ["YYYY 'x'", true],
    ["YYYY ''", true],
    ["YYYY 'x", false],
    ['YYYY x', false],
    ['YYYY é', false],
    ['YYYY_MM', true],
    ['YYYYTMM', true],
  ])('%s is one: %s', (pattern, is) => {
    expect(isPattern(pattern)).toBe(is);
  });

  it.each([
    ['D.M.YYYY', '1.2.2024', '2024-02-01'],
    ['D.M.YYYY', '01.02.2024', '2024-02-01'],
    ['D.M.YYYY', '001.2.2024', null],
    ['Do MMM YYYY', '1st May 2024', '2024-05-01'],
    ['Do MMM YYYY', '1 May 2024', null],
    ['Do MMM YYYY', '1th May 2024', '2024-05-01'],
    ['DD.MM.YYYY', '31.04.2024', null],
    ['DD.MM.YYYY', '30.04.2024', '2024-04-30'],
    ['DD.MM.YYYY', '00.04.2024', null],
    ['DD.MM.YYYY', '01.00.2024', null],
    ['DD.MM.YYYY', '01.13.2024', null],
    ['DD.MM.YYYY', 'x01.12.2024', null],
    ['DD.MM.YYYY', '01.12.2024x', null],
    ['DD.MM.YYYY', '01x12.2024', null],
    ['YYYYMMDD', '20240101', '2024-01-01'],
    ['YYYYMMDD', '2024111', null],
    ['YYYY', '2024', '2024-01-01'],
    ['YYYY DDDD', '2024 000', null],
    ['YYYY DDDD', '2024 001', '2024-01-01'],
    ['YYYY DDDD', '2023 365', '2023-12-31'],
    ['YYYY DDDD', '2023 366', null],
    ["GGGG'W'WW", '2024W00', null],
    ["GGGG'W'WW", '2024W01', '2024-01-01'],
    ["GGGG'W'WW", '2024W52', '2024-12-23'],
    ["GGGG'W'WW", '2024W53', null],
    ["GGGG'W'WW", '2020W53', '2020-12-28'],
    ["GGGG'W'WW-E", '2020W01-1', '2019-12-30'],
    ["GGGG'W'WW-E", '2020W01-7', '2020-01-05'],
    ["GGGG'W'WW-E", '1969W01-1', '1968-12-30'],
    ["GGGG'W'WW-E", '1961W01-1', '1961-01-02'],
    ['EEE DD.MM.YYYY', 'Mo 01.12.2024', '2024-12-01'],
    ['EEE DD.MM.YYYY', 'Xy 01.12.2024', null],
    ['DD.MM.YY', '01.01.68', '2068-01-01'],
    ['DD.MM.YY', '01.01.69', '1969-01-01'],
    ['YYYY MM DD', '2024\u00a001  02', '2024-01-02'],
    ["DD' de 'MMM' de 'YYYY", '5 de mayo de 2024', '2024-05-05'],
    ['YYYY+MM', '2024+05', '2024-05-01'],
    ['YYYY+MM', '20244405', null],
    ['YYYY[.MM[.DD]]', '2024', '2024-01-01'],
    ['YYYY[.MM[.DD]]', '2024.03', '2024-03-01'],
    ['YYYY[.MM[.DD]]', '2024.03.04', '2024-03-04'],
  ])('%s reads %s as %s', (pattern, text, day) => {
    expect(read(pattern, text)).toBe(day === null ? null : `${day}T00:00:00.000Z`);
  });

  it.each([
    ['HH:mm', '00:00', '00:00:00.000'],
    ['HH:mm', '23:59', '23:59:00.000'],
    ['HH:mm', '24:00', null],
    ['HH:mm', '23:60', null],
    ['HH:mm', '23:5', null],
    ['H:mm', '7:05', '07:05:00.000'],
    ['HH:mm:ss', '23:59:59', '23:59:59.000'],
    ['HH:mm:ss', '23:59:60', null],
    ['HH:mm:ss.SSS', '01:02:03.4', '01:02:03.400'],
    ['HH:mm:ss.SSS', '01:02:03.045678901', '01:02:03.045'],
    ['HH:mm:ss.SSS', '01:02:03.0456789012', null],
    ['h:mm A', '12:00 AM', '00:00:00.000'],
    ['h:mm A', '12:00 pm', '12:00:00.000'],
    ['h:mm A', '1:00 P.M.', '13:00:00.000'],
    ['h:mm A', '11:59 PM', '23:59:00.000'],
    ['h:mm A', '0:30 AM', null],
    ['h:mm A', '13:00 AM', null],
    ['HH', '05', '05:00:00.000'],
  ])('of a time of day, %s reads %s as %s', (pattern, text, clock) => {
    expect(read(`YYYY/MM/DD ${pattern}`, `2024/01/02 ${text}`)).toBe(
      clock === null ? null : `2024-01-02T${clock}Z`,
    );
  });

  it.each([
    ...(['Z', 'UTC', 'GMT', 'WET'] as const).map((name) => [name, 0] as const),
    ...(['WEST', 'CET', 'MEZ'] as const).map((name) => [name, 60] as const),
    ...(['CEST', 'MESZ', 'EET'] as const).map((name) => [name, 120] as const),
    ['EEST', 180],
    ['EST', -300],
    ['EDT', -240],
    ['MST', -420],
    ['MDT', -360],
    ['PST', -480],
    ['PDT', -420],
    ['JST', 540],
    ['+05', 300],
    ['-0530', -330],
    ['+23:59', 1439],
  ] as const)('reads the zone %s as %d minutes east', (zone, minutes) => {
    const time = read('YYYY/MM/DD HH:mm Z', `2024/01/02 12:00 ${zone}`);
    expect(Date.parse(time!)).toBe(Date.UTC(2024, 0, 2, 12) - minutes * 60_000);
  });

  it('reads no other zone', () => {
    for (const zone of ['XST', '+24:00', '+1', 'cet'])
      expect(read('YYYY/MM/DD HH:mm Z', `2024/01/02 12:00 ${zone}`)).toBeNull();
  });

  it('documents the days that every year has', () => {
    const { documented } = compileTimePattern('DD.MM.YYYY') as Exclude<
      ReturnType<typeof compileTimePattern>,
      string
    >;
    const shape = new RegExp(`^${documented}$`);
    const two = (value: number): string => String(value).padStart(2, '0');
    for (let month = 0; month <= 13; month += 1)
      for (let day = 0; day <= 32; day += 1) {
        const text = `${two(day)}.${two(month)}.2023`;
        expect([text, shape.test(text)]).toEqual([text, read('DD.MM.YYYY', text) !== null]);
      }
  });

  it.each([
    [
      "GGGG-'W'WW-E",
      ['2024-W01-1', '2024-W52-7', '2024-W39-1'],
      ['2024-W00-1', '2024-W53-1', '2024-W01-0', '2024-W01-8'],
    ],
    [
      'YYYY-DDDD',
      ['2023-001', '2023-099', '2023-299', '2023-359', '2023-365'],
      ['2023-000', '2023-366', '2023-370'],
    ],
    ['YYYY/MM', ['2023/01', '2023/12'], ['2023/00', '2023/13']],
    [
      'DD MMM YYYY',
      ['31 Dec 2023', '30 April 2023', '28 Feb 2023'],
      ['31 Apr 2023', '29 Feb 2023', '1 Dec 2023'],
    ],
    ['Do MMM YYYY', ['04th May 2023'], ['04 May 2023']],
    ['EEE YYYY', ['Mon 2023', 'Sun 2023'], ['Foo 2023']],
    ['YY MM DD', ['23 01 31'], ['2023 01 31']],
    [
      'YYYY/MM/DD HH:mm:ss.SSS',
      ['2023/01/31 23:59:59.999'],
      ['2023/01/31 24:00:00.0', '2023/01/31 23:60:00.0'],
    ],
    [
      'YYYY/MM/DD hh:mm A',
      ['2023/01/31 12:00 PM', '2023/01/31 01:00 AM'],
      ['2023/01/31 13:00 PM', '2023/01/31 00:00 AM'],
    ],
    [
      'YYYY/MM/DD HH:mmZ',
      ['2023/01/31 10:00Z', '2023/01/31 10:00+23:59'],
      ['2023/01/31 10:00+24:00', '2023/01/31 10:00'],
    ],
    ['YYYY/MM/DD HH:mm ZZ', ['2023/01/31 10:00 UTC'], ['2023/01/31 10:00 Mars']],
  ])('%s documents some texts and not others', (pattern, some, others) => {
    const shape = new RegExp(`^${documentedTimes({ pattern }).written!}$`);
    expect(some.filter((text) => !shape.test(text))).toEqual([]);
    expect(some.filter((text) => read(pattern, text) === null)).toEqual([]);
    expect(others.filter((text) => shape.test(text))).toEqual([]);
  });

  it('documents local times by day only, in years whose rules are known', () => {
    const documented = (pattern: string, zone: string): RegExp =>
      new RegExp(`^${documentedTimes({ pattern, zone }).written!}$`);
    const shape = documented('DD.MM.YYYY HH:mm', 'Europe/Berlin');
    const fits = (text: string): boolean => shape.test(text);
    expect(['01.01.2020 05:00', '01.01.2099 19:59', '01.01.2050 10:00'].every(fits)).toBe(true);
    expect(['01.01.2019 05:00', '01.01.2100 05:00', '01.01.2020 04:59', '01.01.2020 20:00'].some(fits)).toBe(
      false,
    );
    const anyZone = compileTimePattern('YYYY HH:mm');
    expect(
      typeof anyZone === 'string' ? anyZone : new RegExp(`^${anyZone.documented}$`).test('1950 04:00'),
    ).toBe(true);
    const half = documented('DD.MM.YYYY hh:mm A', 'Europe/Berlin');
    expect(['05', '09', '10'].every((hour) => half.test(`01.01.2020 ${hour}:00 AM`))).toBe(true);
    expect(['04', '11', '12'].some((hour) => half.test(`01.01.2020 ${hour}:00 AM`))).toBe(false);
    expect(documented('DD.MM.YYYY HH:mm', '+02:00').test('01.01.1950 04:00')).toBe(true);
    expect([
      documentedTimes({ pattern: 'ISO', zone: 'Europe/Berlin' }),
      documentedTimes({ pattern: 'ISO' }),
      documentedTimes({ pattern: 'epoch-seconds', zone: '+01:00' }),
      documentedTimes({ pattern: 'no pattern' }),
    ]).toEqual([
      { written: undefined, iso: 'zoned' },
      { written: undefined, iso: 'any' },
      { written: undefined, iso: 'any' },
      { written: undefined, iso: 'any' },
    ]);
  });
});

const column = (timeFormat: TimeFormat, overrides: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name: 'when',
  kind: 'time',
  type: 'string',
  nullable: true,
  required: true,
  closed: false,
  timeFormat,
  ...overrides,
});

describe('times that are counted', () => {
  it.each([
    ['epoch-seconds', '1704067200', 1_704_067_200_000],
    ['epoch-seconds', '-1', -1000],
    ['epoch-milliseconds', '1704067200001', 1_704_067_200_001],
    ['epoch-microseconds', '1704067200001499', 1_704_067_200_001],
    ['epoch-nanoseconds', '1704067200001600000', 1_704_067_200_002],
    ['spreadsheet-days', '61', Date.UTC(1900, 2, 1)],
    ['spreadsheet-days', '60.9', Number.NaN],
    ['spreadsheet-days', '2958465', Date.UTC(9999, 11, 31)],
    ['spreadsheet-days', '2958465.1', Number.NaN],
  ])('%s: %s', (pattern, text, time) => {
    const writing = timeWriting({ pattern });
    expect(typeof writing === 'string' ? writing : writing(text)).toBe(time);
    expect(cellParser(column({ pattern }), { missing: [''] }).json(Number(text))).toEqual(
      Number.isNaN(time) ? { issue: expect.stringContaining('spreadsheets') as string } : time,
    );
  });

  it('have borders that a date holds', () => {
    for (const pattern of ['epoch-seconds', 'epoch-milliseconds'])
      expect(countedTimes({ pattern })).toMatchObject({ from: 0, minimum: -8.64e12, maximum: 8.64e12 });
    expect(countedTimes({ pattern: 'epoch-microseconds' })).toMatchObject({
      minimum: -8.64e15,
      maximum: 8.64e15,
    });
    expect(countedTimes({ pattern: 'epoch-nanoseconds' })).toMatchObject({
      minimum: -8.64e18,
      maximum: 8.64e18,
    });
    expect(countedTimes({ pattern: 'spreadsheet-days' })).toMatchObject({ minimum: 61, maximum: 2_958_465 });
    expect(countedTimes({ pattern: 'toString' })).toBeUndefined();
    const seconds = cellParser(column({ pattern: 'epoch-seconds' }), { missing: [''] });
    expect([seconds.json(8.64e12), seconds.json(-8.64e12)]).toEqual([8.64e15, -8.64e15]);
    expect(seconds.json(8.64e12 + 1)).toHaveProperty('issue');
  });
});

describe('a column of times', () => {
  const json = (timeFormat: TimeFormat, value: unknown): unknown =>
    cellParser(column(timeFormat), { missing: [''] }).json(value);

  it('takes JSON numbers where its texts are digits alone, and texts always', () => {
    expect(json({ pattern: 'YYYYMMDD' }, 20_240_131)).toBe(Date.UTC(2024, 0, 31));
    expect(json({ pattern: 'DD.MM.YYYY' }, 20_240_131)).toHaveProperty('issue');
    expect(json({ pattern: 'YYYYMMDD' }, '20240131')).toBe(Date.UTC(2024, 0, 31));
    expect(json({ pattern: 'YYYYMMDD' }, true)).toHaveProperty('issue');
  });

  it('says what a text should be, and why a local time is none', () => {
    const berlin = { pattern: 'DD.MM.YYYY HH:mm', zone: 'Europe/Berlin' };
    expect(json(berlin, 'x')).toEqual({
      issue: 'expected a time as DD.MM.YYYY HH:mm, got the text "x"',
    });
    expect(json({ pattern: 'epoch-seconds' }, 'x')).toEqual({
      issue: 'expected a time as seconds since 1970, got the text "x"',
    });
    expect(json(berlin, '31.03.2024 02:30')).toHaveProperty('issue', expect.stringContaining('set forward'));
    expect(json(berlin, '27.10.2024 02:30')).toHaveProperty('issue', expect.stringContaining('set back'));
    expect(json({ pattern: berlin.pattern, zone: '+01:00' }, '31.03.2024 02:30')).toBe(
      Date.UTC(2024, 2, 31, 1, 30),
    );
  });

  it('with a format that is none reads ISO 8601', () => {
    expect(json({ pattern: 'no pattern' }, '2024-01-31')).toBe(Date.UTC(2024, 0, 31));
    expect(json({ pattern: 'ISO', zone: 'Mars' }, '2024-01-31T10:00')).toBe(Date.UTC(2024, 0, 31, 10));
  });
});

describe('zones', () => {
  const east = (name: string, ...local: Parameters<typeof Date.UTC>): number => {
    const time = Date.UTC(...local);
    return (time - zoneOf(name, 'first')!.toUtc(time)) / 60_000;
  };

  it('are names of the database, or offsets', () => {
    for (const name of [
      'Z',
      '+02',
      '-0530',
      '+02:00',
      'UTC',
      'Europe/Berlin',
      'Etc/GMT+5',
      'America/Argentina/Buenos_Aires',
    ])
      expect([name, zoneOf(name, null)]).toEqual([name, expect.any(Object)]);
    for (const name of [
      '',
      'x',
      'europe/berlin',
      'Europe/',
      'Europe/Nowhere',
      '+25:00',
      'Europe Berlin',
      '/Europe',
    ])
      expect([name, zoneOf(name, null)]).toEqual([name, null]);
    expect([zoneOf('+02:00', null)?.fixed, zoneOf('Europe/Berlin', null)?.fixed]).toEqual([true, false]);
  });

  it('have the clock of their day', () => {
    expect(east('+02:00', 2024, 0, 1)).toBe(120);
    expect([east('Europe/Berlin', 2024, 0, 1, 12), east('Europe/Berlin', 2024, 6, 1, 12)]).toEqual([60, 120]);
    expect([
      east('Australia/Lord_Howe', 2024, 0, 1, 12),
      east('Australia/Lord_Howe', 2024, 6, 1, 12),
    ]).toEqual([660, 630]);
    // The last year whose rules are asked for is 2200; later ones go on as it ends.
    expect([east('Europe/Berlin', 2200, 6, 1, 12), east('Europe/Berlin', 2201, 6, 1, 12)]).toEqual([120, 60]);
  });

  it('are changed to the second', () => {
    const berlin = zoneOf('Europe/Berlin', null)!;
    expect(berlin.toUtc(Date.UTC(2024, 2, 31, 1, 59, 59))).toBe(Date.UTC(2024, 2, 31, 0, 59, 59));
    expect(berlin.toUtc(Date.UTC(2024, 2, 31, 2))).toBeNaN();
    expect(berlin.toUtc(Date.UTC(2024, 2, 31, 2, 59, 59))).toBeNaN();
    expect(berlin.toUtc(Date.UTC(2024, 2, 31, 3))).toBe(Date.UTC(2024, 2, 31, 1));
    expect(berlin.toUtc(Date.UTC(2024, 9, 27, 1, 59, 59))).toBe(Date.UTC(2024, 9, 26, 23, 59, 59));
    expect(berlin.toUtc(Date.UTC(2024, 9, 27, 2))).toBeNaN();
    expect(berlin.toUtc(Date.UTC(2024, 9, 27, 3))).toBe(Date.UTC(2024, 9, 27, 2));
    expect(berlin.toUtc(Number.NaN)).toBeNaN();
  });

  it('say what is wrong with a local time', () => {
    const berlin = zoneOf('Europe/Berlin', null)!;
    expect(berlin.fault(Date.UTC(2024, 2, 31, 2, 30))).toBe('skipped');
    expect(berlin.fault(Date.UTC(2024, 9, 27, 2, 30))).toBe('twice');
    expect(berlin.fault(Date.UTC(2024, 6, 1, 2, 30))).toBeNull();
    for (const overlap of ['first', 'second'] as const)
      expect(zoneOf('Europe/Berlin', overlap)!.fault(Date.UTC(2024, 9, 27, 2, 30))).toBeNull();
    expect(zoneOf('+01:00', null)!.fault(Date.UTC(2024, 2, 31, 2, 30))).toBeNull();
    // Midnights that were skipped and that came twice.
    expect(zoneOf('America/Sao_Paulo', null)!.fault(Date.UTC(2018, 10, 4))).toBeNull();
    expect(zoneOf('America/Havana', null)!.fault(Date.UTC(2023, 10, 5))).toBeNull();
    expect(zoneOf('America/Havana', 'second')!.toUtc(Date.UTC(2023, 10, 5))).toBe(Date.UTC(2023, 10, 5, 5));
  });
});
