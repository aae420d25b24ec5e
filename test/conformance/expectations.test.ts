import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../src/data/columns.ts';
import type { Expectation, ExpectationName } from '../../src/validation/expectations/expectation.ts';
import { isOverdue } from '../../src/validation/expectations/freshness.ts';
import type { ExpectingInput } from '../../src/validation/expectations/index.ts';
import { expectationKinds, expecting } from '../../src/validation/expectations/index.ts';
import { profile } from '../../src/validation/index.ts';
import type { Finding } from '../../src/validation/finding.ts';
import { finish } from '../../src/work.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const times = (...values: string[]): Column => ({
  kind: 'time',
  values: Float64Array.from(values, (text) => Date.parse(text)),
});
const text = (...values: (string | null)[]): Column => ({ kind: 'text', values });
const words = (...cells: (string | null)[]): Column => {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))].sort();
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
  };
};

function input(
  columns: Readonly<Record<string, Column>>,
  rest: Partial<ExpectingInput> = {},
): ExpectingInput {
  const rows = Math.max(
    0,
    ...Object.values(columns).map((one) => (one.kind === 'category' ? one.codes : one.values).length),
  );
  const table: Table = { rows, columns: new Map(Object.entries(columns)) };
  return {
    table,
    profile: profile(table),
    rowIds: Array.from({ length: rows }, (_, row) => `id-${row}`),
    schema: { columns: [], missing: [''] },
    overdue: [],
    ...rest,
  };
}

type Written = Expectation extends infer One
  ? One extends Expectation
    ? Omit<One, 'item' | 'mostly' | 'severity' | 'because'> & Partial<One>
    : never
  : never;
const asked = (written: Written): Expectation => ({
  item: 3,
  mostly: 1,
  severity: 'error',
  because: '',
  ...written,
});
const findings = (written: Written, given: ExpectingInput): Finding[] =>
  finish(expecting([asked(written)], given));

const before = (columns: Readonly<Record<string, Column>>): Pick<ExpectingInput, 'previous'> => ({
  previous: input(columns).profile,
});
const many = (make: (row: number) => number): Column =>
  numbers(...Array.from({ length: 200 }, (_, row) => make(row)));

/** For each kind: what keeps it and what does not, at the border; and what the finding says. */
const cases: Readonly<
  Record<
    ExpectationName,
    readonly {
      readonly of: Written;
      readonly kept: ExpectingInput;
      readonly broken: ExpectingInput;
      readonly says: Partial<Finding>;
    }[]
  >
