import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import { collinear, correlationOf, standardized } from './collinear.ts';
import { lookingAt } from './fitness.ts';
import type { Feature } from './fitness.ts';

const random = createRandom('collinear');
const luck = upTo(4000).map(() => random.normal());
const other = upTo(4000).map(() => random.normal());
/** Of the luck, `r` = 1 / √(1 + noise²) with it. */
const near = (noise: number, rows = 2000): Column =>
  numbers(upTo(rows).map((row) => luck[row]! + noise * other[row]!));
const exact = (rows = 2000): Column => near(0, rows);

function found(columns: Readonly<Record<string, Column>>): Finding[] {
  const input = { ...snapshot(columns), drop: ['old'], time: null, split: { strategy: 'hash', group: null } };
  return collinear.run(finish(lookingAt(input)));
}
/** Which column is which. */
const copies = (columns: Readonly<Record<string, Column>>): string[] =>
  found(columns).map(({ column, message }) => `${column} = ${/ same as (\S+) /.exec(message)?.[1]}`);

describe('numbers less their mean, of length 1', () => {
  const unit = (column: Column, rows = Int32Array.from(upTo(100))): number[] | undefined => {
    const of = standardized({ column } as Feature, rows);
    return of === undefined ? undefined : [...of];
  };

  it('are so, with missing cells as the mean', () => {
    const of = unit(numbers(upTo(100).map((row) => (row < 50 ? NaN : row % 2 === 0 ? 5 : 3))))!;
    expect(of.slice(0, 50)).toEqual(upTo(50).map(() => 0));
    expect(of[50]).toBeCloseTo(1 / Math.sqrt(50), 12);
    expect(of[51]).toBeCloseTo(-1 / Math.sqrt(50), 12);
    expect(correlationOf(Float64Array.from(of), Float64Array.from(of))).toBeCloseTo(1, 12);
  });

  it('are those of the rows that are looked at', () => {
    const all = numbers(upTo(200).map((row) => (row % 2 === 0 ? 9 : row)));
    expect(
      unit(
        all,
        Int32Array.from(upTo(100), (row) => 2 * row),
      ),
    ).toBeUndefined();
    expect(
      unit(
        all,
        Int32Array.from(upTo(100), (row) => 2 * row + 1),
      ),
    ).toBeDefined();
  });

  it('are none of a constant, of words, of fewer than fifty, of less than half', () => {
    const known = (count: number, rows: number): boolean =>
      unit(numbers(upTo(rows).map((row) => (row < count ? row : NaN))), Int32Array.from(upTo(rows))) !==
      undefined;
    expect([known(50, 60), known(49, 60)]).toEqual([true, false]);
    expect([known(100, 200), known(99, 200)]).toEqual([true, false]);
    expect(unit(numbers(upTo(100).map(() => 3)))).toBeUndefined();
    expect(unit(words(upTo(100).map((row) => `w${row}`)))).toBeUndefined();
    expect(unit(texts(upTo(100).map((row) => `w${row}`)))).toBeUndefined();
    expect(unit({ kind: 'time', values: Float64Array.from(upTo(100)) })).toBeDefined();
  });
});

