import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../data/cells/numbers.ts';
import { parseTime } from '../../data/cells/times.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { numberWriting } from '../../data/cells/formats/numberWriting.ts';
import { SchemaInference } from '../infer.ts';
import type { WordForm } from '../columnTally.ts';
import type { TimePatterns } from './decision.ts';

interface Given {
  readonly label?: string;
  readonly timePatterns?: TimePatterns;
  readonly form?: WordForm;
}

/** The schema of columns of words, and what is told. */
function infer(
  columns: Readonly<Record<string, readonly string[]>>,
  { form = 'text', ...options }: Given = {},
) {
  const inference = new SchemaInference({ parsers: { number: parseNumber, time: parseTime }, ...options });
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  const seen = Object.entries(columns).map(([name, words]) => {
    const distinct = [...new Set(words)];
    const codes = Int32Array.from(words, (word) => distinct.indexOf(word));
    return [name, { codes, words: distinct, forms: form }] as const;
  });
  inference.add({ rows, columns: new Map(seen) });
  const { schema, notes } = inference.finish();
  const column = (name: string): ColumnSchema => schema.columns.find((each) => each.name === name)!;
  return { column, told: notes.map(({ message }) => message).join('\n') };
}
const one = (...words: readonly string[]): ColumnSchema => infer({ x: words }).column('x');
const format = (...words: readonly string[]): unknown => {
  const { kind, numberFormat, timeFormat } = one(...words);
  return numberFormat ?? timeFormat?.pattern ?? kind;
};

describe('numbers that are written otherwise', () => {
  it('have the format that reads all of them, and no more in it than they need', () => {
    expect(format('1.234,50', '7,5', '12')).toEqual({ decimal: ',', thousands: '.' });
    expect(format('12,5', '7,25', '3')).toEqual({ decimal: ',' });
    expect(format('1,234.50', '7.5')).toEqual({ thousands: ',' });
    expect(format('1,234,567', '12')).toEqual({ thousands: ',' });
    expect(format('12,34,567', '1,234')).toEqual({ thousands: ',', grouping: 'indian' });
    expect(format('1 234', '12 345')).toEqual({ thousands: ' ' });
    expect(format('1 234,5', '12 345')).toEqual({ thousands: ' ', decimal: ',' });
    expect(format('$5', '-$7.50')).toEqual({ currency: '$' });
    expect(format('(5)', '7')).toEqual({ negative: 'parentheses' });
    expect(format('5-', '\u22127')).toEqual({ negative: 'trailing-minus' });
    expect(format('<5', '7')).toEqual({ censored: 'bound' });
    expect(format('1.234,-', '99,50')).toEqual({ decimal: ',', thousands: '.' });
    expect(format('65+', '7')).toEqual({ censored: 'bound' });
    expect(infer({ x: ['5 %', '7'] }).told).toContain('1 row has no such sign');
    expect(format('5 kg', '7kg')).toEqual({ unit: 'kg' });
  });

  it('are none where they are ids, dates, versions, or of several kinds', () => {
    for (const words of [
      ['12a', '13b'],
      ['1.2.3', '2.0.0'],
      ['$5', '€6'],
      ['5 kg', '6 lb'],
      ['A1', 'A2'],
      ['12', '12B'],
      ['1-2', '3-4'],
    ])
      expect([words, one(...words).kind]).toEqual([words, 'category']);
  });

  it('have ranges by their values, and are whole where no fraction is written', () => {
    expect(one('1.234,50 €', '-7,5 €')).toMatchObject({ type: 'number', minimum: -7.5, maximum: 1234.5 });
    expect(one('1,234', '2,000,000')).toMatchObject({ type: 'integer', minimum: 1234, maximum: 2_000_000 });
    expect(one('12 %', '7 %')).toMatchObject({ type: 'integer', numberFormat: { percent: true } });
  });

  it('of which nothing tells the mark are told with the line for the other reading', () => {
    const unclear = infer({ x: ['1,234', '12'] });
    expect(unclear.column('x').numberFormat).toEqual({ thousands: ',' });
    expect(unclear.told).toBe(
      'x: "1,234" is read as 1234 (commas between thousands). Nothing in the file says that it is not 1.234: if it is, write "format": {"decimal": ","} for it under x-aieng in the schema.',
    );
    // A number beyond a thousand without a mark: the comma stands before a fraction.
    expect(infer({ x: ['1,234', '12345'] }).column('x').numberFormat).toEqual({ decimal: ',' });
    expect(infer({ x: ['1,234', '12345'] }).told).toContain('it is not 1234:');
    expect(infer({ x: ['1,234', '0,5'] }).told).not.toContain('Nothing');
    // Another column of the file has a decimal comma.
    expect(infer({ x: ['1,234', '12'], y: ['0,5', '7,25'] }).column('x').numberFormat).toEqual({
      decimal: ',',
    });
    const points = infer({ x: ['1.234', '12'], y: ['0,5', '7,25'] });
    expect(points.column('x')).toMatchObject({ type: 'integer', maximum: 1234 });
    expect(infer({ x: ['1.234', '12'], y: ['0.5', '7.25'] }).told).toBe('');
    expect(infer({ x: ['1.234', '12'] }).told).toContain('"format": {"decimal": ",", "thousands": "."}');
    expect(infer({ x: ['1.234', '1234'] }).told).toBe('');
    expect(infer({ x: ['12', '13'], y: ['0,5', '7,25'] }).column('x')).not.toHaveProperty('numberFormat');
  });

  it('come as JSON texts where they are no plain numbers', () => {
    const json = infer({ x: ['$1,234.50', '7'], y: ['12', '13'] }, { form: 'string' });
    expect(json.column('x')).toMatchObject({
      kind: 'number',
      numberFormat: { currency: '$', thousands: ',' },
    });
    expect(json.column('y').kind).toBe('category');
  });

  it('are read by what is inferred of them, each and every one', () => {
    const digits = fc.integer({ min: -9_999_999, max: 9_999_999 }).map((value) => value / 100);
    const ways = fc.constantFrom<readonly [string, string, string, string]>(
      ['', '.', ',', ' €'],
      ['$', ',', '.', ''],
      ['', '\u00a0', ',', ''],
      ['CHF ', '’', '.', ''],
      ['', '', ',', ' %'],
    );
    fc.assert(
      fc.property(
        ways,
        fc.array(digits, { minLength: 1, maxLength: 30 }),
        ([before, mark, point, behind], values) => {
          const texts = values.map((value) => {
            const [whole = '', fraction = ''] = Math.abs(value).toFixed(2).split('.');
            const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, mark);
            return `${value < 0 ? '-' : ''}${before}${grouped}${point}${fraction}${behind}`;
          });
          const column = one(...texts);
          expect(column.kind).toBe('number');
          const read = numberWriting(column.numberFormat ?? {});
          expect(texts.map((text) => Number(read(text)?.plain) + 0)).toEqual(
            values.map((value) => value + 0),
          );
        },
      ),
    );
  });
});

