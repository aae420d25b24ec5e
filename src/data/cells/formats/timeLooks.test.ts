import { describe, expect, it } from 'vitest';
import { isTimeOfDay, timeLooks } from './timeLooks.ts';

const looks = (word: string): readonly string[] => timeLooks(word).map(({ date, clock }) => date + clock);

describe('a date', () => {
  it.each([
    ['5.6.24', ['DD.MM.YY', 'MM.DD.YY']],
    ['31.6.24', ['YY.MM.DD']],
    ['31.12.24', ['DD.MM.YY', 'YY.MM.DD']],
    ['24-12-31', ['DD-MM-YY', 'YY-MM-DD']],
    ['05. 06. 2024', ['DD. MM. YYYY', 'MM. DD. YYYY']],
    ['31.12/2024', []],
    ['131.12.2024', []],
    ['31.12.20245', []],
    ['31.12.202', []],
    ['2024.1.31', ['YYYY.MM.DD']],
    ['2024-01/31', []],
    ['2024131', []],
    ['2024-1-32', []],
    ['x2024-1-5', []],
    ['2024-1-5x', []],
    ['2024/07', ['YYYY/MM']],
    ['2024.07', ['YYYY.MM']],
    ['07.2024', ['MM.YYYY']],
    ['07-2024', ['MM-YYYY']],
    ['13/2024', []],
    ['2024-366', ['YYYY-DDDD']],
    ['2023-366', []],
    ['2024-W05', ["GGGG-'W'WW"]],
    ['2024-W05-7', ["GGGG-'W'WW-E"]],
    ['2024-W05-8', []],
    ['2024-W54', []],
    ['2024-W00', []],
    ['2024년 1월 31일', ["YYYY'년' MM'월' DD'일'"]],
    ['2024年 1月31日', ["YYYY'年' MM'月'DD'日'"]],
    ['2024年2月30日', []],
  ])('in digits, %s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
  });

  it.each([
    ['1st Jan 2024', ['Do MMM YYYY']],
    ['2nd January 2024', ['Do MMM YYYY']],
    ['3rd Jan 24', ['Do MMM YY']],
    ['5 Feb. 2024', ['DD MMM YYYY']],
    ['5. Feb. 2024', ['DD. MMM. YYYY']],
    ['5 Feb, 2024', ['DD MMM, YYYY']],
    ['5/Feb/2024', ['DD/MMM/YYYY']],
    ['5Feb2024', ['DDMMMYYYY']],
    ['05Feb2024', ['DDMMMYYYY']],
    ['Feb. 5, 2024', ['MMM DD, YYYY']],
    ['Feb 5 2024', ['MMM DD YYYY']],
    ['Feb-05-2024', ['MMM-DD-YYYY']],
    ['February 5th, 2024', ['MMM Do, YYYY']],
    ['Feb 30, 2024', []],
    ['Jan-24', ['MMM-YY']],
    ['Feb. 2024', ['MMM YYYY']],
    ['Januar/2024', ['MMM/YYYY']],
    ['2024 Jan 31', ['YYYY MMM DD']],
    ['2024-Jan-31', ['YYYY-MMM-DD']],
    ['2024/Jan/1', ['YYYY/MMM/DD']],
    ['2024-Jan/31', []],
    ['5 Xyz 2024', []],
    ['Xyz 5, 2024', []],
    ['Xyz 2024', []],
    ['2024 Xyz 5', []],
  ])('with a name, %s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
  });

  it.each([
    ['Montag, 5. Februar 2024', ['EEE, DD. MMM YYYY']],
    ['Mo. 5.2.2024', ['EEE DD.MM.YYYY', 'EEE MM.DD.YYYY']],
    ['Mo 31.12.2024', ['EEE DD.MM.YYYY']],
    ['Foo, 5 Feb 2024', []],
    ['Foo 31.12.2024', []],
    ['May 5, 2024', ['MMM DD, YYYY']],
    ['Sunday, March 3, 2024', ['EEE, MMM DD, YYYY']],
  ])('behind a weekday, %s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
  });

  it.each([
    ['31/12/1799', []],
    ['31/12/1800', ['DD/MM/YYYY']],
    ['31/12/1999', ['DD/MM/YYYY']],
    ['31/12/2199', ['DD/MM/YYYY']],
    ['31/12/2200', []],
    ['31/12/0024', []],
    ['31/12/24', ['DD/MM/YY', 'YY/MM/DD']],
  ])('is of a year that people mean, %s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
  });

  it('has at most 50 characters and a digit', () => {
    const long = 'Mittwoch, 5 Februar 2024 10:00:00 America/New_York';
    expect(long).toHaveLength(50);
    expect(looks(long)).toEqual(['EEE, DD MMM YYYY HH:mm:ss ZZ']);
    expect(looks(long.replace('5 F', '5. F'))).toEqual([]);
    expect(looks('Mittwoch')).toEqual([]);
  });
});