describe('a number that follows another one', () => {
  it('does so from a correlation of .9995 on, upwards or downwards', () => {
    const turned = (noise: number): Column =>
      numbers(upTo(2000).map((row) => -luck[row]! - noise * other[row]!));
    for (const of of [near, turned]) {
      expect(copies({ a: exact(), b: of(0.03) })).toEqual(['b = a']);
      expect(copies({ a: exact(), b: of(0.035) })).toEqual([]);
    }
  });

  it('says the correlation: 1 only where it is all of it', () => {
    const said = (noise: number): string => found({ a: exact(), b: near(noise) })[0]!.message;
    expect(said(0)).toContain('(correlation 1)');
    expect(said(0.005)).toContain('(correlation 1)');
    expect(said(0.012)).toContain('(correlation 0.9999)');
  });

  it('is told of the first, and not of all', () => {
    expect(copies({ a: exact(), b: near(0.001), c: near(0.002) })).toEqual(['b = a', 'c = a']);
    expect(copies({ a: exact(), x: near(5), b: near(0.001), y: near(5.001) })).toEqual(['b = a', 'y = x']);
  });

  it('may be a time', () => {
    const time: Column = {
      kind: 'time',
      values: Float64Array.from(luck.slice(0, 2000), (value) => 9 * value),
    };
    expect(copies({ a: exact(), at: time })).toEqual(['at = a']);
  });

  it('is compared in 2000 rows, evenly over the table, and in the first 300 columns', () => {
    const odd = (rows: number): Column =>
      numbers(upTo(rows).map((row) => (row % 2 === 1 ? other[row]! : luck[row]!)));
    expect(copies({ a: exact(2000), b: odd(2000) })).toEqual([]);
    expect(copies({ a: exact(2001), b: odd(2001) })).toEqual(['b = a']);
    const beside = (count: number): string[] => {
      const between = upTo(count).map((at): [string, Column] => [
        `x${at}`,
        numbers(upTo(220).map((row) => luck[(row * 7 + at * 13) % 4000]!)),
      ]);
      return copies({ a: exact(220), ...Object.fromEntries(between), b: exact(220) });
    };
    expect([beside(298), beside(299)]).toEqual([['b = a'], []]);
  });
});

describe('a category in other words', () => {
  const turn = (of: (at: number) => string | null, different: number, rows = 1000): Column =>
    words(upTo(rows).map((row) => of((row * row + row) % different)));

  it('has a word for each of the other, missing cells among them', () => {
    const a = turn((at) => `a${at}`, 7);
    expect(copies({ a, b: turn((at) => (at === 0 ? null : `b${at}`), 7) })).toEqual(['b = a']);
    expect(copies({ a, b: turn((at) => `b${at % 6}`, 7) })).toEqual([]);
    expect(copies({ a, b: texts(upTo(1000).map((row) => `t${(row * row + row) % 7}`)) })).toEqual(['b = a']);
    expect(copies({ a, b: turn((at) => `b${at}`, 7), c: turn((at) => `c${at}`, 7) })).toEqual([
      'b = a',
      'c = a',
    ]);
  });

  it('has 200 words at most', () => {
    const of = (different: number, name: string): Column =>
      words(upTo(1000).map((row) => `${name}${row % different}`));
    expect(copies({ a: of(200, 'a'), b: of(200, 'b') })).toEqual(['b = a']);
    expect(copies({ a: of(201, 'a'), b: of(201, 'b') })).toEqual([]);
  });

  it('has two words or more, and is looked for in fifty rows or more', () => {
    const of = (rows: number, name: string, different = 2): Column =>
      words(upTo(rows).map((row) => `${name}${row % different}`));
    expect(copies({ a: of(50, 'a'), b: of(50, 'b') })).toEqual(['b = a']);
    expect(copies({ a: of(49, 'a'), b: of(49, 'b') })).toEqual([]);
    expect(copies({ a: of(50, 'a', 1), b: of(50, 'b', 1) })).toEqual([]);
  });

  it('may be a number, and is told whole', () => {
    const [one, ...more] = found({
      a: turn((at) => `a${at}`, 3),
      b: numbers(upTo(1000).map((row) => [4, 9, 5][(row * row + row) % 3]!)),
    });
    expect(more).toEqual([]);
    expect(one).toEqual({
      check: 'collinear',
      column: 'b',
      severity: 'info',
      message:
        'b says the same as a (each value of b goes with one value of a): importance is shared between them.',
      count: 1000,
      examples: [
        { rowId: 'id-0', value: '4' },
        { rowId: 'id-1', value: '5' },
      ],
      fix: expect.stringContaining('features: { drop: [old, b] }'),
      line: 'features: { drop: [old, b] }',
    });
  });
});

it('two columns in which no word comes twice do not say the same, few rows or many', () => {
  for (const rows of [60, 150, 199]) {
    const names = (prefix: string): Column => texts(upTo(rows).map((row) => `${prefix}${row}`));
    expect(
      copies({
        a: names('x'),
        b: names('y'),
        height: numbers(luck.slice(0, rows)),
        income: numbers(other.slice(0, rows)),
      }),
    ).toEqual([]);
  }
});