describe('times that are written otherwise', () => {
  it('have the pattern that reads all of them', () => {
    expect(format('31.12.2024', '1.2.2024')).toBe('DD.MM.YYYY');
    expect(format('05/06/2024', '13/06/2024')).toBe('DD/MM/YYYY');
    expect(format('05/06/2024', '05/13/2024')).toBe('MM/DD/YYYY');
    expect(format('05/06/2024', '2024-06-13', '13/06/2024')).toBe('DD/MM/YYYY');
    expect(format('31.12.2024', '31.12.2024 10:00', '31.12.2024 10:00:05')).toBe('DD.MM.YYYY[ HH:mm[:ss]]');
    expect(format('31.12.2024 10:00:05', '31.12.2024 10:00:05.123')).toBe('DD.MM.YYYY HH:mm:ss[.SSS]');
    expect(format('5 Feb 2024', '7 March 2024')).toBe('DD MMM YYYY');
    expect(format('20240131', '20240201', '20240301', '20240401', '20240501')).toBe('YYYYMMDD');
    expect(format('2024-01-31')).toBe('time');
    expect(format('20240131101500', '20240201101500')).toBe('YYYYMMDDHHmmss');
    expect(format('20240131107500', '20240201101500')).toBe('number');
    expect(format('20240131T101500Z', '20240201T101500Z')).toBe('YYYYMMDDTHHmmssZ');
    expect(format('1.2.3', '31.12.2024')).toBe('category');
  });

  it('are asked for where nothing tells the order, and taken as a person says', () => {
    const words = ['05/06/2024', '07/08/2024'];
    expect(() => one(...words)).toThrow(
      'x: "05/06/2024" is 2024-06-05 (DD/MM/YYYY) or 2024-05-06 (MM/DD/YYYY)',
    );
    const said = (patterns: [string, string][]): unknown =>
      infer({ x: words }, { timePatterns: new Map(patterns) }).column('x').timeFormat?.pattern;
    expect(said([['x', 'MM/DD/YYYY']])).toBe('MM/DD/YYYY');
    expect(said([['', 'DD/MM/YYYY']])).toBe('DD/MM/YYYY');
    expect(() => said([['y', 'DD/MM/YYYY']])).toThrow('There is no column "y"');
    expect(() => one('05-06-24', '01-02-03')).toThrow('(YY-MM-DD)');
    const stamps = infer(
      { n: ['1704067200', '1704067201'] },
      { timePatterns: new Map([['n', 'epoch-seconds']]) },
    );
    expect(stamps.column('n')).toMatchObject({ kind: 'time', timeFormat: { pattern: 'epoch-seconds' } });
  });

  it('are seconds since 1970 by range and name, and a note by range alone', () => {
    const seconds = ['1704067200', '1704067200', '1704070800'];
    expect(infer({ created_at: seconds }).column('created_at').timeFormat).toEqual({
      pattern: 'epoch-seconds',
    });
    expect(infer({ createdAt: seconds.map((each) => `${each}000`) }).column('createdAt').timeFormat).toEqual({
      pattern: 'epoch-milliseconds',
    });
    expect(infer({ amount: seconds }).column('amount').kind).toBe('number');
    expect(infer({ amount: seconds }).told).toContain('amount may be times: 1704067200 would be 2024-01-01');
    expect(infer({ created_at: [...seconds, '12'] }).column('created_at').kind).toBe('number');
    expect(infer({ ts: seconds }, { label: 'ts' }).column('ts').kind).toBe('category');
  });
});

