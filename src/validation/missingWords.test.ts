import { describe, expect, it } from 'vitest';
import { parseNumber } from '../data/cells/numbers.ts';
import { parseTime } from '../data/cells/times.ts';
import type { ColumnSchema } from '../data/schema.ts';
import { texts } from './checks/snapshot.fixture.ts';
import { ColumnTally, isInfinite, isPerhapsMissing } from './columnTally.ts';
import { inferSchema } from './infer.ts';
import type { InferredSchema } from './infer.ts';

const parsers = { number: parseNumber, time: parseTime };
const infer = (columns: Readonly<Record<string, readonly string[]>>): InferredSchema => {
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  const columnsOf = Object.entries(columns).map(([name, words]) => [name, texts(words)] as const);
  return inferSchema({ rows, columns: new Map(columnsOf) }, { parsers });
};
/** What is said of missing words. */
const saidOf = (columns: Readonly<Record<string, readonly string[]>>) =>
  infer(columns).notes.filter(({ about }) => about === 'missing-words');
const one = (...words: string[]): ColumnSchema => infer({ x: words }).schema.columns[0]!;

const certain =
  'NA na N/A n/a n.a. N.A. NaN nan NAN -nan -NaN NaT <NA> ? NULL null Null (null) (NULL) \\N k.A. n/d N/D #N/A #NA #NV #VALUE! #WERT! #REF! #BEZUG! #DIV/0! #NAME? #NULL! #NUM! #ZAHL! 1.#QNAN -1.#QNAN 1.#IND -1.#IND'
    .split(' ')
    .concat('k. A.');
const perhaps =
  'None none NONE nil Nil NIL - -- --- – — . .. ... … * ** unknown Unknown UNKNOWN missing Missing MISSING empty (blank) blank tbd TBD 0000-00-00 00.00.0000 00/00/0000 ND nd n.d. unbekannt Unbekannt keine inconnu desconocido (leer) leer'
    .split(' ')
    .concat('0000-00-00 00:00:00');

describe('words that mean "missing"', () => {
  it.each(certain)('%s does among words, numbers and times alike', (word) => {
    for (const column of [one('red', 'green', word), one('1.5', '2', word), one('2024-01-31', word)])
      expect([column.missing, column.nullable]).toEqual([[word], true]);
    expect(one('red', 'green', word).domain).toEqual(['green', 'red']);
  });

  it.each(perhaps)('%s does among numbers and times, and is an answer among words', (word) => {
    expect(isPerhapsMissing(word)).toBe(true);
    expect(one('1.5', '2', word)).toMatchObject({ kind: 'number', missing: [word], nullable: true });
    expect(one('2024-01-31', word)).toMatchObject({ kind: 'time', missing: [word] });
    const among = one('red', 'green', word);
    expect(among.missing).toBeUndefined();
    expect(among).toMatchObject({ nullable: false, domain: ['red', 'green', word].sort() });
  });

  it.each(['inf', 'Inf', '-inf', '+INF', 'infinity', '-Infinity'])('%s is infinite: no number is', (word) => {
    expect([isInfinite(word), isPerhapsMissing(word)]).toEqual([true, true]);
    expect(one('1', word)).toMatchObject({ kind: 'number', missing: [word] });
  });

  it.each(['xinf', 'infx', 'info', 'in', 'N A', 'none of', 'nope', '0', 'Na', 'nA', '#', '????'])(
    '%s does not',
    (word) => {
      expect([isInfinite(word), isPerhapsMissing(word)]).toEqual([false, false]);
      expect(one('red', 'green', word).missing).toBeUndefined();
    },
  );

  it('are told with their columns and rows, the same word once', () => {
    const told = saidOf({ a: ['1', '-', '?'], b: ['x', 'y', '?'] }).map(({ column, message }) => [
      column,
      message.split('. ')[0],
    ]);
    expect(told).toEqual([
      ['a', '"-" is taken for missing in a (1 row)'],
      [null, '"?" is taken for missing in a, b (2 rows)'],
    ]);
    const six = Object.fromEntries('abcdef'.split('').map((name) => [name, ['x', 'y', '?']]));
    expect(saidOf(six)[0]?.message).toContain('in a, b, c, d, e, … (6 columns) (6 rows)');
    const { f: _f, ...five } = six;
    expect(saidOf(five)[0]?.message).toContain('in a, b, c, d, e (5 rows)');
  });

  it('are not told of what is empty', () => {
    expect(saidOf({ a: ['1', ''] })).toEqual([]);
    expect(one('1', '').missing).toBeUndefined();
    expect(one('1', '').nullable).toBe(true);
  });
});