> = {
  presence: [
    {
      of: { expects: 'presence', column: 'a' },
      kept: input({ a: numbers(0, 1) }),
      broken: input({ a: numbers(0, NaN) }),
      says: { count: 1, column: 'a', examples: [{ rowId: 'id-1', value: 'missing' }] },
    },
  ],
  type: [
    {
      of: { expects: 'type', column: 'a', type: 'integer' },
      kept: input({ a: numbers(0, -7, NaN) }),
      broken: input({ a: numbers(0, 1.5) }),
      says: { count: 1, examples: [{ rowId: 'id-1', value: '1.5' }] },
    },
    {
      of: { expects: 'type', column: 'a', type: 'number' },
      kept: input({ a: text('1', '-2.5e3', null) }),
      broken: input({ a: text('1', 'n/a') }),
      says: { count: 1, examples: [{ rowId: 'id-1', value: 'n/a' }] },
    },
    {
      of: { expects: 'type', column: 'a', type: 'time' },
      kept: input({ a: words('2024-02-29') }),
      broken: input({ a: words('2023-02-29') }),
      says: { count: 1 },
    },
    {
      of: { expects: 'type', column: 'a', type: 'boolean' },
      kept: input({ a: words('true', 'false') }),
      broken: input({ a: words('true', 'perhaps') }),
      says: { count: 1 },
    },
  ],
  uniqueness: [
    {
      of: { expects: 'uniqueness', columns: ['a'] },
      kept: input({ a: text('x', 'y', null, null) }),
      broken: input({ a: text('x', 'y', 'x') }),
      says: {
        count: 2,
        column: 'a',
        examples: [0, 2].map((row) => ({ rowId: `id-${row}`, value: 'x, 2 times' })),
      },
    },
    {
      of: { expects: 'uniqueness', columns: ['order', 'line'] },
      kept: input({ order: words('1', '1', '2'), line: numbers(1, 2, 1) }),
      broken: input({ order: words('1', '1', '2'), line: numbers(1, 1, 1) }),
      says: {
        count: 2,
        column: 'order, line',
        examples: [0, 1].map((row) => ({ rowId: `id-${row}`, value: '1, 1, 2 times' })),
      },
    },
  ],
  set: [
    {
      of: { expects: 'set', column: 'a', words: ['x', 1], allowed: true },
      kept: input({ a: words('x', '1', null) }),
      broken: input({ a: words('x', 'X') }),
      says: { count: 1, examples: [{ rowId: 'id-1', value: 'X' }] },
    },
    {
      of: { expects: 'set', column: 'a', words: [-999], allowed: false },
      kept: input({ a: numbers(-998, NaN) }),
      broken: input({ a: numbers(1, -999) }),
      says: { count: 1 },
    },
  ],
  range: [
    {
      of: { expects: 'range', column: 'a', bounds: { at_least: 0, at_most: 120 } },
      kept: input({ a: numbers(0, 120, NaN) }),
      broken: input({ a: numbers(-0.001, 120, Infinity) }),
      says: { count: 2 },
    },
    {
      of: { expects: 'range', column: 'a', bounds: { above: 0, below: 1 } },
      kept: input({ a: numbers(Number.MIN_VALUE, 1 - Number.EPSILON) }),
      broken: input({ a: numbers(0, 1, 0.5) }),
      says: { count: 2 },
    },
    {
      of: { expects: 'range', column: 'a', bounds: { at_least: '2024-01-01' } },
      kept: input({ a: times('2024-01-01') }),
      broken: input({ a: times('2023-12-31T23:59:59.999Z') }),
      says: { count: 1, examples: [{ rowId: 'id-0', value: '2023-12-31T23:59:59.999Z' }] },
    },
  ],
  pattern: [
    {
      of: { expects: 'pattern', column: 'a', pattern: '^[^@]+@[^@]+$' },
      kept: input({ a: text('a@b', null) }),
      broken: input({ a: text('a@b', 'a@b@c') }),
      says: { count: 1, examples: [{ rowId: 'id-1', value: 'a@b@c' }] },
    },
    {
      of: { expects: 'pattern', column: 'a', pattern: '(a+)+$' },
      kept: input({ a: words('xa') }),
      // A pattern on which a backtracking engine would not end in a lifetime.
      broken: input({ a: words(`${'a'.repeat(2000)}b`) }),
      says: { count: 1 },
    },
  ],
  length: [
    {
      of: { expects: 'length', column: 'a', bounds: { at_least: 2, at_most: 3 } },
      kept: input({ a: text('ab', '😀é', 'abc', null) }),
      broken: input({ a: text('😀', 'abcd', 'abc') }),
      says: { count: 2 },
    },
  ],
  monotony: [
    {
      of: { expects: 'monotony', column: 'km', by: 'at', strictly: false },
      kept: input({ km: numbers(3, 1, 1, NaN), at: numbers(30, 10, 20, 25) }),
      broken: input({ km: numbers(3, 1, 4), at: numbers(30, 10, 20) }),
      says: { count: 1, examples: [{ rowId: 'id-0', value: '3 at 30, after 4' }] },
    },
    {
      of: { expects: 'monotony', column: 'km', by: 'at', strictly: true },
      kept: input({ km: numbers(2, 1), at: numbers(20, 10) }),
      broken: input({ km: numbers(1, 1), at: numbers(20, 10) }),
      says: { count: 1 },
    },
  ],
  rows: [
    {
      of: { expects: 'rows', bounds: { at_least: 3 } },
      kept: input({ a: numbers(1, 2, 3) }),
      broken: input({ a: numbers(1, 2) }),
      says: { message: 'The snapshot has 2 rows; expected at least 3 rows.', count: 2 },
    },
  ],
  freshness: [
    {
      of: { expects: 'freshness', column: 'at', within: '7d' },
      kept: input({ at: times('2024-01-01') }),
      broken: input({ at: times('2024-01-01') }, { overdue: [3] }),
      says: { message: 'The newest at is 2024-01-01 00:00 UTC; expected one of the last 7 days.' },
    },
  ],
  formula: [
    {
      of: { expects: 'formula', that: 'start <= end', tolerance: 0 },
      kept: input({ start: times('2024-01-01', '2024-01-02'), end: times('2024-01-01', 'no') }),
      broken: input({ start: times('2024-01-02'), end: times('2024-01-01') }),
      says: {
        count: 1,
        examples: [{ rowId: 'id-0', value: 'start 2024-01-02T00:00:00.000Z, end 2024-01-01T00:00:00.000Z' }],
      },
    },
    {
      of: { expects: 'formula', that: 'a + b == c', tolerance: 0.01 },
      kept: input({ a: numbers(1), b: numbers(2), c: numbers(3.01) }),
      broken: input({ a: numbers(1), b: numbers(2), c: numbers(3.02) }),
      says: { count: 1 },
    },
  ],
  statistic: [
    ...(
      [
        ['mean', 2, 3],
        ['median', 2, 2],
        ['sum', 6, 9],
        ['std', 1, Math.sqrt(7)],
        ['distinct', 3, 3],
      ] as const
    ).map(([statistic, now, other]) => ({
      of: {
        expects: 'statistic',
        column: 'a',
        statistic,
        probability: 0.5,
        bounds: { at_least: now, at_most: now },
      } as const,
      kept: input({ a: numbers(1, 2, 3, NaN) }),
      broken: now === other ? input({ a: numbers(5, 5, 6, NaN) }) : input({ a: numbers(1, 2, 6, NaN) }),
      says: { count: 3, column: 'a' },
    })),
    {
      of: {
        expects: 'statistic',
        column: 'a',
        statistic: 'quantile',
        probability: 1,
        bounds: { at_most: 3 },
      },
      kept: input({ a: numbers(1, 3) }),
      broken: input({ a: numbers(1, 3.5) }),
      says: { message: 'The quantile 1 of a is 3.5; expected at most 3.' },
    },
  ],
  distance: (['psi', 'jensen_shannon', 'ks'] as const).flatMap((measure) => [
    {
      of: { expects: 'distance', column: 'a', measure, at_most: 0.05 } as const,
      kept: input({ a: many((row) => row + 1) }, before({ a: many((row) => row) })),
      broken: input({ a: many((row) => row + 60) }, before({ a: many((row) => row) })),
      says: { count: 200, column: 'a' },
    },
    {
      of: { expects: 'distance', column: 'a', measure, at_most: 0.05 } as const,
      kept: input({ a: words('x', 'y', 'x', 'y') }, before({ a: words('y', 'x') })),
      broken: input({ a: words('x', 'x', 'x', 'y') }, before({ a: words('y', 'x') })),
      says: { count: 4 },
    },
  ]),
};

