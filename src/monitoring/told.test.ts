import { describe, expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import { createRandom } from '../random.ts';
import { findAlarms } from './alarms.ts';
import { none, numbers, referenceOf, table, words } from './columns.fixture.ts';
import { compare } from './compare.ts';
import { healthNotAsked, healthNotRunning, judgeHealth } from './health.ts';
import { judgePerformance } from './performance.ts';
import { categoryCounts, numberCounts, profileColumn } from './profileReference.ts';
import type { ServiceFigures } from './prometheus.ts';
import type { ColumnDrift, HealthReport, MonitorReport, PerformanceReport } from './report.ts';
import { findSchemaAlarms } from './schemaAlarms.ts';

// Reports and alarms whole, and the limits that the tests beside this one do not have.

describe('the health of a service', () => {
  const limits = { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 300 };
  const figures: ServiceFigures = {
    requests: 1000,
    errors: 2,
    lostRecords: 0,
    refused: 0,
    waiting: 0,
    waitingRecords: 0,
    buckets: new Map([
      [0.1, 600],
      [0.2, 1000],
      [Infinity, 1000],
    ]),
    memoryMb: 120,
    uptimeMs: 50_000,
  };
  const judged = (changes: Partial<ServiceFigures> = {}): HealthReport =>
    judgeHealth({ figures: { ...figures, ...changes }, at: 100_000, before: null }, limits);

  it('is told with its figures and what it had counted', () => {
    expect(judged()).toEqual({
      state: 'ok',
      message: 'The service is healthy.',
      since: null,
      requests: 1000,
      errors: 2,
      errorRate: 0.002,
      p50Ms: expect.closeTo(83.333, 2),
      p99Ms: expect.closeTo(197.5, 6),
      memoryMb: 120,
      lostRecords: 0,
      refused: 0,
      waiting: 0,
      waitingRecords: 0,
      restarts: 0,
      objectives: [],
      history: [expect.objectContaining({ to: 100_000, requests: 1000, errors: 2, slow: 0 })],
      counters: {
        at: 100_000,
        requests: 1000,
        errors: 2,
        lostRecords: 0,
        refused: 0,
        buckets: [
          [0.1, 600],
          [0.2, 1000],
          [null, 1000],
        ],
      },
    });
    expect(judged({ requests: 0, errors: 0, buckets: new Map(), memoryMb: null })).toMatchObject({
      state: 'ok',
      errorRate: 0,
      p50Ms: null,
      p99Ms: null,
      memoryMb: null,
    });
  });

  it('says all that is wrong in one sentence', () => {
    const buckets = new Map([
      [0.1, 0],
      [0.9, 1000],
      [Infinity, 1000],
    ]);
    expect(judged({ errors: 100, buckets, memoryMb: 400, lostRecords: 3 })).toMatchObject({
      state: 'unhealthy',
      message:
        'The service is unhealthy: 10 % of 1,000 requests failed (limit 1 %); one request in a hundred takes more than 892 ms (limit 500 ms); it uses 400 MB of memory (limit 300 MB); 3 predictions could not be recorded: the log lacks them.',
    });
  });

  it('is bad from an error rate on that chance explains in less than one of a hundred', () => {
    // P(X ≥ 19) of a binomial(1000, .01) is .0071, P(X ≥ 18) is .0139 (stats.binom.sf).
    expect([judged({ errors: 18 }).state, judged({ errors: 19 }).state]).toEqual(['ok', 'unhealthy']);
    const none = { max_error_rate: 0, max_p99_ms: 500, max_memory_mb: 300 };
    const strict = (errors: number): string =>
      judgeHealth({ figures: { ...figures, errors }, at: 1, before: null }, none).state;
    expect([strict(0), strict(1)]).toEqual(['ok', 'unhealthy']);
  });

  it('has its limits of latency from both sides', () => {
    const p99 = (seconds: number): string =>
      judged({
        buckets: new Map([
          [seconds / 2, 980],
          [seconds, 990],
          [seconds * 2, 1000],
        ]),
      }).state;
    expect([p99(0.5), p99(0.501)]).toEqual(['ok', 'unhealthy']);
  });

  it('is not asked or not running where nothing was counted', () => {
    const nothing = {
      since: null,
      requests: 0,
      errors: 0,
      errorRate: 0,
      p50Ms: null,
      p99Ms: null,
      memoryMb: null,
      lostRecords: 0,
      counters: null,
    };
    expect(healthNotAsked).toEqual({ ...nothing, state: 'not asked', message: 'No service was asked.' });
    expect(healthNotRunning).toEqual({
      ...nothing,
      state: 'not running',
      message: 'The service does not answer.',
    });
    expect(judgeHealth({ figures: null, at: 1, before: null }, limits)).toEqual(healthNotRunning);
  });
});

describe('alarms', () => {
  const drifted = (column: string, effect: number, change: Partial<ColumnDrift> = {}): ColumnDrift => ({
    column,
    of: 'input',
    test: 'ks',
    distance: 'wasserstein',
    p: 0,
    adjustedP: 0,
    effect,
    psi: 0,
    rows: 400,
    referenceRows: 3000,
    state: 'drifted',
    change: `${column} moved`,
    bins: [],
    ...change,
  });
  const performance: PerformanceReport = {
    metric: 'log_loss',
    labelled: 90,
    rows: 400,
    state: 'worse',
    reference: 0.42,
    current: 0.6,
    low: 0.5,
    high: 0.7,
    metrics: {},
    cost: null,
  };
  const calm = { ...performance, state: 'ok' as const };
  const of = (change: Partial<Parameters<typeof findAlarms>[0]>): ReturnType<typeof findAlarms> =>
    findAlarms({ drift: [], schema: [], performance: calm, health: healthNotAsked, ...change });

  it('name three columns by their effect, and count those that were judged', () => {
    const drift = [
      drifted('a', 0.1),
      drifted('b', 0.4),
      drifted('calm', 9, { state: 'stable' }),
      drifted('c', 0.3),
      drifted('few', 9, { state: 'not enough data' }),
      drifted('d', 0.2),
      drifted('answer', 0.5, { of: 'prediction' }),
    ];
    expect(of({ drift })).toEqual([
      {
        kind: 'drift',
        message: '4 of 6 columns drifted: b (b moved), c (c moved), d (d moved) and 1 more.',
        columns: ['b', 'c', 'd', 'a'],
      },
      {
        kind: 'prediction-drift',
        message: "The model's answers changed: answer (answer moved).",
        columns: ['answer'],
      },
    ]);
    expect(of({ drift: [drifted('a', 1)] })[0]?.message).toBe('1 of 1 column drifted: a (a moved).');
  });

  it('tell a worse model with its figures and what that costs, where both figures are known', () => {
    const told = (change: Partial<PerformanceReport>): unknown =>
      of({ performance: { ...performance, ...change } });
    expect(told({})).toEqual([
      { kind: 'performance', message: 'log loss 0.42 → 0.6 on 90 labels.', columns: [] },
    ]);
    expect(told({ cost: 'more', metric: 'unheard_of', labelled: 1 })).toEqual([
      { kind: 'performance', message: 'unheard_of 0.42 → 0.6 on 1 label; more.', columns: [] },
    ]);
    for (const change of [{ reference: null }, { current: null }, { state: 'ok' as const }])
      expect(told(change)).toEqual([]);
  });

  it('come in their order: performance, drift, shape, answers, health', () => {
    const report: Pick<MonitorReport, 'drift' | 'schema' | 'performance' | 'health'> = {
      drift: [drifted('answer', 1, { of: 'prediction' }), drifted('a', 1)],
      schema: [{ column: 'plan', kind: 'new-category', message: 'new', count: 1, share: 1 }],
      performance,
      health: healthNotRunning,
    };
    const alarms = findAlarms(report);
    expect(alarms.map(({ kind }) => kind)).toEqual([
      'performance',
      'drift',
      'schema',
      'prediction-drift',
      'health',
    ]);
    expect(alarms[2]).toEqual({ kind: 'schema', message: 'new', columns: ['plan'] });
    expect(alarms[4]).toEqual({ kind: 'health', message: healthNotRunning.message, columns: [] });
    expect(of({ health: { ...healthNotAsked, state: 'unhealthy', message: 'ill' } })).toHaveLength(1);
    expect(of({ health: { ...healthNotAsked, state: 'ok' } })).toEqual([]);
  });
});

describe('the shape of the data', () => {
  const alarms = (before: Column, after: Column): unknown =>
    findSchemaAlarms(referenceOf('x', before).columns, table('x', after), []);
  const text = (rows: number, cell: string | null): Column => ({
    kind: 'text',
    values: Array.from({ length: rows }, () => cell),
  });

  it.each<[string, Column, Column, Column]>([
    ['words', words(300, () => 'a'), words(50, () => null), words(50, (row) => (row === 0 ? 'a' : null))],
    ['numbers', numbers(300, () => 1), numbers(50, () => NaN), numbers(50, (row) => (row === 0 ? 1 : NaN))],
    ['texts', text(300, 'a'), text(50, null), { kind: 'text', values: ['a', ...Array(49).fill(null)] }],
  ])('alarms where all %s are missing, and not where one is there', (_what, before, gone, one) => {
    expect(alarms(before, gone)).toEqual([
      { column: 'x', kind: 'column-missing', message: 'x is missing in all 50 rows.', count: 50, share: 1 },
    ]);
    expect(alarms(before, one)).toEqual([]);
    expect(findSchemaAlarms(referenceOf('x', before).columns, { rows: 50, columns: new Map() }, [])).toEqual([
      { column: 'x', kind: 'column-missing', message: 'x no longer arrives.', count: 50, share: 1 },
    ]);
    expect(findSchemaAlarms(referenceOf('x', before).columns, none, [])).toEqual([]);
  });

  it('says nothing of a column that was missing so often that chance explains it', () => {
    // Half of it missing: sixteen empty rows are 1.5 in 100,000, seventeen .8.
    const half = words(1000, (row) => (row % 2 === 0 ? 'a' : null));
    expect(
      alarms(
        half,
        words(16, () => null),
      ),
    ).toEqual([]);
    expect(
      alarms(
        half,
        words(17, () => null),
      ),
    ).toHaveLength(1);
  });

  it('tells another kind, new words and values out of range, whole', () => {
    expect(
      alarms(
        words(300, () => 'a'),
        numbers(50, (row) => row),
      ),
    ).toEqual([
      {
        column: 'x',
        kind: 'type-change',
        message: 'x was a category and now is a number.',
        count: 50,
        share: 1,
      },
    ]);
    const long = 'w'.repeat(61);
    const known = words(3000, (row) => (row % 2 === 0 ? 'a' : 'b'));
    expect(
      alarms(
        known,
        words(200, (row) => (row < 20 ? long : row < 30 ? 'new' : 'a')),
      ),
    ).toEqual([
      {
        column: 'x',
        kind: 'new-category',
        message: `x: "${'w'.repeat(59)}…" and "new" never seen before, in 15 % of the rows.`,
        count: 30,
        share: 0.15,
      },
    ]);
    expect(
      alarms(
        known,
        words(200, (row) => (row < 20 ? 'w'.repeat(60) : 'a')),
      ),
    ).toMatchObject([{ message: `x: "${'w'.repeat(60)}" never seen before, in 10 % of the rows.` }]);
    const range = numbers(3000, (row) => row % 100);
    expect(
      alarms(
        range,
        numbers(200, (row) => (row < 10 ? -1 : row < 30 ? 100 : 50)),
      ),
    ).toEqual([
      {
        column: 'x',
        kind: 'out-of-range',
        message: 'x: 15 % of the rows lie outside 0 … 99, the range it had before.',
        count: 30,
        share: 0.15,
      },
    ]);
    expect(
      alarms(
        range,
        numbers(200, (row) => (row < 100 ? 0 : 99)),
      ),
    ).toEqual([]);
  });
});

describe('what a worse model costs', () => {
  const answers = (rows: number, error: number) => ({
    task: { kind: 'regression' } as const,
    scores: Float64Array.from({ length: rows }, (_, row) => 10 + (row % 2 === 0 ? error : -error)),
    target: new Float64Array(rows).fill(10),
  });
  const judged = (
    metric: string,
    before: Readonly<Record<string, number>>,
    error: number,
  ): PerformanceReport =>
    judgePerformance(
      answers(400, error),
      {
        performance: {
          metric,
          rows: 1000,
          metrics: Object.fromEntries(
            Object.entries(before).map(([name, value]) => [name, { value, low: value, high: value }]),
          ),
        },
        scored: null,
      },
      { max_worsening: 0.1, min_labels: 100, confidence: 0.99 },
      createRandom(1),
    );

  it('is told in the unit of a quantity, where it is off by more than before', () => {
    expect(judged('rmse', { rmse: 1, mae: 1 }, 2).cost).toBe(
      'a prediction is off by 2 on average, 1 more than before',
    );
    expect(judged('rmse', { rmse: 1, mae: 3 }, 2)).toMatchObject({ state: 'worse', cost: null });
    expect(judged('rmse', { rmse: 1 }, 2)).toMatchObject({ state: 'worse', cost: null });
    expect(judged('rmse', { rmse: 2, mae: 1 }, 2)).toMatchObject({ state: 'ok', cost: null });
  });

  it('leaves figures out that are none, and says what was at training where it was nothing', () => {
    const report = judged('rmse', { rmse: 1 }, 2);
    expect(Object.keys(report.metrics).sort()).toEqual(['mae', 'mape', 'rmse']);
    expect(report.metrics['mae']).toEqual({ reference: null, current: 2 });
    expect(report).toMatchObject({ metric: 'rmse', labelled: 400, rows: 400, reference: 1, current: 2 });
  });

  it('of classes is told in a thousand rows', () => {
    const rows = 400;
    const classes = {
      task: { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const,
      scores: Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 0.2 : 0.8)),
      target: Float64Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 1 : 0)),
    };
    const of = (accuracy: number): string | null =>
      judgePerformance(
        classes,
        {
          performance: {
            metric: 'log_loss',
            rows: 1000,
            metrics: {
              log_loss: { value: 0.1, low: 0.1, high: 0.1 },
              accuracy: { value: accuracy, low: accuracy, high: accuracy },
            },
          },
          scored: null,
        },
        { max_worsening: 0.1, min_labels: 100, confidence: 0.99 },
        createRandom(1),
      ).cost;
    expect([of(0.501), of(0.75), of(0.5)]).toEqual([
      'of 1,000 rows, 1 more are misjudged than before',
      'of 1,000 rows, 250 more are misjudged than before',
      null,
    ]);
  });
});

