import { describe, expect, it } from 'vitest';
import { conventions, numberLook } from './numberLooks.ts';
import { isTimeOfDay, timeLooks } from './timeLooks.ts';

const readings = (word: string): Record<string, number> => {
  const look = numberLook(word);
  return Object.fromEntries(
    (look?.values ?? []).flatMap((value, index) =>
      Number.isNaN(value) ? [] : [[JSON.stringify(conventions[index]), value] as const],
    ),
  );
};

describe('what looks like a number', () => {
  it('has every convention that reads it', () => {
    expect(readings('1.234,50')).toEqual({ '{"decimal":",","thousands":"."}': 1234.5 });
    expect(readings('1,234')).toEqual({
      '{"decimal":","}': 1.234,
      '{"thousands":","}': 1234,
      '{"decimal":",","thousands":"."}': 1.234,
      '{"decimal":",","thousands":" "}': 1.234,
      '{"decimal":",","thousands":"\'"}': 1.234,
      '{"thousands":",","grouping":"indian"}': 1234,
    });
    expect(readings('12,34,567')).toEqual({ '{"thousands":",","grouping":"indian"}': 1_234_567 });
    expect(readings("1'234.5")).toEqual({ '{"thousands":"\'"}': 1234.5 });
    expect(readings('1\u202f234,5')).toEqual({ '{"decimal":",","thousands":" "}': 1234.5 });
  });

  it('says what stands around it', () => {
    expect(numberLook('$1,234.50')).toMatchObject({
      currency: '$',
      unit: '',
      percent: false,
      negative: null,
    });
    expect(numberLook('-5 EUR')).toMatchObject({ currency: 'EUR' });
    expect(numberLook('75.8%')).toMatchObject({ percent: true });
    expect(numberLook('(1,234.50)')).toMatchObject({ negative: 'parentheses' });
    expect(numberLook('5-')).toMatchObject({ negative: 'trailing-minus' });
    expect(numberLook('\u22122.4')).toMatchObject({ negative: 'minus-sign' });
    expect(numberLook('<0.5')).toMatchObject({ censored: true });
    expect(numberLook('12 kg')).toMatchObject({ unit: 'kg' });
    expect(numberLook('12 mg/dL')).toMatchObject({ unit: 'mg/dL' });
    expect(numberLook('65+')).toMatchObject({ censored: true });
    expect(numberLook('1.234,-')).toMatchObject({ negative: null });
    expect(readings('1.234,-')).toEqual({ '{"decimal":",","thousands":"."}': 1234 });
    expect(numberLook('5 kr')).toMatchObject({ currency: 'kr', unit: '' });
  });

  it.each([
    'abc',
    'A12',
    'No. 5',
    '1.2.3',
    '12-34',
    '(5',
    '--5',
    '',
    '€',
    '1,2,3',
    '10:30',
    '12/31/2024',
    '10 - 20',
    '192.168.0.1',
  ])('is not %s', (word) => {
    expect(numberLook(word)).toBeNull();
  });
});

const looks = (word: string): readonly string[] => timeLooks(word).map(({ date, clock }) => date + clock);

describe('what looks like a time', () => {
  it.each([
    ['05/06/2024', ['DD/MM/YYYY', 'MM/DD/YYYY']],
    ['31/12/2024', ['DD/MM/YYYY']],
    ['12/31/2024', ['MM/DD/YYYY']],
    ['31.12.2024 23:59', ['DD.MM.YYYY HH:mm']],
    ['1/31/24 5:07 PM', ['MM/DD/YY hh:mm A']],
    ['01-02-03', ['DD-MM-YY', 'MM-DD-YY', 'YY-MM-DD']],
    ['2024/01/31', ['YYYY/MM/DD']],
    ['20240131', ['YYYYMMDD']],
    ['5 Feb 2024', ['DD MMM YYYY']],
    ['05-FEB-24', ['DD-MMM-YY']],
    ['5. Februar 2024', ['DD. MMM YYYY']],
    ['5 févr. 2024', ['DD MMM YYYY']],
    ['5 de febrero de 2024', ["DD' de 'MMM' de 'YYYY"]],
    ['Feb 5, 2024', ['MMM DD, YYYY']],
    ['February 5, 2024 10:00:00', ['MMM DD, YYYY HH:mm:ss']],
    ['Mon, 05 Feb 2024 10:00:00 GMT', ['EEE, DD MMM YYYY HH:mm:ss Z']],
    ['Mon Feb  5 10:00:00 2024', ['EEE MMM DD HH:mm:ss YYYY']],
    ['Jan 2024', ['MMM YYYY']],
    ['2024-07', ['YYYY-MM']],
    ['07/2024', ['MM/YYYY']],
    ['2024-W05-1', ["GGGG-'W'WW-E"]],
    ['2024-031', ['YYYY-DDDD']],
    ['2024-1-5', ['YYYY-MM-DD']],
    ['31.12.2024T10:00:00.5+02:00', ['DD.MM.YYYYTHH:mm:ss.SSSZ']],
    ['January 31st, 2024', ['MMM Do, YYYY']],
    ['31JAN2024:10:00:05', ['DDMMMYYYY:HH:mm:ss']],
    ['31-JAN-24 10.00.00.000000 AM', ['DD-MMM-YY hh.mm.ss.SSS A']],
    ['31.01.2024 10:00 CET', ['DD.MM.YYYY HH:mm Z']],
    ['20240131T101500Z', ['YYYYMMDDTHHmmssZ']],
    ['2024年1月31日', ["YYYY'年'MM'月'DD'日'"]],
    ['31/31/2024', []],
    ['30/02/2024', []],
    ['1234-567', []],
    ['12 Main 2024', []],
    ['10:30', []],
    ['v1.2.3', []],
    ['192.168.0.1', []],
    ['May', []],
  ])('%s: %j', (word, patterns) => {
    expect(looks(word)).toEqual(patterns);
  });

  it('is told from a time of day', () => {
    expect(['10:30', '7:05:59 pm', '24:00', '10:60', '10'].map(isTimeOfDay)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