describe('notes', () => {
  it('of columns that are written the same way are one, from four columns on', () => {
    const kilos = (...names: string[]): string =>
      infer(Object.fromEntries(names.map((name, i) => [name, [`${5 + i} kg`, `${7 + i} kg`]]))).told;
    expect(kilos('a', 'b', 'c').split('\n')).toHaveLength(3);
    expect(kilos('a', 'b', 'c', 'd')).toBe('a: "5 kg" is read as 5 (in kg). So are b, c, d.');
    const dates = {
      d: ['31.12.2024 10:05'],
      e: ['30.11.2024 11:10'],
      f: ['29.10.2024'],
      g: ['28.10.2024 00:10'],
    };
    expect(infer(dates).told.split('\n')).toHaveLength(4);
  });
});

describe('the borders of evidence', () => {
  it('a point may stand between thousands in whatever is short enough', () => {
    const told = (word: string): string => infer({ x: [word, '12'] }).told;
    for (const word of ['1.234', '12.345', '123.456', '-123.456', '+1.000'])
      expect([word, told(word).includes('"thousands": "."')]).toEqual([word, true]);
    for (const word of ['0.123', '1.23', '1.2345', '1234.567', '01.234', '-0.123'])
      expect([word, told(word)]).toEqual([word, '']);
  });

  it('whole numbers are times within 1990 to 2050, days that are, and clocks that are', () => {
    const pattern = (word: string, name = 'time'): string | undefined =>
      infer({ [name]: [word, word] }).column(name).timeFormat?.pattern;
    expect(['631151999', '631152000', '2524608000', '2524608001'].map((word) => pattern(word))).toEqual([
      undefined,
      'epoch-seconds',
      'epoch-seconds',
      undefined,
    ]);
    expect(
      ['631151999999', '631152000000', '2524608000000', '2524608000001'].map((word) => pattern(word)),
    ).toEqual([undefined, 'epoch-milliseconds', 'epoch-milliseconds', undefined]);
    expect(
      ['19000101', '19000100', '21001231', '21010101', '20240229', '20230229', '20241301', '20240100'].map(
        (word) => pattern(word),
      ),
    ).toEqual(['YYYYMMDD', undefined, 'YYYYMMDD', undefined, 'YYYYMMDD', undefined, undefined, undefined]);
    expect(
      ['202401312359', '202401312400', '202401310060', '202401310059'].map((word) => pattern(word)),
    ).toEqual(['YYYYMMDDHHmm', undefined, undefined, 'YYYYMMDDHHmm']);
    expect(
      ['20240131235959', '20240131235960', '20240131236059', '20240131240000'].map((word) =>
        pattern(word, 'n'),
      ),
    ).toEqual(['YYYYMMDDHHmmss', undefined, undefined, undefined]);
    expect([pattern('202401312359', 'n'), pattern('20240131', 'n')]).toEqual([undefined, undefined]);
  });

  it.each([
    'ts',
    'time',
    'start_time',
    'Date',
    'created',
    'updated-at',
    'x.epoch',
    'when',
    'zeit',
    'seenOn',
    'orderDate',
    'endTs',
  ])('%s is the name of a time', (name) => {
    const words = ['1704067200', '1704067201'];
    expect(infer({ [name]: words }).column(name).kind).toBe('time');
  });

  it.each(['stats', 'sometimes', 'candidate', 'format', 'atlas', 'creates', 'person'])(
    '%s is not',
    (name) => {
      const words = ['1704067200', '1704067201'];
      expect(infer({ [name]: words }).column(name).kind).toBe('number');
    },
  );

  it('a column of which less than one in twenty looks like anything is looked at for 4,000 words', () => {
    const strange = (count: number): string[] => Array.from({ length: count }, (_, at) => `word ${at}`);
    const dates = (count: number): string[] =>
      Array.from(
        { length: count },
        (_, at) => `${1 + (at % 28)}.${1 + (Math.floor(at / 28) % 12)}.${2000 + Math.floor(at / 336)}`,
      );
    const isTold = (words: readonly string[]): boolean =>
      infer({ x: words }).told.includes('times; these words');
    expect(isTold([...strange(3800), ...dates(5000)])).toBe(true);
    expect(isTold([...strange(3801), ...dates(5000)])).toBe(false);
    // One in twenty: it is looked at on.
    expect(isTold([...dates(250), ...strange(4300), ...dates(6000).slice(250)])).toBe(true);
  });

  it('at most twenty spellings stand in the line that merges them', () => {
    const pairs = (count: number): string[] =>
      Array.from({ length: count }, (_, at) => [`w${at}`, `W${at}`]).flat();
    const merged = (count: number): number =>
      infer({ x: [...pairs(count), ...pairs(count)] }, { label: 'x' }).told.split(': "w').length - 1;
    expect([merged(19), merged(20), merged(21), merged(30)]).toEqual([19, 20, 20, 20]);
  });
});