describe.each(Object.values(expectationKinds).map((kind) => [kind.name, kind] as const))(
  'expectation %s',
  (name, kind) => {
    it.each(cases[name].map((one, at) => [at, one] as const))(
      'case %s: nothing where it is kept, a finding where it is not',
      (_at, { of, kept, broken, says }) => {
        expect(findings(of, kept)).toEqual([]);
        const [finding, ...more] = findings(of, broken);
        expect(more).toEqual([]);
        expect(finding).toMatchObject({ check: `declared-${name}`, severity: 'error', ...says });
        expect(finding?.message).toMatch(/\.$/);
        expect(finding?.message).not.toMatch(/NaN|undefined/);
        expect(finding?.fix).toContain('checks[3]');
        expect(finding?.examples.length).toBeLessThanOrEqual(5);
      },
    );

    it('says what it looks for', () => {
      expect(kind.description).toMatch(/\.$/);
    });

    it('says nothing wrong of a table without rows', () => {
      const [{ of, kept }] = cases[name] as [(typeof cases)[typeof name][number]];
      const empty = input(
        Object.fromEntries(
          [...kept.table.columns].map(([column, { kind: of_ }]) => [
            column,
            of_ === 'category' ? words() : of_ === 'text' ? text() : of_ === 'time' ? times() : numbers(),
          ]),
        ),
      );
      const found = findings(of, empty).filter(({ severity }) => severity !== 'info');
      expect(found.length).toBe(name === 'rows' ? 1 : 0);
    });
  },
);