describe('a time of day behind a date', () => {
  it.each([
    ['31.12.2024 23:59', ' HH:mm'],
    ['31.12.2024  23:59', ' HH:mm'],
    ['31.12.2024, 23:59', ', HH:mm'],
    ['31.12.2024T23:59', 'THH:mm'],
    ['31.12.2024:23:59', ':HH:mm'],
    ['31.12.2024 23.59', ' HH.mm'],
    ['31.12.2024 23.59.58', ' HH.mm.ss'],
    ['31.12.2024 23:59:58', ' HH:mm:ss'],
    ['31.12.2024 10:00:00.5', ' HH:mm:ss.SSS'],
    ['31.12.2024 10:00:00,5', ' HH:mm:ss,SSS'],
    ['31.12.2024 10:00:00.123456789', ' HH:mm:ss.SSS'],
    ['31.12.2024 5:07PM', ' hh:mmA'],
    ['31.12.2024 5:07 p.m.', ' hh:mm A'],
    ['31.12.2024 5:07 am', ' hh:mm A'],
    ['31.12.2024 10:00 +02:00', ' HH:mm Z'],
    ['31.12.2024 10:00+0200', ' HH:mmZ'],
    ['31.12.2024 10:00+02', ' HH:mmZ'],
    ['31.12.2024 10:00Z', ' HH:mmZ'],
    ['31.12.2024 10:00 UTC', ' HH:mm Z'],
    ['31.12.2024 10:00 Europe/Berlin', ' HH:mm ZZ'],
    ['31.12.2024 10:00[Europe/Berlin]', " HH:mm'['ZZ']'"],
    ['31.12.2024 10:00+01:00[Europe/Berlin]', " HH:mmZ'['ZZ']'"],
    ['31.12.2024 23:59 Uhr', " HH:mm' Uhr'"],
    ['31.12.2024', ''],
  ])('%s: %j', (word, clock) => {
    expect(timeLooks(word)).toEqual([{ date: 'DD.MM.YYYY', clock }]);
  });

  it.each([
    '31.12.2024 24:00',
    '31.12.2024 10:60',
    '31.12.2024 10:00:60',
    '31.12.2024 10:00.30',
    '31.12.2024 10:00:00.1234567890',
    '31.12.2024 13:00 PM',
    '31.12.2024 0:00 AM',
    '31.12.2024 10:00 Europe/Nowhere',
    '31.12.2024 10:0',
    '31.12.2024 100:00',
    '31.12.2024 10:00 o',
  ])('%s is none', (word) => {
    expect(timeLooks(word)).toEqual([]);
  });
});

describe('a time in one piece', () => {
  it.each([
    ['20240131T1015', ['YYYYMMDDTHHmm']],
    ['20240131T101559', ['YYYYMMDDTHHmmss']],
    ['20240131T101500,5', ['YYYYMMDDTHHmmss,SSS']],
    ['20240131T101500.123+0200', ['YYYYMMDDTHHmmss.SSSZ']],
    ['20240131T1015+02:00', ['YYYYMMDDTHHmmZ']],
    ['20241331T1015', []],
    ['20240131T2415', []],
    ['120240131T1015', []],
    ['20240131T10155', []],
    ['Mon Feb  5 10:00:00 2024', ['EEE MMM DD HH:mm:ss YYYY']],
    ['Mon Feb 15 10:00:00 +0100 2024', ['EEE MMM DD HH:mm:ss Z YYYY']],
    ['Mon Feb 15 10:00:00 GMT 2024', ['EEE MMM DD HH:mm:ss Z YYYY']],
    ['Mon Feb 30 10:00:00 2024', []],
    ['Foo Feb 15 10:00:00 2024', []],
  ])('%s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
    if (patterns.length > 0) expect(timeLooks(word)[0]?.clock).toBe('');
  });
});

it.each([
  ['0:00', true],
  ['09:59', true],
  ['19:00', true],
  ['23:59', true],
  ['24:00', false],
  ['30:00', false],
  ['123:00', false],
  ['10:5', false],
  ['10:00:59', true],
  ['10:00:60', false],
  ['10:00:00.5', true],
  ['10:00:00,25', true],
  ['10:00:00.', false],
  ['10:00.5', false],
  ['10:00 PM', true],
  ['10:00pm', true],
  ['10:00 a.m.', true],
  ['10:00  pm', false],
  ['10:00 xm', false],
  ['x10:00', false],
  ['10:00x', false],
])('%s is a time of day: %s', (word, is) => {
  expect(isTimeOfDay(word)).toBe(is);
});
