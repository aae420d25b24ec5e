import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../../schema.ts';
import { cellParser } from '../parser.ts';
import type { TimeFormat } from './declared.ts';
import { compileTimePattern } from './timePattern.ts';
import { documentedTimes, timeWriting } from './timeWriting.ts';

const read = (pattern: string, text: string, zone?: string): string | null => {
  const writing = timeWriting({ pattern, ...(zone === undefined ? {} : { zone }) });
  if (typeof writing === 'string') throw new Error(writing);
  const time = writing(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};

const column = (timeFormat: TimeFormat): ColumnSchema => ({
  name: 'when',
  kind: 'time',
  type: 'string',
  nullable: false,
  required: true,
  closed: false,
  timeFormat,
});

describe('times by a pattern', () => {
  it.each([
    ['DD.MM.YYYY', '01.02.2024', '2024-02-01T00:00:00.000Z'],
    ['DD.MM.YYYY', '1.2.2024', '2024-02-01T00:00:00.000Z'],
    ['DD/MM/YYYY', '29/02/2024', '2024-02-29T00:00:00.000Z'],
    ['DD/MM/YYYY', '29/02/2023', null],
    ['MM/DD/YYYY HH:mm', '01/31/2024 23:59', '2024-01-31T23:59:00.000Z'],
    ['MM/DD/YYYY hh:mm A', '1/31/2024 12:05 AM', '2024-01-31T00:05:00.000Z'],
    ['MM/DD/YYYY hh:mm:ss A', '1/31/2024 12:05:09 p.m.', '2024-01-31T12:05:09.000Z'],
    ['MM/DD/YYYY hh:mm A', '1/31/2024 13:05 PM', null],
    ['DD.MM.YY', '31.12.68', '2068-12-31T00:00:00.000Z'],
    ['DD.MM.YY', '31.12.69', '1969-12-31T00:00:00.000Z'],
    ['DD.MM.YYYY[ HH:mm[:ss]]', '31.12.2024', '2024-12-31T00:00:00.000Z'],
    ['DD.MM.YYYY[ HH:mm[:ss]]', '31.12.2024 10:00:01', '2024-12-31T10:00:01.000Z'],
    ['DD MMM YYYY', '5 Feb 2024', '2024-02-05T00:00:00.000Z'],
    ['DD MMM YYYY', '5 févr. 2024', '2024-02-05T00:00:00.000Z'],
    ['DD. MMM YYYY', '5. März 2024', '2024-03-05T00:00:00.000Z'],
    ['MMM DD, YYYY', 'December 5, 2024', '2024-12-05T00:00:00.000Z'],
    ['DD MMM YYYY', '5 Foo 2024', null],
    ['EEE, DD MMM YYYY HH:mm:ss Z', 'Mon, 05 Feb 2024 10:00:00 +0100', '2024-02-05T09:00:00.000Z'],
    ['EEE MMM DD HH:mm:ss Z YYYY', 'Mon Feb  5 10:00:00 UTC 2024', '2024-02-05T10:00:00.000Z'],
    ['YYYYMMDD', '20240229', '2024-02-29T00:00:00.000Z'],
    ['YYYYMMDD', '2024229', null],
    ["YYYYMMDD'T'HHmmssZ", '20240229T101500Z', '2024-02-29T10:15:00.000Z'],
    ['YYYY-DDDD', '2024-366', '2024-12-31T00:00:00.000Z'],
    ['YYYY-DDDD', '2023-366', null],
    ["GGGG-'W'WW-E", '2024-W01-1', '2024-01-01T00:00:00.000Z'],
    ["GGGG-'W'WW-E", '2020-W53-7', '2021-01-03T00:00:00.000Z'],
    ["GGGG-'W'WW-E", '2021-W53-1', null],
    ['YYYY-MM', '2024-07', '2024-07-01T00:00:00.000Z'],
    ['YYYY/MM/DD HH:mm:ss.SSS', '2024/01/02 03:04:05.123456', '2024-01-02T03:04:05.123Z'],
    ['epoch-seconds', '1704067200', '2024-01-01T00:00:00.000Z'],
    ['epoch-seconds', '1704067200.5', '2024-01-01T00:00:00.500Z'],
    ['epoch-milliseconds', '1704067200001', '2024-01-01T00:00:00.001Z'],
    ['epoch-seconds', 'abc', null],
    ['spreadsheet-days', '45123', '2023-07-16T00:00:00.000Z'],
    ['spreadsheet-days', '45123.75', '2023-07-16T18:00:00.000Z'],
    ['spreadsheet-days', '61', '1900-03-01T00:00:00.000Z'],
    ['spreadsheet-days', '60', null],
    ['spreadsheet-days', '2958465', '9999-12-31T00:00:00.000Z'],
    ['spreadsheet-days', '2958466', null],
    ['spreadsheet-days', '2023-07-16', '2023-07-16T00:00:00.000Z'],
    ['YYYY-MM-DD HH:mm ZZ', '2024-03-01 10:00 Europe/Berlin', '2024-03-01T09:00:00.000Z'],
    ['YYYY-MM-DD HH:mm ZZ', '2024-07-01 10:00 America/New_York', '2024-07-01T14:00:00.000Z'],
    ['YYYY-MM-DD HH:mm ZZ', '2024-07-01 10:00 America/Argentina/Buenos_Aires', '2024-07-01T13:00:00.000Z'],
    ['YYYY-MM-DD HH:mm ZZ', '2024-07-01 10:00 UTC', '2024-07-01T10:00:00.000Z'],
    ['YYYY-MM-DD HH:mm ZZ', '2024-07-01 10:00 Europe/Nowhere', null],
    ["YYYY-MM-DDTHH:mmZ'['ZZ']'", '2024-07-01T10:00+02:00[Europe/Berlin]', '2024-07-01T08:00:00.000Z'],
    // ISO 8601 is read besides
    ['DD.MM.YYYY', '2024-02-01', '2024-02-01T00:00:00.000Z'],
    ['epoch-seconds', '2024-02-01T00:00:00.000Z', '2024-02-01T00:00:00.000Z'],
  ])('%s: %s is %s', (pattern, text, iso) => {
    expect(read(pattern, text)).toBe(iso);
  });

  it('are of the declared zone where they name none', () => {
    expect(read('DD.MM.YYYY HH:mm', '01.02.2024 10:00', '+02:00')).toBe('2024-02-01T08:00:00.000Z');
    expect(read('DD.MM.YYYY HH:mm', '2024-02-01 10:00', '+02:00')).toBe('2024-02-01T08:00:00.000Z');
    expect(read('DD.MM.YYYY HH:mm', '2024-02-01T10:00:00.000Z', '+02:00')).toBe('2024-02-01T10:00:00.000Z');
    expect(read('DD.MM.YYYY HH:mmZ', '01.02.2024 10:00+01:00', '+02:00')).toBe('2024-02-01T09:00:00.000Z');
    expect(read('ISO', '2024-02-01 10:00', '-05:00')).toBe('2024-02-01T15:00:00.000Z');
    expect(read('ISO', '2024-02-01', '-05:00')).toBe('2024-02-01T05:00:00.000Z');
    expect(timeWriting({ pattern: 'ISO', zone: 'Mars/Olympus' })).toContain(
      'the zone "Mars/Olympus" is none',
    );
  });

  it('have their years of two digits in the hundred years that are declared', () => {
    const year = (text: string, yearsFrom: number): number => {
      const writing = timeWriting({ pattern: 'DD.MM.YY', yearsFrom });
      return typeof writing === 'string' ? Number.NaN : new Date(writing(text)).getUTCFullYear();
    };
    expect([year('01.01.30', 1930), year('01.01.29', 1930), year('01.01.99', 1930)]).toEqual([
      1930, 2029, 1999,
    ]);
    expect([year('01.01.00', 2000), year('01.01.99', 2000), year('01.01.45', 1910)]).toEqual([
      2000, 2099, 1945,
    ]);
  });

  it.each([
    ['DD.MM', 'it has no year (YYYY or YY)'],
    ['YYYY DD', 'it has a day (DD), but no month (MM or MMM)'],
    ['YYYY-MM-DD hh:mm', 'hh and A (AM or PM) go together'],
    ['YYYY-MM-DD MM', 'it has two tokens for the month'],
    ['YYYY-DD-MM', 'year, day, month is no order that is read'],
    ['YYYY-MM-DD[ HH:mm', 'a bracket is not closed'],
    [']YYYY[', 'a bracket is closed that was not opened'],
    ['YYYY]MM[', 'a bracket is closed that was not opened'],
    ["YYYY'x", 'a quote is not closed'],
    ['YYYY-MM-DD at HH:mm', '"a" is no token; write letters that stand there as they are in single quotes'],
    ['GGGG', 'a week needs GGGG and WW'],
    ['YYYY:mm', 'it has minutes, but no hours (HH)'],
  ])('%s is no pattern: %s', (pattern, fault) => {
    expect(compileTimePattern(pattern)).toBe(fault);
  });

  const patterns = [
    'DD.MM.YYYY',
    'MM/DD/YY hh:mm A',
    'DD MMM YYYY[ HH:mm[:ss]]',
    'EEE, MMM DD YYYY',
    'YYYYMMDD',
    'YYYY-MM-DDTHH:mm:ss.SSSZ',
    "GGGG-'W'WW-E",
    'YYYY-DDDD',
    'YYYY-MM',
    'YYYY-MM-DD HH:mm ZZ',
  ];

  it.each(patterns)('of which some are documented: those of %s are read', (pattern) => {
    const written = fc.stringMatching(new RegExp(`^${documentedTimes({ pattern }).written!}$`));
    fc.assert(
      fc.property(written, (text) => {
        expect([text, read(pattern, text)]).toEqual([text, expect.any(String)]);
      }),
      { numRuns: 60 },
    );
  });

  it('read what is written down as ISO 8601 as the time that it is, whatever the pattern and zone', () => {
    const zones = fc.constantFrom('Z', '+02:00', '-11:30', 'Europe/Berlin', 'Pacific/Apia');
    fc.assert(
      fc.property(
        fc.constantFrom(...patterns),
        zones,
        fc.date({ noInvalidDate: true }),
        (pattern, zone, date) => {
          expect(read(pattern, date.toISOString(), zone)).toBe(date.toISOString());
        },
      ),
    );
  });
});

describe('times of a zone whose clocks are changed', () => {
  const berlin = { pattern: 'DD.MM.YYYY HH:mm', zone: 'Europe/Berlin' } as const;
  const at = (text: string, format: TimeFormat = berlin): string => {
    const outcome = cellParser(column(format), { missing: [''] }).text(text);
    return typeof outcome === 'number' ? new Date(outcome).toISOString() : JSON.stringify(outcome);
  };

  it('are an hour apart in summer and winter, from both sides of the change', () => {
    expect(at('31.03.2024 01:59')).toBe('2024-03-31T00:59:00.000Z');
    expect(at('31.03.2024 03:00')).toBe('2024-03-31T01:00:00.000Z');
    expect(at('27.10.2024 01:59')).toBe('2024-10-26T23:59:00.000Z');
    expect(at('27.10.2024 03:00')).toBe('2024-10-27T02:00:00.000Z');
    expect(at('2024-07-01 12:00')).toBe('2024-07-01T10:00:00.000Z');
    expect(at('2024-07-01 12:00+00:00')).toBe('2024-07-01T12:00:00.000Z');
  });

  it('that were skipped are refused, and those that came twice unless somebody says which', () => {
    expect(at('31.03.2024 02:30')).toContain('a time that no clock in Europe/Berlin showed');
    expect(at('27.10.2024 02:30')).toContain('showed twice');
    expect(at('27.10.2024 02:30', { ...berlin, overlap: 'first' })).toBe('2024-10-27T00:30:00.000Z');
    expect(at('27.10.2024 02:30', { ...berlin, overlap: 'second' })).toBe('2024-10-27T01:30:00.000Z');
    expect(at('31.02.2024 02:30')).not.toContain('clock');
  });

  it('are a day that begins, also where its midnight was skipped or came twice', () => {
    const day = (zone: string): TimeFormat => ({ pattern: 'DD.MM.YYYY', zone });
    // São Paulo went from 00:00 to 01:00, Havana from 01:00 back to 00:00.
    expect(at('04.11.2018', day('America/Sao_Paulo'))).toBe('2018-11-04T03:00:00.000Z');
    expect(at('05.11.2023', day('America/Havana'))).toBe('2023-11-05T04:00:00.000Z');
  });

  it('give back the local time that the clocks of the platform show', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('1950-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
        (zone, date) => {
          const written = new Intl.DateTimeFormat('sv-SE', {
            timeZone: zone,
            dateStyle: 'short',
            timeStyle: 'medium',
          });
          const local = written.format(date);
          const writing = timeWriting({ pattern: 'ISO', zone, overlap: 'first' });
          const read = typeof writing === 'string' ? Number.NaN : writing(local);
          expect([local, written.format(read)]).toEqual([local, local]);
        },
      ),
    );
  });
});
