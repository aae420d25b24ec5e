import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../data/columns.ts';
import { apply, fit, outputNames } from '../index.ts';
import type { FittedFeatures, Params } from '../spec.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const times = (...values: string[]): Column => ({
  kind: 'time',
  values: Float64Array.from(values, (text) => (text === '' ? NaN : new Date(text).getTime())),
});
function words(...values: (string | null)[]): Column {
  const dictionary = [...new Set(values.filter((value) => value !== null))].reverse();
  return {
    kind: 'category',
    codes: Int32Array.from(values, (v) => (v === null ? -1 : dictionary.indexOf(v))),
    dictionary,
  };
}
const rowsOf = (column: Column): number =>
  column.kind === 'category' ? column.codes.length : column.values.length;
const table = (column: Column): Table => ({ rows: rowsOf(column), columns: new Map([['x', column]]) });

function fitted(transform: string, params: Params, train: Column): FittedFeatures {
  return fit(
    { auto: false, drop: [], features: [{ column: 'x', steps: [{ transform, params }] }] },
    table(train),
    [],
  );
}

/** Feature rows of `test` after fitting on `train`. */
function run(transform: string, params: Params, train: Column, test: Column = train): number[][] {
  const { rows, names, dense } = apply(fitted(transform, params, train), table(test));
  return Array.from({ length: rows }, (_, i) =>
    Array.from(dense.subarray(i * names.length, (i + 1) * names.length)),
  );
}

describe('one_hot', () => {
  const colours = words('red', 'blue', null, 'red', 'green');
  it('has a column a category in sorted order; missing and unseen are all zero', () => {
    expect(outputNames(fitted('one_hot', {}, colours))).toEqual(['x=blue', 'x=green', 'x=red']);
    expect(run('one_hot', {}, colours, words('red', 'mauve', null, 'blue'))).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });
  it('puts rare categories together, unseen ones with them', () => {
    const names = outputNames(fitted('one_hot', { min_count: 2 }, colours));
    expect(names).toEqual(['x=red', 'x:other']);
    expect(run('one_hot', { min_count: 2 }, colours, words('red', 'blue', 'mauve', null))).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    expect(outputNames(fitted('one_hot', { max_categories: 2 }, colours))).toEqual([
      'x=blue',
      'x=red',
      'x:other',
    ]);
  });
  it('makes two categories one signed column if asked', () => {
    expect(
      run('one_hot', { signed_binary: true }, words('no', 'yes'), words('no', 'yes', null, 'maybe')),
    ).toEqual([[-1], [1], [0], [0]]);
    expect(outputNames(fitted('one_hot', { signed_binary: true }, colours))).toHaveLength(3);
  });
  it('does not count words that stand in the dictionary only', () => {
    const column: Column = { kind: 'category', codes: Int32Array.of(0, 0), dictionary: ['a', 'b'] };
    expect(outputNames(fitted('one_hot', {}, column))).toEqual(['x=a']);
  });
});

describe('ordinal', () => {
  it('numbers from 1 in the given order', () => {
    const sizes = words('small', 'large', null);
    expect(
      run('ordinal', { order: ['small', 'large'] }, sizes, words('large', 'small', 'huge', null)),
    ).toEqual([[2], [1], [0], [0]]);
    expect(run('ordinal', {}, sizes)).toEqual([[2], [1], [0]]);
  });
  it('refuses an order with a category twice', () => {
    expect(() => run('ordinal', { order: ['a', 'a'] }, words('a'))).toThrow('twice');
  });
});

describe('hashing', () => {
  it('gives each word its bucket, seen or not, and missing none', () => {
    const [a, b, missing] = run('hashing', { buckets: 8 }, words('a'), words('a', 'b', null));
    expect(a!.reduce((sum, value) => sum + value)).toBe(1);
    expect(b!.reduce((sum, value) => sum + value)).toBe(1);
    expect(missing).toEqual(Array(8).fill(0));
  });
  it('spreads words evenly', () => {
    const many = words(...Array.from({ length: 8000 }, (_, i) => `customer-${i}`));
    const rows = run('hashing', { buckets: 8 }, many);
    const counts = rows.reduce((sums, row) => sums.map((sum, i) => sum + row[i]!), Array<number>(8).fill(0));
    // Expected 1,000 each with standard deviation 30.
    counts.forEach((count) => expect(Math.abs(count - 1000)).toBeLessThan(150));
  });
});

describe('impute on words', () => {
  it('fills with the most frequent word, or a constant that may be new', () => {
    const chain = (params: Params): FittedFeatures =>
      fit(
        {
          auto: false,
          drop: [],
          features: [
            {
              column: 'x',
              steps: [
                { transform: 'impute', params },
                { transform: 'one_hot', params: {} },
              ],
            },
          ],
        },
        table(words('b', 'b', 'a', null)),
        [],
      );
    expect(Array.from(apply(chain({}), table(words(null, 'a'))).dense)).toEqual([0, 1, 1, 0]);
    expect(outputNames(chain({ strategy: 'constant', value: 'none' }))).toEqual(['x=a', 'x=b', 'x=none']);
  });
});

