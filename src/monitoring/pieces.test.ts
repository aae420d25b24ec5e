import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { numbers, referenceOf, table, words } from './columns.fixture.ts';
import { compare } from './compare.ts';
import { compareCategories } from './compareCategories.ts';
import { compareNumbers } from './compareNumbers.ts';
import { missingComponent, shareEffect, shares } from './components.ts';
import { driftMeasures } from './drift/index.ts';
import { healthNotAsked, judgeHealth } from './health.ts';
import { assembleReport } from './monitorTraffic.ts';
import type { ReferenceColumn } from './reference.ts';
import { bucketQuantile, parsePrometheus } from './prometheus.ts';
import { findSchemaAlarms } from './schemaAlarms.ts';

const category = (changes: Partial<ReferenceColumn>): ReferenceColumn => ({
  name: 'x',
  kind: 'category',
  rows: 100,
  missing: 0,
  ...changes,
});

describe('a category of which not all words are known by name', () => {
  const column = category({
    rows: 110,
    missing: 10,
    counts: [
      ['a', 50],
      ['b', 30],
    ],
  });

  it('has the others in one bar, and the words that are new among them', () => {
    const { bins, change } = compareCategories(
      column,
      new Map([
        ['a', 20],
        ['c', 15],
        ['d', 5],
      ]),
      10,
      0.1,
    );
    expect(bins.map(({ label }) => label)).toEqual(['a', 'all others', 'b', 'missing']);
    expect(bins.map(({ reference }) => reference * 110)).toEqual(
      [50, 20, 30, 10].map((each) => expect.closeTo(each, 9) as number),
    );
    expect(bins.map(({ current }) => current * 50)).toEqual(
      [20, 20, 0, 10].map((each) => expect.closeTo(each, 9) as number),
    );
    expect(change).toBe('"b" 27 % → 0 %');
  });

  it('has none where all are known, and each word its own bar', () => {
    const known = { ...column, rows: 90 };
    const { bins } = compareCategories(known, new Map([['c', 40]]), 0, 0.1);
    expect(bins.map(({ label }) => label).sort()).toEqual(['a', 'b', 'c', 'missing']);
    const bar = (label: string) => bins.find((each) => each.label === label);
    expect(bar('c')).toEqual({ label: 'c', reference: 0, current: 1 });
    expect(bar('a')).toEqual({ label: 'a', reference: 50 / 90, current: 0 });
    expect(bar('missing')).toEqual({ label: 'missing', reference: 10 / 90, current: 0 });
  });

  it('is the same where nothing changed', () => {
    const same = compareCategories(
      column,
      new Map([
        ['a', 50],
        ['b', 30],
        ['z', 20],
      ]),
      10,
      0.1,
    );
    expect(same).toMatchObject({
      test: 'hypergeometric',
      distance: 'jensen_shannon',
      p: 1,
      effect: 0,
      psi: 0,
    });
  });

  it('cuts long words after 60 characters', () => {
    const label = (length: number): string | undefined =>
      compareCategories(category({ rows: 5, counts: [['w'.repeat(length), 5]] }), new Map(), 5, 0.1).bins[0]
        ?.label;
    expect([label(60), label(61)]).toEqual(['w'.repeat(60), `${'w'.repeat(59)}…`]);
  });

  it('draws the ten largest bars, by the larger of both sides', () => {
    const counts = Array.from({ length: 12 }, (_, k) => [`w${k}`, 12 - k] as const);
    const drawn = (count: number) =>
      compareCategories(
        category({
          rows: 1000,
          counts: counts.slice(0, count),
          missing: 1000 - counts.slice(0, count).reduce((sum, [, n]) => sum + n, 0),
        }),
        new Map([['w9', 5]]),
        0,
        0.1,
      ).bins.map(({ label }) => label);
    expect(drawn(10)).toEqual(['w9', 'w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'missing']);
    expect(drawn(11)).toEqual([...drawn(10).slice(0, 10), 'others', 'missing']);
    expect(drawn(12).slice(-2)).toEqual(['others', 'missing']);
  });
});

describe('what is compared', () => {
  const policy = { min_rows: 1, drift: { alpha: 0.01, min_effect: 0.1, ignore: ['x'] } };

  it('are inputs but for those that are ignored, and all answers', () => {
    const reference = referenceOf(
      'x',
      numbers(300, (i) => i),
    );
    const both = { ...reference, predictions: reference.columns };
    const current = {
      table: table(
        'x',
        numbers(200, (i) => i),
      ),
      predictions: table(
        'x',
        numbers(100, (i) => i),
      ),
    };
    expect(compare(both, current, policy).map(({ of, rows }) => [of, rows])).toEqual([['prediction', 100]]);
    const open = { ...policy, drift: { ...policy.drift, ignore: [] } };
    expect(compare(both, current, open).map(({ of, rows }) => [of, rows])).toEqual([
      ['input', 200],
      ['prediction', 100],
    ]);
  });

  it('are answers against answers, by their own names', () => {
    const column = numbers(300, (i) => i);
    const reference = { ...referenceOf('x', column), predictions: referenceOf('answer', column).columns };
    const current = { table: table('x', column), predictions: table('answer', column) };
    expect(
      compare(reference, current, { ...policy, drift: { ...policy.drift, ignore: [] } }).map(
        ({ column: name }) => name,
      ),
    ).toEqual(['x', 'answer']);
  });

  it('is one row as well as many, on either side', () => {
    const open = { ...policy, drift: { ...policy.drift, ignore: [] } };
    const none: Table = { rows: 0, columns: new Map() };
    const compared = (before: Column, after: Column) =>
      compare(referenceOf('x', before), { table: table('x', after), predictions: none }, open);
    const [one, many, empty] = [1, 50, 0].map((rows) => numbers(rows, (i) => i)) as [Column, Column, Column];
    expect([compared(one, many), compared(many, one)].map(({ length }) => length)).toEqual([1, 1]);
    expect([compared(empty, many), compared(many, empty)].map(({ length }) => length)).toEqual([0, 0]);
  });

  it('of texts and times are present and missing cells', () => {
    const open = { ...policy, drift: { ...policy.drift, ignore: [] } };
    const text = (rows: number, gone: number): Column => ({
      kind: 'text',
      values: Array.from({ length: rows }, (_, i) => (i < gone ? null : 'x')),
    });
    const none: Table = { rows: 0, columns: new Map() };
    const [half] = compare(
      referenceOf('x', text(200, 20)),
      { table: table('x', text(100, 50)), predictions: none },
      open,
    );
    expect(half).toMatchObject({ state: 'drifted', psi: 0, test: 'hypergeometric' });
    expect(half?.bins).toEqual([
      { label: 'present', reference: 0.9, current: 0.5 },
      { label: 'missing', reference: 0.1, current: 0.5 },
    ]);
    const [whole] = compare(
      referenceOf('x', text(200, 0)),
      { table: table('x', text(100, 0)), predictions: none },
      open,
    );
    expect(whole).toMatchObject({
      p: 1,
      effect: 0,
      test: 'hypergeometric',
      distance: 'share_change',
      change: 'none missing',
    });
    expect(whole?.bins).toEqual([{ label: 'present', reference: 1, current: 1 }]);
    const time = (rows: number, gone: number): Column => ({
      kind: 'time',
      values: Float64Array.from({ length: rows }, (_, i) => (i < gone ? Number.NaN : i)),
    });
    const [times] = compare(
      referenceOf('x', time(200, 20)),
      { table: table('x', time(100, 50)), predictions: none },
      open,
    );
    expect(times?.bins).toEqual(half?.bins);
  });
});

describe('the bars of a number', () => {
  it('stand for all rows of a reference that keeps fewer values', () => {
    const column: ReferenceColumn = {
      name: 'x',
      kind: 'number',
      rows: 1100,
      missing: 100,
      sample: [1, 2, 3, 4],
      mean: 2.5,
      std: 1,
    };
    const { bins } = compareNumbers(column, Float64Array.of(1, 2, 3, Number.NaN), 0.1);
    expect(bins.at(-1)).toEqual({ label: 'missing', reference: 100 / 1100, current: 0.25 });
    expect(bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 12);
    expect(bins.slice(0, -1).reduce((sum, bin) => sum + bin.current, 0)).toBeCloseTo(0.75, 12);
  });

  it('of nothing are none', () => {
    expect(
      compareNumbers({ name: 'x', kind: 'number', rows: 0, missing: 0 }, new Float64Array(0), 0.1).bins.every(
        ({ reference, current }) => reference === 0 && current === 0,
      ),
    ).toBe(true);
  });
});

describe('shares', () => {
  it('of a pair are seen by the measure that sees more', () => {
    const pair = (reference: number[], current: number[]) =>
      ({
        kind: 'categorical',
        reference: Float64Array.from(reference),
        current: Float64Array.from(current),
      }) as const;
    const small = pair([500, 500], [600, 400]);
    expect(shareEffect(small, [small], 0.1)).toEqual({
      distance: 'share_change',
      effect: expect.closeTo(0.1, 9) as number,
      matters: true,
    });
    expect(shareEffect(small, [], 0.1).distance).toBe('jensen_shannon');
    const same = pair([500, 500], [500, 500]);
    expect(shareEffect(same, [same], 0.1)).toEqual({ distance: 'jensen_shannon', effect: 0, matters: false });
    expect(shares(['a', 'missing'], [0, 0], [0, 0])).toEqual([{ label: 'a', reference: 0, current: 0 }]);
  });

  it('of missing cells are of all rows', () => {
    const column = category({ rows: 200, missing: 20 });
    expect(missingComponent(column, 30, 100, 0.1)).toMatchObject({
      test: 'hypergeometric',
      change: 'missing 10 % → 30 %',
    });
    expect(missingComponent({ ...column, missing: 0 }, 1, 100, 0.1)).toBeDefined();
    expect(missingComponent({ ...column, missing: 1 }, 0, 100, 0.1)).toBeDefined();
    expect(missingComponent({ ...column, missing: 0 }, 0, 100, 0.1)).toBeUndefined();
  });

  it('are measured by what has a name of its own', () => {
    expect(driftMeasures.map(({ name, gives, of }) => `${name}/${gives}/${of}`)).toEqual([
      'ks/p/numeric',
      'wasserstein/effect/numeric',
      'hypergeometric/p/categorical',
      'jensen_shannon/effect/categorical',
      'share_change/effect/categorical',
      'psi/effect/categorical',
    ]);
  });
});

describe('words that were never seen', () => {
  const after = table(
    'x',
    words(100, (i) => (i < 50 ? 'new' : 'a')),
  );
  const alarms = (column: Partial<ReferenceColumn>): readonly string[] =>
    findSchemaAlarms([category(column)], after, []).map(({ kind }) => kind);

  it('are none where nothing was seen at all, or not all by name', () => {
    expect(alarms({ counts: [['a', 100]] })).toEqual(['new-category']);
    expect(alarms({ counts: [], missing: 100 })).toEqual([]);
    expect(alarms({ missing: 100 })).toEqual([]);
    expect(alarms({ counts: [['a', 99]] })).toEqual([]);
    expect(alarms({ counts: [['a', 99]], missing: 1 })).toEqual(['new-category']);
  });

  it('may be as many as those seen once, with their spread', () => {
    const once = Array.from({ length: 100 }, (_, k) => [`w${k}`, 1] as const);
    const column = category({ rows: 1000, counts: [['a', 900], ...once] });
    const unseen = (count: number): number =>
      findSchemaAlarms(
        [column],
        table(
          'x',
          words(1000, (i) => (i < count ? `n${i}` : 'a')),
        ),
        [],
      ).length;
    expect([unseen(175), unseen(230)]).toEqual([0, 1]);
  });

  it('and values out of range need both ends of the range', () => {
    const number = (range: Partial<ReferenceColumn>): readonly string[] =>
      findSchemaAlarms(
        [{ name: 'x', kind: 'number', rows: 100, missing: 0, ...range }],
        table(
          'x',
          numbers(100, (i) => i),
        ),
        [],
      ).map(({ kind }) => kind);
    expect(number({ min: 0, max: 10 })).toEqual(['out-of-range']);
    expect(number({ min: 60, max: 99 })).toEqual(['out-of-range']);
    expect(number({ min: 0, max: 99 })).toEqual([]);
    expect([number({ min: 50 }), number({ max: 10 }), number({})]).toEqual([[], [], []]);
    expect(findSchemaAlarms([category({})], { rows: 0, columns: new Map() }, [])).toEqual([]);
  });
});

describe('what a service says', () => {
  it('has a quantile from the first observation on', () => {
    expect(bucketQuantile(new Map([[1, 1]]), 0.5)).toBe(0.5);
    expect(bucketQuantile(new Map([[1, 0.5]]), 0.5)).toBe(0.5);
    expect(bucketQuantile(new Map([[1, 0]]), 0.5)).toBeNull();
    expect(bucketQuantile(new Map(), 0.5)).toBeNull();
    const buckets = new Map([
      [Infinity, 10],
      [2, 8],
      [1, 4],
    ]);
    expect([0.2, 0.4, 0.6, 0.8, 0.9].map((share) => bucketQuantile(buckets, share))).toEqual([
      0.5, 1, 1.5, 2, 2,
    ]);
  });

  it('is read line by line, and what is no sample is passed over', () => {
    const text = [
      '# HELP aieng_http_requests_total x',
      'aieng_http_requests_total{route="/predict",status="200"} 5',
      'aieng_http_requests_total{route="/predict",status="503"} 2 1700000000',
      'aieng_http_requests_total{route="/a\\"b",status="500"}\t1',
      'aieng_http_requests_total{route="/metrics",status="500"} 100',
      'aieng_http_requests_total{route="/healthz"} 100',
      'aieng_http_requests_total NaN',
      'aieng_http_requests_total x',
      'no sample at all',
      'aieng_prediction_log_lost_total 3',
      'process_resident_memory_bytes 2e6',
      'process_uptime_seconds 7',
      'aieng_http_request_duration_seconds_bucket{le="+Inf"} 4',
      'aieng_http_request_duration_seconds_bucket{le=""} 4',
      'aieng_http_request_duration_seconds_bucket{le="0.5"} 1',
    ].join('\r\n');
    expect(parsePrometheus(text)).toEqual({
      requests: 8,
      errors: 3,
      lostRecords: 3,
      refused: 0,
      waiting: 0,
      waitingRecords: 0,
      memoryMb: 2,
      uptimeMs: 7000,
      buckets: new Map([
        [Infinity, 4],
        [0.5, 1],
      ]),
    });
    expect(parsePrometheus('')).toEqual({
      requests: 0,
      errors: 0,
      lostRecords: 0,
      refused: 0,
      waiting: 0,
      waitingRecords: 0,
      memoryMb: null,
      uptimeMs: null,
      buckets: new Map(),
    });
  });

  it('counts a bucket that is new since the look before from nothing on', () => {
    const policy = { max_error_rate: 1, max_p99_ms: 1e9, max_memory_mb: 1e9 };
    const figures = {
      requests: 20,
      errors: 3,
      lostRecords: 0,
      refused: 0,
      waiting: 0,
      waitingRecords: 0,
      buckets: new Map([
        [0.1, 10],
        [0.2, 20],
      ]),
      memoryMb: 5,
      uptimeMs: null,
    };
    const before = {
      at: 10,
      requests: 10,
      errors: 1,
      lostRecords: 0,
      buckets: [[0.1, 10]] as [number | null, number][],
    };
    const lost = { figures: { ...figures, lostRecords: 5 }, at: 100, before: { ...before, lostRecords: 2 } };
    expect(judgeHealth(lost, policy)).toMatchObject({ since: 10, lostRecords: 3, state: 'unhealthy' });
    // What waits for the disk waits now, whatever was before.
    const waits = judgeHealth({ figures: { ...figures, waitingRecords: 2 }, at: 100, before }, policy);
    expect(waits).toMatchObject({ waitingRecords: 2, state: 'unhealthy' });
    expect(waits.message).toContain('2 predictions wait in memory for a disk that takes no writes');
    const since = judgeHealth({ figures, at: 100, before }, policy);
    expect(since).toMatchObject({ since: 10, requests: 10, errors: 2, errorRate: 0.2, memoryMb: 5 });
    expect(since.p50Ms).toBeCloseTo(150, 9);
    // A service that counts less than before, of whatever it counts, began anew.
    for (const more of [
      { requests: 21 },
      { errors: 4 },
      { lostRecords: 1 },
      { buckets: [[0.1, 11]] as [number, number][] },
      { buckets: [[9, 1]] as [number, number][] },
    ])
      expect(judgeHealth({ figures, at: 100, before: { ...before, ...more } }, policy)).toMatchObject({
        since: null,
        requests: 20,
      });
    const alive = (uptimeMs: number) =>
      judgeHealth({ figures: { ...figures, uptimeMs }, at: 100, before }, policy).since;
    expect([alive(90), alive(89), alive(91)]).toEqual([10, null, 10]);
  });
});

describe('the decision of a report', () => {
  const head = {
    name: 'churn',
    version: 1,
    bundle: 'a'.repeat(64),
    at: 0,
    labels: { matched: 0 } as never,
    rejected: 2,
    from: 1,
    to: 3,
  };
  const performance = (state: 'ok' | 'worse' | 'not enough labels') => ({
    metric: 'rmse',
    labelled: 10,
    rows: 10,
    state,
    reference: 1,
    current: 2,
    low: null,
    high: null,
    metrics: {},
    cost: null,
  });
  const decided = (state: 'ok' | 'worse' | 'not enough labels', rows: number): string =>
    assembleReport(
      head,
      { drift: [], schema: [], performance: performance(state), health: healthNotAsked },
      rows,
      100,
    ).decision;

  it('is an alarm where there is one, and nothing where nothing could be judged', () => {
    expect([
      decided('worse', 5),
      decided('ok', 99),
      decided('not enough labels', 99),
      decided('not enough labels', 100),
    ]).toEqual(['alarm', 'calm', 'not enough data', 'calm']);
    const { window } = assembleReport(
      head,
      { drift: [], schema: [], performance: performance('ok'), health: healthNotAsked },
      7,
      1,
    );
    expect(window).toEqual({ rows: 7, rejected: 2, from: 1, to: 3 });
  });
});