describe('mostly and severity', () => {
  const ten = input({ a: numbers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) });
  const upTo = (at_most: number, mostly: number, severity: 'error' | 'warning' = 'error'): Finding[] =>
    findings({ expects: 'range', column: 'a', bounds: { at_most }, mostly, severity }, ten);

  it('tolerates exactly the share that may fail, and tells of it', () => {
    expect(upTo(9, 0.9)).toMatchObject([
      {
        severity: 'info',
        count: 1,
        message:
          'a: 1 row of 10 (10.0 %) are not as expected: a value at most 9. That is within the 10.0 % that may be so.',
        fix: 'Nothing to do.',
      },
    ]);
    expect(upTo(8, 0.9)).toMatchObject([{ severity: 'error', count: 2 }]);
    expect(upTo(9, 1)).toMatchObject([{ severity: 'error', count: 1 }]);
    expect(upTo(10, 0.9)).toEqual([]);
  });

  it('warns where it is to warn', () => {
    expect(upTo(5, 0.9, 'warning')).toMatchObject([{ severity: 'warning', count: 5 }]);
  });

  it('counts the rows that can be judged', () => {
    const half = input({ a: numbers(1, NaN, NaN, 11) });
    expect(
      findings({ expects: 'range', column: 'a', bounds: { at_most: 10 }, mostly: 0.5 }, half),
    ).toMatchObject([
      { severity: 'info', count: 1, message: expect.stringContaining('1 row of 2 (50.0 %)') },
    ]);
  });

  it('says why, in the words of who wrote it', () => {
    const [finding] = findings(
      { expects: 'rows', bounds: { at_least: 99 }, because: 'a day has at least so many' },
      ten,
    );
    expect(finding?.message).toBe(
      'The snapshot has 10 rows; expected at least 99 rows (a day has at least so many).',
    );
  });
});

describe('what cannot be judged yet is told, and is no failure', () => {
  const distance = { expects: 'distance', column: 'a', measure: 'psi', at_most: 0.1 } as const;
  it.each([
    ['no snapshot before', distance, input({ a: numbers(1) }), 'there is no snapshot before'],
    ['another kind before', distance, input({ a: numbers(1) }, before({ a: words('x') })), 'has no such a'],
    ['nothing there', distance, input({ a: numbers(NaN) }, before({ a: numbers(1) })), 'had or has no value'],
    [
      'no value',
      {
        expects: 'statistic',
        column: 'a',
        statistic: 'mean',
        probability: 0.5,
        bounds: { at_least: 0 },
      } as const,
      input({ a: numbers(NaN) }),
      'a has no value',
    ],
  ])('%s', (_what, of, given, why) => {
    expect(findings(of, given)).toMatchObject([{ severity: 'info', message: expect.stringContaining(why) }]);
  });
});

