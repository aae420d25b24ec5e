import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { evaluateSlices } from './slices.ts';
import type { SliceOptions } from './slices.ts';
import type { Column } from '../data/columns.ts';
import type { Task } from '../modeling/model.ts';

const regression: Task = { kind: 'regression' };
const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const words = (values: readonly (string | null)[]): Column => {
  const dictionary = [...new Set(values.filter((value) => value !== null))];
  return {
    kind: 'category',
    codes: Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value))),
    dictionary,
  };
};
const upTo = (count: number) => Array.from({ length: count }, (_, row) => row);

/** Rows of a regression that are off by `error(row)`, with one column. */
function sliced(
  rows: number,
  column: Column,
  error: (row: number) => number,
  change: Partial<SliceOptions> = {},
) {
  return evaluateSlices({
    task: regression,
    scored: { scores: Float64Array.from(upTo(rows), error), target: new Float64Array(rows) },
    table: { rows, columns: new Map([['x', column]]) },
    columns: ['x'],
    minRows: 10,
    metric: 'mae',
    random: createRandom(1),
    ...change,
  });
}
const names = (slices: ReturnType<typeof sliced>) => slices.map(({ slice }) => slice);

describe('which slices there are', () => {
  it('one a category and one of missing cells, from the fewest rows asked for on', () => {
    const column = words(upTo(100).map((row) => (row < 10 ? null : row < 19 ? 'a' : row < 29 ? 'b' : 'c')));
    const slices = sliced(100, column, () => 1);
    expect(slices.map(({ slice, rows }) => [slice, rows])).toEqual([
      ['x = b', 10],
      ['x = c', 71],
      ['x missing', 10],
    ]);
    expect(names(sliced(100, column, () => 1, { minRows: 9 }))).toContain('x = a');
    expect(names(sliced(100, column, () => 1, { minRows: 0 }))).toHaveLength(4);
  });

  it('none of all rows, of no rows, of text, or of a column that is not there', () => {
    expect(sliced(50, words(upTo(50).map(() => 'a')), () => 1)).toEqual([]);
    expect(sliced(50, { kind: 'text', values: upTo(50).map(() => 'a') }, () => 1)).toEqual([]);
    expect(sliced(50, words(upTo(50).map(String)), () => 1, { columns: ['y'] })).toEqual([]);
    const unused: Column = { kind: 'category', codes: new Int32Array(50).fill(1), dictionary: ['a', 'b'] };
    expect(sliced(50, unused, () => 1, { minRows: 0 })).toEqual([]);
  });

  it('quarters of numbers, each with its bounds, the upper end in the last', () => {
    const column: Column = { kind: 'number', values: Float64Array.from(upTo(101)) };
    const slices = sliced(101, column, (row) => row);
    expect(slices.map(({ slice, rows }) => [slice, rows])).toEqual([
      ['x in [0, 25)', 25],
      ['x in [25, 50)', 25],
      ['x in [50, 75)', 25],
      ['x in [75, 100]', 26],
    ]);
    // The mean of |error| over rows 25 … 49.
    expect(slices[1]?.metrics['mae']).toBeCloseTo(37, 12);
  });

  it('times by day, missing numbers apart', () => {
    const day = 86_400_000;
    const values = Float64Array.from(upTo(80), (row) => (row < 20 ? NaN : row * day));
    expect(names(sliced(80, { kind: 'time', values }, () => 1))).toEqual([
      'x in [1970-01-21, 1970-02-04)',
      'x in [1970-02-04, 1970-02-19)',
      'x in [1970-02-19, 1970-03-06)',
      'x in [1970-03-06, 1970-03-21]',
      'x missing',
    ]);
    expect(names(sliced(80, { kind: 'number', values }, () => 1)).at(-1)).toBe('x missing');
  });
});