describe('what is missing', () => {
  const others = (...words: string[]): string[] => ['NA', ...words, ...words];
  it('is said by column: NA is a code among codes of its look', () => {
    expect(one(...others('ZA', 'BW')).missing).toBeUndefined();
    expect(one(...others('ZA', 'BW')).domain).toEqual(['BW', 'NA', 'ZA']);
    expect(one(...others('EU', 'AS', 'AF', 'OC', 'SA')).missing).toBeUndefined();
    for (const words of [
      ['TX', 'NY', 'CA', 'WA'],
      ['OK', 'NO'],
      ['ZA', 'BWA'],
      ['Y', 'N'],
      ['za', 'bw'],
      ['ZA'],
      ['12', '13'],
    ])
      expect([words, one(...others(...words)).missing]).toEqual([words, ['NA']]);
  });

  it('is what no number can be', () => {
    expect(one('1', 'inf', '-Infinity', '2')).toMatchObject({
      kind: 'number',
      missing: ['-Infinity', 'inf'],
    });
    expect(one('#N/A', '#DIV/0!', '1,5')).toMatchObject({ kind: 'number', missing: ['#DIV/0!', '#N/A'] });
    expect(one('-', '31.12.2024')).toMatchObject({ kind: 'time', missing: ['-'] });
    expect(one('inf', 'a').missing).toBeUndefined();
  });
});