describe('bucketize', () => {
  it('has one column for each interval, closed at the left', () => {
    expect(outputNames(fitted('bucketize', { edges: [18, 30] }, numbers(1)))).toEqual([
      'x:<18',
      'x:18..30',
      'x:>=30',
    ]);
    expect(
      run('bucketize', { edges: [18, 30] }, numbers(1), numbers(17, 18, 30, Infinity, -Infinity, NaN)),
    ).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });
  it('agrees with KBinsDiscretizer(4, strategy="quantile", quantile_method="linear"), counted from 1', () => {
    const y = numbers(1, 2, 2, 2, 3, 7, 9, 10);
    expect(run('bucketize', { buckets: 4, output: 'ordinal' }, y).flat()).toEqual([1, 2, 2, 2, 3, 3, 4, 4]);
  });
  it('refuses edges that are not ascending', () => {
    expect(() => run('bucketize', { edges: [1, 1] }, numbers(1))).toThrow('not ascending');
  });
});

describe('piecewise_linear', () => {
  it('is 1 below, the share within and 0 above; missing is all zero, values outside are clipped', () => {
    const train = numbers(0, 10, 30);
    expect(outputNames(fitted('piecewise_linear', {}, train))).toEqual(['x:0..10', 'x:10..30']);
    expect(
      run('piecewise_linear', {}, train, numbers(-5, 0, 5, 10, 20, 30, 99, NaN, Infinity, -Infinity)),
    ).toEqual([
      [0, 0],
      [0, 0],
      [0.5, 0],
      [1, 0],
      [1, 0.5],
      [1, 1],
      [1, 1],
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
  });
  it('makes a value that holds more than its share of the rows an edge of its own', () => {
    const zeros = Array<number>(920).fill(0);
    const rest = Array.from({ length: 80 }, (_, i) => 1000 + i);
    const state = fitted('piecewise_linear', { bins: 5 }, numbers(...zeros, ...rest)).encoded[0]!.steps[0]!
      .state;
    // Plain quantiles would give the edges 0 and 1079 only; here 80 values are split by rank.
    expect(state).toEqual({ edges: [0, 1000, 1020, 1040, 1059, 1079] });
  });
  it('has a bin for each 300 rows, at least 4 and at most 64', () => {
    const width = (rows: number): number =>
      outputNames(fitted('piecewise_linear', {}, numbers(...Array.from({ length: rows }, (_, i) => i))))
        .length;
    expect([width(300), width(3000), width(30_000)]).toEqual([4, 10, 64]);
  });
});

describe('date_parts', () => {
  const leap = times('2024-02-29T23:59:58Z', '2023-01-01T00:00:00Z', '');
  it('reads UTC parts', () => {
    const parts = [
      'year',
      'quarter',
      'month',
      'day',
      'day_of_year',
      'weekday',
      'is_weekend',
      'hour',
      'minute',
      'second',
    ];
    expect(run('date_parts', { parts }, leap)).toEqual([
      [2024, 1, 2, 29, 60, 4, 0, 23, 59, 58],
      [2023, 1, 1, 1, 1, 7, 1, 0, 0, 0],
      Array(10).fill(0),
    ]);
  });
  it('scales to natural ranges, years to the training years', () => {
    expect(run('date_parts', { parts: ['year', 'hour'], scale: 'unit' }, leap)).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
  it('is a number for later steps when it is one part', () => {
    const steps = [
      { transform: 'date_parts', params: { parts: ['hour'] } },
      { transform: 'bucketize', params: { edges: [12] } },
    ];
    const features = fit({ auto: false, drop: [], features: [{ column: 'x', steps }] }, table(leap), []);
    expect(Array.from(apply(features, table(leap)).dense)).toEqual([0, 1, 1, 0, 0, 0]);
  });
});

describe('cyclic', () => {
  const round = (rows: number[][]): number[][] =>
    rows.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6 + 0));
  it('puts 18:00 three quarters round the day and missing nowhere', () => {
    const day = times('2024-01-01T18:00:00Z', '2024-01-01T00:00:00Z', '');
    expect(round(run('cyclic', { part: 'hour' }, day))).toEqual([
      [-1, 0],
      [0, 1],
      [0, 0],
    ]);
  });
  it('puts numbers on a circle of a period, with harmonics', () => {
    expect(outputNames(fitted('cyclic', { period: 4, harmonics: 2 }, numbers(0)))).toEqual([
      'x sin',
      'x cos',
      'x sin2',
      'x cos2',
    ]);
    expect(round(run('cyclic', { period: 4, harmonics: 2 }, numbers(1, 5, -3, Infinity)))).toEqual([
      [1, 0, 0, -1],
      [1, 0, 0, -1],
      [1, 0, 0, -1],
      [0, 0, 0, 0],
    ]);
  });
  it('needs a period for numbers', () => {
    expect(() => run('cyclic', {}, numbers(1))).toThrow('needs a period');
  });
});

describe('text_length', () => {
  it('counts code units; missing is 0 at the end', () => {
    expect(run('text_length', {}, { kind: 'text', values: ['héllo', '', null] })).toEqual([[5], [0], [0]]);
  });
});