describe('what a slice says', () => {
  it('has the metrics of its rows, at the threshold of the model', () => {
    const p = upTo(40).map((row) => (row % 4) / 4);
    const options = {
      task: churn,
      scored: {
        scores: Float64Array.from(p.flatMap((value) => [1 - value, value])),
        target: Float64Array.from(upTo(40), (row) => (row % 4 === 1 ? 1 : 0)),
      },
      metric: 'accuracy',
    };
    const column = words(upTo(40).map((row) => (row % 2 === 0 ? 'even' : 'odd')));
    const accuracy = (threshold?: number) =>
      sliced(40, column, () => 0, { ...options, ...(threshold === undefined ? {} : { threshold }) }).map(
        ({ metrics }) => metrics['accuracy'],
      );
    // Even rows say 0 and .5 and are No; odd rows say .25, which is Yes, and .75, which is No.
    expect(accuracy(0.25)).toEqual([0.5, 0.5]);
    expect(accuracy(0.6)).toEqual([1, 0]);
    expect(accuracy()).toEqual([0.5, 0]);
  });

  it('has the interval of the mean of its own rows', () => {
    const column = words(upTo(400).map((row) => (row % 4 === 0 ? 'rare' : 'often')));
    const [often, rare] = [
      ...sliced(400, column, (row) => (row % 4 === 0 ? 3 : 1) + (row % 8 < 4 ? 0.1 : -0.1)),
    ].sort((left, right) => right.rows - left.rows);
    for (const [slice, mean] of [
      [often, 1],
      [rare, 3],
    ] as const) {
      const { value, low, high } = slice!.interval!;
      expect(value).toBeCloseTo(mean, 6);
      expect([low < mean, high > mean, high - low < 0.1]).toEqual([true, true, true]);
    }
    expect(rare!.interval!.high - rare!.interval!.low).toBeGreaterThan(
      often!.interval!.high - often!.interval!.low,
    );
  });

  it('is worse only where it is worse, whichever way the metric points', () => {
    const column = words(upTo(400).map((row) => (row % 4 === 0 ? 'a' : 'b')));
    const noise = createRandom(2);
    const off = upTo(400).map(() => 1 + 0.2 * noise.normal());
    const worse = (error: (row: number) => number, change?: Partial<SliceOptions>) =>
      sliced(400, column, error, change)
        .filter((slice) => slice.worse)
        .map(({ slice }) => slice);
    expect(worse((row) => off[row]! + (row % 4 === 0 ? 1 : 0))).toEqual(['x = a']);
    expect(worse((row) => off[row]! + (row % 4 === 0 ? 0 : 1))).toEqual(['x = b']);
    expect(worse((row) => off[row]!)).toEqual([]);
    const scores = Float64Array.from(
      upTo(400).flatMap((row) => (row % 4 === 0 && row % 3 > 0 ? [0.9, 0.1] : [0.1, 0.9])),
    );
    const target = new Float64Array(400).fill(1);
    expect(worse(() => 0, { task: churn, metric: 'accuracy', scored: { scores, target } })).toEqual([
      'x = a',
    ]);
  });

  it('knows that a slice of nine tenths is most of the whole: its noise against it is small', () => {
    // Nine tenths are worse than all by .03, which is 1.8 standard errors of their mean (.5/√900): p = .07 for the
    // better of two slices. Of a part that is nine tenths of the whole it is 1.8/√.1 = 5.7.
    const noise = createRandom(5);
    const base = upTo(1000).map(() => 0.5 * (noise.next() < 0.5 ? -1 : 1));
    const error = (row: number) => (row < 900 ? 1.2 + base[row]! : 0.9);
    const column = words(upTo(1000).map((row) => (row < 900 ? 'most' : 'few')));
    const found = sliced(1000, column, error);
    expect(found.map(({ slice, worse }) => [slice, worse])).toEqual([
      ['x = most', true],
      ['x = few', false],
    ]);
  });

  it('counts how many slices were looked at', () => {
    // One slice of 40 is worse by 2.3 standard errors: p = .011 for it alone, .43 among 40.
    const noise = createRandom(8);
    const raw = upTo(2000).map(() => noise.normal());
    const centred = upTo(2000).map((row) => {
      const slice = raw.slice(50 * Math.floor(row / 50), 50 * Math.floor(row / 50) + 50);
      return raw[row]! - slice.reduce((sum, value) => sum + value, 0) / 50;
    });
    const error = (row: number) => 10 + centred[row]! + (row < 50 ? 2.3 / Math.sqrt(50) : 0);
    const many = sliced(2000, words(upTo(2000).map((row) => `s${Math.floor(row / 50)}`)), error);
    expect(many).toHaveLength(40);
    expect(many.some(({ worse }) => worse)).toBe(false);
    const two = sliced(2000, words(upTo(2000).map((row) => (row < 50 ? 'first' : 'others'))), error);
    expect(two.map(({ worse }) => worse)).toEqual([true, false]);
  });

  it('says worse of no slice whose metric is undefined', () => {
    const column = words(upTo(40).map((row) => (row < 20 ? 'a' : 'b')));
    const scored = {
      scores: Float64Array.from(upTo(80), () => 0.5),
      target: Float64Array.from(upTo(40), (row) => (row < 20 ? 0 : row % 2)),
    };
    const [a] = sliced(40, column, () => 0, { task: churn, metric: 'roc_auc', scored });
    expect(a).toMatchObject({ slice: 'x = a', worse: false });
    expect(a?.metrics).not.toHaveProperty('roc_auc');
  });
});