describe('spellings', () => {
  it('of a word are told with the line that merges them, whatever the column', () => {
    expect(infer({ x: ['Oslo', 'oslo', 'Oslo', 'Köln', 'Koln.', 'Köln'] }).told).toBe(
      'x has words in several spellings ("Oslo", "oslo"; "Köln", "Koln."), and each counts as a category of its own: to merge them, write "merge": {"oslo": "Oslo", "Koln.": "Köln"} under x-aieng in the schema.',
    );
    expect(infer({ x: ['Y', 'yes', 'N', 'no', 'no'] }).told).toContain('"merge": {"yes": "Y", "N": "no"}');
    expect(infer({ x: ['yes', 'of'], y: ['a', 'b'] }).told).toBe('');
  });
  it('that look the same are shown with what tells them apart, in the line too', () => {
    expect(infer({ x: ['Cafe\u0301', 'Café', 'Café'] }).told).toBe(
      'x has words in several spellings ("Café", "Cafe\\u0301"), and each counts as a category of its own: to merge them, write "merge": {"Cafe\\u0301": "Café"} under x-aieng in the schema.',
    );
    const told = (...x: string[]): string => infer({ x }).told;
    expect(told('New\u00a0York', 'New York', 'New York')).toContain(
      '"merge": {"New\\u00a0York": "New York"}',
    );
    expect(told('\u200fשלום', 'שלום', 'שלום')).toContain('"merge": {"\\u200fשלום": "שלום"}');
    expect(told('a\u200bb', 'ab', 'ab')).toContain('("ab", "a\\u200bb")');
  });
  it('are none where a mark makes another letter', () => {
    expect(infer({ x: ['か', 'が', 'कि', 'की', 'ก', 'กิ', 'й', 'и'] }).told).toBe('');
  });
});

describe('yes and no', () => {
  it('stay the words that they are, told once with the line that makes true and false of them', () => {
    expect(infer({ x: ['J', 'N'], y: ['J', 'N'], z: ['Ja', 'Nein'] }).told).toBe(
      'x is yes or no, and stays the words that stand there ("J", "N"): a request sends them so. To make true and false of it, write "type": ["boolean", "string"], "x-aieng": {"kind": "category", "true_words": ["J"], "false_words": ["N"]} in the schema. So are y.\n' +
        'z is yes or no, and stays the words that stand there ("Ja", "Nein"): a request sends them so. To make true and false of it, write "type": ["boolean", "string"], "x-aieng": {"kind": "category", "true_words": ["Ja"], "false_words": ["Nein"]} in the schema.',
    );
  });

  it('are true and false where a spreadsheet wrote these values in its language, but for a label', () => {
    const given = { x: ['WAHR', 'FALSCH'], y: ['Vrai', 'Faux'], z: ['vero', 'vero'] };
    const { column } = infer(given, { label: 'y' });
    expect(column('x')).toMatchObject({ type: 'boolean', trueWords: ['wahr'], falseWords: ['falsch'] });
    expect(column('y')).toMatchObject({ type: 'string', domain: ['Faux', 'Vrai'] });
    expect(column('z')).toMatchObject({ type: 'string', domain: ['vero'] });
    expect(one('vrai', 'faux')).toMatchObject({ type: 'boolean', falseWords: ['faux'] });
    expect(one('ja', 'nein', 'vielleicht')).toMatchObject({ type: 'string' });
  });
});

describe('what may be meant otherwise', () => {
  it('tells years and months that are written as one number, and no amounts', () => {
    const months = Array.from({ length: 60 }, (_, at) => String(202_101 + (at % 12)));
    expect(infer({ period: months }).told).toContain('period may be times: 202101 would be 2021-01-01');
    expect(infer({ v: months }).told).toContain('"format": "YYYYMM"');
    const amounts = Array.from({ length: 60 }, (_, at) => String(202_101 + at));
    expect(infer({ period: amounts }).told).not.toContain('may be times');
    const two = Array.from({ length: 60 }, (_, at) => String(202_101 + (at % 2)));
    expect(infer({ v: two }).told).not.toContain('may be times');
  });

  it('tells two decimal marks in one column, and advises to declare none of its numbers missing', () => {
    const words = Array.from({ length: 60 }, (_, at) => `${at % 9}${at % 2 === 0 ? ',' : '.'}${at % 7}`);
    const { told } = infer({ v: words });
    expect(told).toMatch(/v mixes two decimal marks, "\d[.,]\d" beside "\d[.,]\d"/);
    expect(told).not.toContain('"missing"');
    const odd = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? `none${at}` : `${at}.5`));
    expect(infer({ v: odd }).told).not.toContain('decimal marks');
  });
});
