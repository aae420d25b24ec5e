import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import {
  found,
  leaves,
  luckOf,
  numbers,
  rows,
  said,
  spends,
  texts,
  upTo,
  words,
  yesNo,
} from './planted.fixture.ts';

// The limits of the questions of fitness, each from both sides, where `planted.test.ts` and `leaks.test.ts` do not have them.

const quantity = numbers(spends);
const luck = luckOf('borders');

describe('a number that follows another one', () => {
  const gaps = (missing: number): Readonly<Record<string, Column>> => ({
    spent: numbers(spends.map((value, row) => (row < missing ? NaN : value))),
    cents: numbers(spends.map((value, row) => (row < missing ? NaN : value * 100))),
  });

  it('is compared where half of its cells are there', () => {
    expect(said(found(gaps(rows / 2)))).toContain('collinear cents');
    expect(said(found(gaps(rows / 2 + 1)))).not.toContain('collinear cents');
  });

  it('is said to be so from a correlation of .9995 on, whole where there is nothing between', () => {
    const noisy = (noise: number): string[] =>
      said(found({ spent: quantity, near: numbers(spends.map((value, row) => value + noise * luck[row]!)) }));
    expect([noisy(1), noisy(20)]).toEqual([['collinear near'], []]);
  });

  it('counts a constant and one of few words for nothing', () => {
    const constant = numbers(spends.map(() => 7));
    expect(said(found({ one: constant, other: constant }))).toEqual([]);
    // One word in more than 98 of a hundred rows: the rest is too little.
    const coded = (rare: number, a: string, b: string): Column =>
      words(upTo(rows).map((row) => (row < rare ? a : b)));
    expect(said(found({ x: coded(24, 'a', 'b'), y: coded(24, 'c', 'd') }))).toContain('collinear y');
    expect(said(found({ x: coded(23, 'a', 'b'), y: coded(23, 'c', 'd') }))).not.toContain('collinear y');
  });
});

describe('parts that make up the label', () => {
  const part = spends.map((value, row) => Math.round(value * luck[row]! * 100) / 100);
  const rest = spends.map((value, row) => Math.round((value - part[row]!) * 100) / 100);
  const derived = (columns: Readonly<Record<string, Column>>): string[] =>
    found(columns, {}, quantity)
      .filter(({ check }) => check === 'leak-derived')
      .map(({ message }) => message);

  it('have to make it in nineteen rows of twenty', () => {
    const wrong = (count: number): Column =>
      numbers(rest.map((value, row) => (row % 20 === 7 && row < 20 * count ? value + 9 : value)));
    expect(derived({ part: numbers(part), rest: wrong(60) })[0]).toContain('in 95.0 % of the rows');
    const more = numbers(rest.map((value, row) => (row % 20 === 7 || row === 1 ? value + 9 : value)));
    // Below that they are about the label, not the label.
    expect(derived({ part: numbers(part), rest: more })[0]).toMatch(/^churn is about part \+ rest/);
  });

  it('have to be there in half of the rows', () => {
    const there = (missing: number): Column =>
      numbers(rest.map((value, row) => (row < missing ? NaN : value)));
    expect(derived({ part: numbers(part), rest: there(rows / 2) })).toHaveLength(1);
    expect(derived({ part: numbers(part), rest: there(rows / 2 + 1) })).toEqual([]);
  });

  it.each<[string, (a: number, b: number) => number, string]>([
    ['a sum', (a, b) => a + b, 'a + b'],
    ['a difference', (a, b) => a - b, 'a − b'],
    ['a difference the other way', (a, b) => b - a, 'b − a'],
    ['a product', (a, b) => a * b, 'a × b'],
    ['a ratio', (a, b) => a / b, 'a / b'],
    ['a ratio the other way', (a, b) => b / a, 'b / a'],
    ['a mean', (a, b) => (a + b) / 2, 'the mean of a and b'],
  ])('may be %s', (_what, of, formula) => {
    const [a, b] = [
      luckOf('a').map((v) => 1 + Math.round(v * 1000)),
      luckOf('b').map((v) => 1 + Math.round(v * 1000)),
    ];
    const label = numbers(a.map((value, row) => of(value, b[row]!)));
    const messages = found({ a: numbers(a), b: numbers(b) }, {}, label)
      .filter(({ check }) => check === 'leak-derived')
      .map(({ message }) => message);
    const swapped = formula.replaceAll('a', '#').replaceAll('b', 'a').replaceAll('#', 'b');
    expect(messages).toHaveLength(1);
    expect(
      [`churn is ${formula} in`, `churn is ${swapped} in`, 'churn is the mean of b and a in'].some((said) =>
        messages[0]!.startsWith(said),
      ),
    ).toBe(true);
  });

  it.each<[string, readonly [number, number, number]]>([
    ['a + b + c', [1, 1, 1]],
    ['a + b − c', [1, 1, -1]],
    ['a − b − c', [1, -1, -1]],
  ])('may be three: %s', (_formula, [p, q, r]) => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) =>
      luckOf(`three ${name}`).map((v) => Math.round(v * 1000)),
    ) as [number[], number[], number[]];
    const label = numbers(a.map((value, row) => p * value + q * b[row]! + r * c[row]!));
    const messages = found({ a: numbers(a), b: numbers(b), c: numbers(c) }, {}, label)
      .filter(({ check }) => check === 'leak-derived')
      .map(({ message }) => message);
    expect(messages).toHaveLength(1);
    const said = /^churn is (.*) in 100\.0 %/.exec(messages[0]!)![1]!;
    const signs = Object.fromEntries(
      [...` + ${said}`.matchAll(/ ([+−]) (\w)/g)].map(([, sign, name]) => [name, sign === '+' ? 1 : -1]),
    );
    expect(signs).toEqual({ a: p, b: q, c: r });
  });

  it('make no formula of a label of fewer than twenty values, nor of classes', () => {
    const few = (different: number): string[] => {
      const a = upTo(rows).map((row) => row % different);
      const b = upTo(rows).map((row) => Math.floor(row / different) % 3);
      const label = numbers(a.map((value, row) => value - b[row]! + b[row]!));
      const halves = numbers(a.map((value, row) => value - b[row]!));
      return said(found({ halves, b: numbers(b) }, {}, label)).filter((text) =>
        text.startsWith('leak-derived'),
      );
    };
    expect([few(20), few(19)]).toEqual([[expect.stringMatching(/^leak-derived/)], []]);
  });
});