describe('freshness', () => {
  const day = 86_400_000;
  const at = Date.parse('2024-01-08');
  const seen = input({ at: times('2024-01-01', '2023-01-01') }).profile;
  const overdue = (within: string, now: number): boolean =>
    isOverdue(asked({ expects: 'freshness', column: 'at', within }) as never, seen, now);

  it('ends at its border, by the clock that it is given', () => {
    expect(overdue('7d', at)).toBe(false);
    expect(overdue('7d', at + 1)).toBe(true);
    expect(overdue('1w', at)).toBe(false);
    expect(overdue('168h', at + 1)).toBe(true);
    expect(overdue('10080m', at)).toBe(false);
    expect(overdue('1d', at - 6 * day)).toBe(false);
  });

  it('is not there where there is no time', () => {
    const none = input({ at: times() }).profile;
    expect(isOverdue(asked({ expects: 'freshness', column: 'at', within: '1d' }) as never, none, 0)).toBe(
      true,
    );
  });
});

describe('what an expectation says', () => {
  const column = 'a';
  const nothing = input({ a: numbers(1, 2) });
  const expected = (written: Written): string => {
    const one = asked(written);
    return (expectationKinds[one.expects] as { expected(of: Expectation): string }).expected(one);
  };

  it.each<[Written, string]>([
    [{ expects: 'presence', column }, 'a in every row'],
    [{ expects: 'type', column, type: 'integer' }, 'a whole number'],
    [{ expects: 'type', column, type: 'number' }, 'a number'],
    [{ expects: 'type', column, type: 'time' }, 'a time as ISO 8601'],
    [{ expects: 'type', column, type: 'boolean' }, 'true or false'],
    [{ expects: 'uniqueness', columns: ['a', 'b'] }, 'a different a, b in every row'],
    [{ expects: 'set', column, words: ['x', 1], allowed: true }, 'one of "x", 1'],
    [{ expects: 'set', column, words: ['x'], allowed: false }, 'none of "x"'],
    [{ expects: 'range', column, bounds: { at_least: 0, at_most: 9 } }, 'a value between 0 and 9'],
    [{ expects: 'range', column, bounds: { above: 0, below: 9 } }, 'a value above 0 and below 9'],
    [{ expects: 'pattern', column, pattern: '^a' }, 'a text that matches ^a'],
    [{ expects: 'length', column, bounds: { at_most: 3 } }, 'a length at most 3'],
    [{ expects: 'monotony', column, by: 'at', strictly: true }, 'a to rise from row to row as at grows'],
    [{ expects: 'monotony', column, by: 'at', strictly: false }, 'a to stay or rise as at grows'],
    [{ expects: 'rows', bounds: { at_least: 3 } }, 'at least 3 rows'],
    [{ expects: 'freshness', column, within: '90m' }, 'one of the last 90 minutes'],
    [{ expects: 'freshness', column, within: '36h' }, 'one of the last 36 hours'],
    [{ expects: 'freshness', column, within: '2w' }, 'one of the last 2 weeks'],
    [
      { expects: 'statistic', column, statistic: 'std', probability: 0.5, bounds: { at_least: 1 } },
      'at least 1',
    ],
    [{ expects: 'distance', column, measure: 'ks', at_most: 0.1 }, 'at most 0.1'],
  ])('%j', (written, words) => expect(expected(written)).toBe(words));

  it('is cut after ten words of a list', () => {
    const of = (count: number): string =>
      expected({
        expects: 'set',
        column,
        allowed: true,
        words: Array.from({ length: count }, (_, at) => at),
      });
    expect(of(10)).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9');
    expect(of(11)).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … (11 in all)');
  });

  it.each<['mean' | 'median' | 'std' | 'sum' | 'distinct', string]>([
    ['mean', 'The mean of a is 1.5; expected at least 99.'],
    ['median', 'The median of a is 1.5; expected at least 99.'],
    ['std', 'The standard deviation of a is 0.707107; expected at least 99.'],
    ['sum', 'The sum of a is 3; expected at least 99.'],
    ['distinct', 'The number of different values of a is 2; expected at least 99.'],
  ])('of a figure: %s', (statistic, message) => {
    const of = {
      expects: 'statistic',
      column,
      statistic,
      probability: 0.5,
      bounds: { at_least: 99 },
    } as const;
    expect(findings(of, nothing)[0]?.message).toBe(message);
  });

  it.each([
    ['psi', 'population stability index'],
    ['jensen_shannon', 'Jensen–Shannon distance'],
    ['ks', 'Kolmogorov–Smirnov distance'],
  ] as const)('of a distance: %s, and what to do of a change that stays', (measure, name) => {
    const given = input({ a: words('x', 'x', 'x', 'y') }, before({ a: words('y', 'x') }));
    const [finding] = findings({ expects: 'distance', column, measure, at_most: 0.01 }, given);
    expect(finding?.message).toMatch(
      new RegExp(`^The ${name} of a to the snapshot before is \\d\\.\\d{4}; expected at most 0\\.01\\.$`),
    );
    expect(finding?.fix).toBe(
      'Correct the source, or what checks[3] of the pipeline expects; a change that is here to stay is one to train on.',
    );
    expect(findings({ expects: 'presence', column }, input({ a: numbers(NaN) }))[0]?.fix).toBe(
      'Correct the source, or what checks[3] of the pipeline expects.',
    );
  });

  it('of a distance counts words that were not named before, and those that are gone', () => {
    const of = { expects: 'distance', column, measure: 'ks', at_most: 0 } as const;
    const value = (given: ExpectingInput): number =>
      Number(/is (\d\.\d{4})/.exec(findings(of, given)[0]?.message ?? 'is 0.0000')?.[1]);
    expect(value(input({ a: words('x', 'y') }, before({ a: words('x', 'y') })))).toBe(0);
    expect(value(input({ a: words('z', 'z') }, before({ a: words('x', 'y') })))).toBe(1);
    expect(value(input({ a: words('x', 'z') }, before({ a: words('x', 'y') })))).toBe(0.5);
    expect(value(input({ a: numbers(1, 2, 3, 4) }, before({ a: numbers(1, 2, 3, 4) })))).toBe(0);
    expect(value(input({ a: numbers(9, 9, 3, 4) }, before({ a: numbers(1, 2, 3, 4) })))).toBe(0.5);
    expect(value(input({ a: numbers(-9, 2, 3, 4) }, before({ a: numbers(1, 2, 3, 4) })))).toBe(0.25);
  });

  it('of the newest time tells when there is none', () => {
    const of = { expects: 'freshness', column, within: '1d' } as const;
    expect(findings(of, input({ a: times() }, { overdue: [3] }))[0]?.message).toBe(
      'A has no time; expected one of the last 1 days.',
    );
    expect(findings(of, input({ a: times('2024-01-01') }, { overdue: [2, 4] }))).toEqual([]);
  });

  it('of the order of rows names the row before, by time and then by value', () => {
    const [finding] = findings(
      { expects: 'monotony', column: 'km', by: 'at', strictly: true },
      input({ km: numbers(5, 4, 4, 9, NaN, 1), at: numbers(1, 2, 2, 3, 4, NaN) }),
    );
    expect(finding).toMatchObject({
      count: 2,
      column: 'km',
      message: 'km: 2 rows of 4 (50.0 %) are not as expected: km to rise from row to row as at grows.',
      examples: [
        { rowId: 'id-1', value: '4 at 2, after 5' },
        { rowId: 'id-2', value: '4 at 2, after 4' },
      ],
    });
  });

  it('of a formula names its columns, and of the whole table none', () => {
    const of = { expects: 'formula', that: 'a < b', tolerance: 0 } as const;
    const [finding] = findings(of, input({ a: numbers(1, 5), b: numbers(2, 2) }));
    expect(finding).toMatchObject({
      column: 'a, b',
      message: expect.stringMatching(/^a, b: 1 row of 2 \(50\.0 %\) are not as expected: /),
    });
    expect(findings({ expects: 'rows', bounds: { at_least: 9 } }, nothing)[0]).not.toHaveProperty('column');
  });
});