describe('the reference', () => {
  it('counts words by how often, then by name, and numbers in their order', () => {
    const column = words(7, (row) => ['b', 'a', 'c', 'c', 'a', 'b', 'd'][row]!);
    expect(categoryCounts(column as Extract<Column, { kind: 'category' }>)).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 2],
      ['d', 1],
    ]);
    expect(numberCounts(Float64Array.of(1, 1, 2, 5), 3)).toEqual([
      [1, 2],
      [2, 1],
      [5, 1],
    ]);
    expect(numberCounts(Float64Array.of(1, 1, 2, 5), 2)).toBeUndefined();
    expect(numberCounts(new Float64Array(0), 0)).toEqual([]);
    const text: Column = { kind: 'text', values: ['x', null] };
    expect(profileColumn('t', text, 2)).toEqual({ name: 't', kind: 'text', rows: 2, missing: 1 });
  });
});

describe('a number of few values that now has many', () => {
  const policy = { min_rows: 100, drift: { alpha: 0.01, min_effect: 0.1, ignore: [] } };
  const drift = (before: Column, after: Column): ColumnDrift =>
    compare(referenceOf('x', before), { table: table('x', after), predictions: none }, policy)[0]!;
  const few = numbers(3000, (row) => row % 4);

  it('is compared by its values up to a hundred of them, then by its distribution', () => {
    expect(
      drift(
        few,
        numbers(400, (row) => row % 100),
      ).test,
    ).toBe('hypergeometric');
    expect(
      drift(
        few,
        numbers(404, (row) => row % 101),
      ).test,
    ).toBe('ks');
    // A constant has no deviation to measure a distance by: its values count.
    const constant = numbers(3000, () => 7);
    expect(
      drift(
        constant,
        numbers(404, (row) => row % 101),
      ),
    ).toMatchObject({ test: 'hypergeometric', state: 'drifted' });
    expect(
      drift(
        few,
        numbers(400, (row) => row % 4),
      ),
    ).toMatchObject({ state: 'stable', rows: 400, referenceRows: 3000 });
  });

  it('is judged from as many rows on as are asked for', () => {
    const after = (rows: number): Column => numbers(rows, () => 3);
    expect([drift(few, after(100)).state, drift(few, after(99)).state]).toEqual([
      'drifted',
      'not enough data',
    ]);
  });
});