describe('odd words between numbers', () => {
  const among = (odd: readonly string[], rows = 1000): string[] => [
    ...odd,
    ...Array.from({ length: rows - odd.length }, (_, row) => String(row % 50)),
  ];

  it('are declared missing where they come again, in the column or in another one', () => {
    expect(one(...among(['x', 'x', 'y'])).missing).toEqual(['x']);
    const both = infer({ a: among(['x']), b: among(['x']), c: among(['z']) }).schema.columns;
    expect(both.map(({ missing }) => missing)).toEqual([['x'], ['x'], undefined]);
    expect(infer({ a: among(['x']), b: ['x', 'y', 'z'] }).schema.columns[0]!.missing).toBeUndefined();
  });

  it('are not where there are more than twenty', () => {
    const odd = (count: number): string[] => Array.from({ length: count }, (_, at) => `odd${at}`);
    expect(one(...among([...odd(20), ...odd(20)], 4000)).missing).toHaveLength(20);
    expect(one(...among([...odd(21), ...odd(21)], 4200)).missing).toBeUndefined();
  });
});

describe('what is counted of a column', () => {
  const tally = (...words: (readonly [string, number])[]): ColumnTally => {
    const made = new ColumnTally('x', parsers);
    for (const [word, rows] of words) made.add(word, 'text', rows);
    return made;
  };

  it('are rows, by what they look like', () => {
    const counted = tally(
      ...([
        ['7', 3],
        ['-1.50', 2],
        ['007', 4],
        ['9007199254740993', 5],
        ['4.00123E+12', 6],
        ['2.0', 7],
        ['TRUE', 8],
        ['2024-01-31', 9],
        [' word ', 10],
        ['?', 11],
        ['-', 12],
      ] as const),
    );
    expect(counted).toMatchObject({
      rows: 77,
      present: 54,
      numbers: 27,
      minimum: -1.5,
      maximum: 9_007_199_254_740_992,
      integers: 12,
      wholes: 25,
      unsafe: 5,
      zeros: 4,
      shortened: 6,
      times: 9,
      booleans: 8,
      strings: 0,
      nested: 0,
      strangeRows: 18,
      longest: 16,
      unique: false,
      complete: true,
    });
    expect(Object.fromEntries(counted.missing)).toEqual({ '?': 11 });
    expect(Object.fromEntries(counted.perhaps)).toEqual({ '-': 12 });
    expect(Object.fromEntries(counted.strange)).toEqual({ TRUE: 8, word: 10 });
    expect(counted.words.get('word')).toBe(10);
    expect(counted.words.has('?')).toBe(false);
  });

  it('of JSON are its forms too', () => {
    const json = new ColumnTally('x', parsers);
    json.add('12', 'string', 2);
    json.add('a', 'string', 1);
    json.add('12', 'number', 4);
    json.add('', 'null', 3);
    json.add('NA', 'null', 1);
    json.add('{}', 'nested', 5);
    json.add('', 'nested', 1);
    expect(json).toMatchObject({
      rows: 17,
      present: 13,
      strings: 3,
      quotedNumbers: 2,
      numbers: 4,
      integers: 4,
      nested: 6,
    });
    expect(Object.fromEntries(json.missing)).toEqual({ '': 4 });
  });

  it('is unique while no value came twice', () => {
    expect(tally(['a', 1], ['b', 1])).toMatchObject({ unique: true, distinct: 2 });
    expect(tally(['a', 1], ['b', 1], ['a', 1])).toMatchObject({ unique: false, distinct: 2 });
    expect(tally(['a', 2])).toMatchObject({ unique: false, distinct: 1 });
    expect(tally(['?', 1])).toMatchObject({ unique: false, distinct: 0 });
    expect(tally()).toMatchObject({ unique: false });
  });

  it('are at most 20,000 different words, and two million characters of them', () => {
    const words = (count: number): ColumnTally =>
      tally(...Array.from({ length: count }, (_, at) => [`w${at}`, 1] as const));
    expect(words(20_000)).toMatchObject({ complete: true, distinct: 20_000 });
    const more = words(20_001);
    expect([more.complete, more.words.size, more.distinct, more.unique]).toEqual([
      false,
      20_000,
      20_001,
      true,
    ]);
    more.add('w5', 'text', 3);
    more.add('another', 'text', 1);
    expect([more.words.get('w5'), more.words.has('another')]).toEqual([4, false]);
    expect([tally(['x'.repeat(2_000_000), 1]).complete, tally(['x'.repeat(2_000_001), 1]).complete]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ['4.00123E+12', 1],
    ['4E+11', 1],
    ['4.5E+99', 1],
    ['4E+10', 0],
    ['4e+12', 0],
    ['40E+12', 0],
    ['4E12', 0],
    ['4E+100', 0],
  ])('%s is as a spreadsheet shortens an id: %d', (word, shortened) => {
    expect(tally([word, 1]).shortened).toBe(shortened);
  });
});
