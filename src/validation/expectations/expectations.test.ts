import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { finish, pieceRows } from '../../work.ts';
import type { Work } from '../../work.ts';
import { numbers, profileOf, snapshot, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import { boundsText, within } from './bounds.ts';
import type { Bounds, Expectation } from './expectation.ts';
import type { ExpectingInput } from './index.ts';
import { expectationKinds, expecting } from './index.ts';
import { columnNamed, judgingCells, judgingRows } from './judging.ts';

type Written = Expectation extends infer One
  ? One extends Expectation
    ? Omit<One, 'item' | 'mostly' | 'severity' | 'because'> & Partial<One>
    : never
  : never;
const asked = (written: Written): Expectation => ({
  item: 0,
  mostly: 1,
  severity: 'error',
  because: '',
  ...written,
});
const input = (
  columns: Readonly<Record<string, Column>>,
  rest: Partial<ExpectingInput> = {},
): ExpectingInput => ({ ...snapshot(columns), overdue: [], ...rest });
const found = (
  written: Written,
  columns: Readonly<Record<string, Column>>,
  rest: Partial<ExpectingInput> = {},
): Finding[] => finish(expecting([asked(written)], input(columns, rest)));
/** Rows that fail, by the examples. */
const failing = (...given: Parameters<typeof found>): string[] =>
  found(...given).flatMap(({ examples }) => examples.map(({ rowId }) => rowId.replace('id-', '')));
const times = (...values: string[]): Column => ({
  kind: 'time',
  values: Float64Array.from(values, (text) => Date.parse(text)),
});
/** The steps of a work, and its result. */
function steps<Result>(work: Work<Result>): { readonly rows: number[]; readonly result: Result } {
  const rows: number[] = [];
  for (;;) {
    const step = work.next();
    if (step.done === true) return { rows, result: step.value };
    rows.push(step.value);
  }
}

describe('bounds', () => {
  const inside = (bounds: Bounds, ...values: number[]): boolean[] => values.map(within(bounds));

  it('hold their ends or leave them out, each for itself', () => {
    expect(inside({ at_least: 2 }, 1.9, 2, 9, NaN)).toEqual([false, true, true, false]);
    expect(inside({ at_most: 2 }, -9, 2, 2.1, NaN)).toEqual([true, true, false, false]);
    expect(inside({ above: 2 }, 1, 2, 2.1, NaN)).toEqual([false, false, true, false]);
    expect(inside({ below: 2 }, 1.9, 2, 9, NaN)).toEqual([true, false, false, false]);
    expect(inside({}, -Infinity, 0, Infinity, NaN)).toEqual([true, true, true, false]);
    expect(inside({ at_least: 0, below: 0 }, 0)).toEqual([false]);
    expect(inside({ above: 0, at_most: 0 }, 0)).toEqual([false]);
  });

  it('may be times', () => {
    const day = Date.parse('2024-03-01');
    for (const [bound, expected] of [
      ['at_least', [false, true, true]],
      ['above', [false, false, true]],
      ['at_most', [true, true, false]],
      ['below', [true, false, false]],
    ] as const)
      expect(inside({ [bound]: '2024-03-01' }, day - 1, day, day + 1)).toEqual(expected);
  });

  it('are said in words: between only where both ends are held and nothing else is asked', () => {
    expect(boundsText({ at_least: 1, at_most: 2 })).toBe('between 1 and 2');
    expect(boundsText({ at_least: 1, at_most: 2, above: 0 })).toBe('at least 1 and at most 2 and above 0');
    expect(boundsText({ at_least: 1, at_most: 2, below: 3 })).toBe('at least 1 and at most 2 and below 3');
    expect(boundsText({ at_least: 1, below: 3 })).toBe('at least 1 and below 3');
    expect(boundsText({ at_most: '2024-01-01', above: 0 })).toBe('at most 2024-01-01 and above 0');
    expect(boundsText({ below: 0 })).toBe('below 0');
  });
});

describe('rows that are judged', () => {
  it('are counted, and the first five that fail are kept', () => {
    const of = (row: number): boolean | null => (row % 3 === 0 ? null : row % 3 === 1);
    const { rows, result } = steps(judgingRows(30, of, String));
    expect(result).toMatchObject({ kind: 'rows', judged: 20, failed: 10, first: [2, 5, 8, 11, 14] });
    expect(rows).toEqual([30]);
  });

  it('are looked at in pieces', () => {
    const of = (rows: number): number[] => steps(judgingRows(rows, () => true, String)).rows;
    expect(of(pieceRows - 1)).toEqual([pieceRows - 1]);
    expect(of(pieceRows)).toEqual([pieceRows, 0]);
    expect(of(2 * pieceRows + 1)).toEqual([pieceRows, pieceRows, 1]);
  });

  it('of a category look at each different word once, and at words that no row has never', () => {
    const seen: (string | number)[] = [];
    const table = input({ a: words(['x', 'y', null, 'x', 'y'], ['unused']) });
    const { result } = steps(
      judgingCells(table, 'a', (cell) => {
        seen.push(cell);
        return cell === 'x';
      }),
    );
    expect(seen).toEqual(['x', 'y']);
    expect(result).toMatchObject({ judged: 4, failed: 2, first: [1, 4] });
    expect(result.shown(1)).toBe('y');
  });

  it('are of a column that is there', () => {
    expect(() => columnNamed(input({ a: numbers([1]) }), 'b')).toThrow(RangeError);
    expect(columnNamed(input({ a: numbers([1]) }), 'a').kind).toBe('number');
  });
});

describe('a finding of rows', () => {
  it('names the first of them in the order of the snapshot, and five at most', () => {
    const [one] = found(
      { expects: 'range', column: 'a', bounds: { below: 3 } },
      { a: numbers(upTo(10)) },
      { recordOf: (row) => 2 * row + 1 },
    );
    expect(one).toMatchObject({ count: 7, record: 7, column: 'a', check: 'declared-range' });
    expect(one!.examples.map(({ rowId }) => rowId)).toEqual(['id-3', 'id-4', 'id-5', 'id-6', 'id-7']);
    expect(one!.examples[0]!.value).toBe('3');
  });

  it('tolerates the share that may fail to the last row, whatever rounding makes of it', () => {
    for (const [mostly, rows, failed] of [
      [0.9, 10, 1],
      [0.7, 10, 3],
      [0.99, 1000, 10],
      [0.8, 35, 7],
    ] as const) {
      const of = (wrong: number): string | undefined =>
        found(
          { expects: 'range', column: 'a', bounds: { at_least: wrong }, mostly },
          { a: numbers(upTo(rows)) },
        )[0]?.severity;
      expect([of(failed), of(failed + 1)]).toEqual(['info', 'error']);
    }
  });

  it('comes for each expectation, in their order', () => {
    const checks = finish(
      expecting(
        [
          asked({ expects: 'presence', column: 'b', item: 0 }),
          asked({ expects: 'rows', bounds: { at_least: 5 }, item: 1 }),
          asked({ expects: 'presence', column: 'a', item: 2 }),
        ],
        input({ a: numbers([NaN]), b: texts([null]) }),
      ),
    ).map(({ check, column, count }) => [check, column, count]);
    expect(checks).toEqual([
      ['declared-presence', 'b', 1],
      ['declared-rows', undefined, 1],
      ['declared-presence', 'a', 1],
    ]);
  });
});

describe('the type of cells', () => {
  it('is that of the grammar for texts, and of numbers whole or not', () => {
    const cells = texts(['12', '-3.0', '1.5', '1e3', 'x', '', '2024-01-01', 'true', null]);
    const of = (type: 'integer' | 'number' | 'time' | 'boolean'): string[] =>
      failing({ expects: 'type', column: 'a', type }, { a: cells });
    expect(of('number')).toEqual(['4', '5', '6', '7']);
    expect(of('time')).toEqual(['0', '1', '2', '3', '4']);
    expect(of('boolean')).toEqual(['0', '1', '2', '3', '4']);
    expect(of('integer')).toContain('2');
    expect(of('integer')).not.toContain('0');
    const column = 'a';
    const own = { a: numbers([1.5, Infinity, 2, NaN]) };
    expect(failing({ expects: 'type', column, type: 'integer' }, own)).toEqual(['0', '1']);
    expect(failing({ expects: 'type', column, type: 'number' }, own)).toEqual([]);
  });
});

describe('the length of a text', () => {
  it('is counted in code points', () => {
    const of = (text: string): number =>
      [0, 1, 2, 3, 4].find(
        (length) =>
          failing({ expects: 'length', column: 'a', bounds: { at_most: length } }, { a: texts([text]) })
            .length === 0,
      )!;
    expect(['', 'a', '😀', 'a😀b', '\uE000', '\uD7FF\uFFFF', 'é'].map(of)).toEqual([0, 1, 1, 3, 1, 2, 2 - 1]);
  });

  it('may be that of a number as it is shown', () => {
    expect(
      failing({ expects: 'length', column: 'a', bounds: { at_most: 2 } }, { a: numbers([12, 123, -1]) }),
    ).toEqual(['1']);
  });
});

describe('rows that are unique', () => {
  const unique = (...columns: Column[]): string[] =>
    failing(
      { expects: 'uniqueness', columns: columns.map((_, at) => `c${at}`) },
      Object.fromEntries(columns.map((column, at) => [`c${at}`, column])),
    );

  it('are so by one column of any kind; missing cells are not judged', () => {
    expect(unique(numbers([1, 2, NaN, NaN, 1]))).toEqual(['0', '4']);
    expect(unique(texts(['a', null, null, 'b', 'b']))).toEqual(['3', '4']);
    expect(unique(words(['a', null, null, 'b', 'a']))).toEqual(['0', '4']);
    expect(unique(times('2024-01-01', '2024-01-02', '2024-01-01'))).toEqual(['0', '2']);
  });

  it('are so by several columns together', () => {
    const [a, b] = [numbers([1, 1, 2, 2, 1, NaN, NaN]), words(['x', 'y', 'x', 'x', 'x', 'x', 'x'])];
    const c = texts(['p', 'p', 'p', 'p', 'q', 'p', 'p']);
    expect(unique(a, b)).toEqual(['0', '2', '3', '4']);
    expect(unique(b, a)).toEqual(['0', '2', '3', '4']);
    expect(unique(a, b, c)).toEqual(['2', '3']);
    expect(unique(a, words(['x', null, null, null, 'x', 'x', 'x']), c)).toEqual([]);
  });

  it('are looked at in pieces', () => {
    const rows = pieceRows + 1;
    const kind = expectationKinds.uniqueness;
    const columns = { a: numbers(upTo(rows)), b: numbers(upTo(rows)) };
    const of = (...names: string[]): number[] =>
      steps(
        kind.judge(
          { ...asked({ expects: 'rows', bounds: {} }), expects: 'uniqueness', columns: names },
          input(columns),
        ),
      ).rows;
    expect(of('a')).toEqual([pieceRows, pieceRows, 1]);
    expect(of('a', 'b')).toEqual([pieceRows, pieceRows, pieceRows, pieceRows, 1]);
  });
});

describe('the order of rows', () => {
  const rising = (km: Column, at: Column, strictly = false): string[] =>
    failing({ expects: 'monotony', column: 'km', by: 'at', strictly }, { km, at });

  it('is by another column, where both are known', () => {
    expect(rising(numbers([1, 3, 2, 4]), numbers([1, 2, 3, 4]))).toEqual(['2']);
    expect(rising(numbers([1, 3, 2, 4]), numbers([1, 3, 2, 4]))).toEqual([]);
    expect(rising(numbers([5, NaN, 4]), numbers([1, 2, NaN]))).toEqual([]);
    expect(rising(times('2024-01-02', '2024-01-01'), numbers([1, 2]))).toEqual(['1']);
    expect(rising(numbers([2, 1]), times('2024-01-01', '2024-01-02'))).toEqual(['1']);
    expect(rising(numbers([1, 1]), numbers([1, 2]), true)).toEqual(['1']);
    expect(rising(numbers([1]), numbers([1]), true)).toEqual([]);
  });

  it('is one of numbers or times', () => {
    expect(() => rising(words(['a']), numbers([1]))).toThrow(TypeError);
    expect(() => rising(numbers([1]), texts(['a']))).toThrow(TypeError);
  });
});

describe('the distance to the snapshot before', () => {
  const distance = (
    now: Column,
    before: Column | undefined,
    most: number,
    measure: 'ks' | 'psi' = 'ks',
  ): Finding[] =>
    found(
      { expects: 'distance', column: 'a', measure, at_most: most },
      { a: now },
      { previous: profileOf(before === undefined ? { b: numbers([1]) } : { a: before }) },
    );

  it('may be as far as it may be, and no farther', () => {
    const [now, before] = [words(['x', 'x', 'x', 'y']), words(['x', 'y'])];
    expect(distance(now, before, 0.25)).toEqual([]);
    expect(distance(now, before, 0.2499)).toMatchObject([{ severity: 'error', count: 4 }]);
  });

  it('counts rows that have a value', () => {
    expect(distance(words(['x', null, 'z']), words(['x', 'y', null]), 0.1)).toMatchObject([{ count: 2 }]);
    expect(distance(numbers([9, NaN]), numbers([1, 2, NaN]), 0.1)).toMatchObject([{ count: 1 }]);
  });

  it('holds the rare words before against all that were not named', () => {
    const many = upTo(60).flatMap((at) => upTo(at < 50 ? 2 : 1).map(() => `w${at}`));
    expect(distance(words(many), words(many), 0)).toEqual([]);
    expect(distance(words(many.map((word) => (word > 'w5' ? 'new' : word))), words(many), 0.01)).toHaveLength(
      1,
    );
  });

  it('is none where the column was not there, had no value, or is of texts', () => {
    const none = [
      distance(numbers([1]), undefined, 0),
      distance(numbers([1]), words(['x']), 0),
      distance(numbers([1]), numbers([NaN]), 0),
      distance(words([null]), words(['x']), 0),
      distance(texts(['a']), texts(['b']), 0, 'psi'),
    ];
    for (const findings of none) expect(findings).toMatchObject([{ severity: 'info', count: 0 }]);
  });
});

describe('a figure of a column', () => {
  it('is judged to twelve digits, and counts the rows that have a value', () => {
    const bounds = { at_most: 0.3 };
    const of = (...values: number[]): Finding[] =>
      found(
        { expects: 'statistic', column: 'a', statistic: 'sum', probability: 0.5, bounds },
        { a: numbers(values) },
      );
    expect(of(0.1, 0.2)).toEqual([]);
    expect(of(0.1, 0.2, NaN, 1e-9)).toMatchObject([{ count: 3 }]);
  });
});