describe('somebody with several rows', () => {
  const each = (count: number): Column => texts(upTo(rows).map((row) => `C-${Math.floor(row / count)}`));
  const grouped = (columns: Readonly<Record<string, Column>>): string[] =>
    said(found(columns)).filter((text) => text.startsWith('groups'));

  it.each([
    'customer',
    'user_id',
    'patient-no',
    'machine.key',
    'hh',
    'cust ref',
    'policyNumber',
    'session_uuid',
    'deviceID',
    'x_guid',
  ])('is told by the name %s', (name) =>
    expect(grouped({ [name]: each(4) })).toEqual([`groups-over-split ${name}`]),
  );

  it.each(['customers', 'useful', 'grid', 'machinery', 'idle', 'region'])('is not by the name %s', (name) =>
    expect(grouped({ [name]: each(4) })).toEqual([]),
  );

  it('has 1.2 to 50 rows on average, is one of twenty or more, and mostly known', () => {
    expect([grouped({ user: each(50) }), grouped({ user: each(60) })]).toEqual([
      ['groups-over-split user'],
      [],
    ]);
    const of = (different: number): Column => texts(upTo(rows).map((row) => `C-${row % different}`));
    expect([grouped({ user: of(1000) }), grouped({ user: of(1001) })]).toEqual([
      ['groups-over-split user'],
      [],
    ]);
    const few = (different: number): Column =>
      texts(upTo(rows).map((row) => (row < 700 ? `C-${row % different}` : null)));
    expect([grouped({ user: few(20) }), grouped({ user: few(19) })]).toEqual([
      ['groups-over-split user'],
      [],
    ]);
    const known = (count: number): Column =>
      texts(upTo(rows).map((row) => (row < count ? `C-${row % 100}` : null)));
    expect([grouped({ user: known(601) }), grouped({ user: known(600) })]).toEqual([
      ['groups-over-split user'],
      [],
    ]);
  });

  it('may be a number where its name says so, and a whole one', () => {
    const number = (of: (row: number) => number): Column => numbers(upTo(rows).map(of));
    expect(grouped({ user_id: number((row) => 7 * Math.floor(row / 4)) })).toHaveLength(1);
    expect(grouped({ user_id: number((row) => 0.5 + Math.floor(row / 4)) })).toEqual([]);
    expect(grouped({ height: number((row) => Math.floor(row / 4)) })).toEqual([]);
  });
});

describe('twins', () => {
  it('are known by all that stands in them: words, numbers, times and texts', () => {
    const copies = (changed: (row: number) => boolean) => {
      const source = (row: number): number => (row < 600 ? row : row - 600);
      const of = (row: number): number => source(row) + (changed(row) ? 0.5 : 0);
      return said(
        found(
          {
            id: texts(upTo(rows).map((row) => `r${row}`)),
            n: numbers(upTo(rows).map((row) => source(row) * 3)),
            t: { kind: 'time', values: Float64Array.from(upTo(rows), of) },
            x: texts(upTo(rows).map((row) => (source(row) % 7 === 0 ? null : `text ${source(row)}`))),
          },
          {
            rowIdColumns: ['id'],
            drop: ['age', 'income', 'tenure', 'plan', 'city'],
            split: { strategy: 'time', group: null },
          },
          yesNo(upTo(rows).map((row) => leaves[source(row)]!)),
        ),
      ).filter((text) => text.startsWith('copies'));
    };
    expect(copies(() => false)).toEqual(['copies-over-split ']);
    expect(copies((row) => row >= 600)).toEqual([]);
    expect(copies((row) => row >= 602)).toEqual(['copies-over-split ']);
    expect(copies((row) => row >= 601)).toEqual([]);
  });
});
