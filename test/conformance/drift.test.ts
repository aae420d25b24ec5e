import { describe, expect, it } from 'vitest';
import { driftMeasures } from '../../src/monitoring/drift/index.ts';
import { noLabels } from '../../src/traffic/account.ts';
import { monitorTraffic, profileReference } from '../../src/monitoring/index.ts';
import { createRandom } from '../../src/random.ts';
import type { Column, Table } from '../../src/data/columns.ts';
import type { CategoricalPair, DriftMeasure, NumericPair } from '../../src/monitoring/drift/index.ts';
import type { MonitorReport } from '../../src/monitoring/report.ts';
import type { MonitorSection } from '../../src/pipeline/pipeline.ts';
import type { Random } from '../../src/random.ts';

/** The pipeline's defaults. */
const policy: MonitorSection = {
  window_rows: 100_000,
  window_hours: 168,
  min_rows: 200,
  drift: { alpha: 0.01, min_effect: 0.1, ignore: [] },
  performance: { max_worsening: 0.1, min_labels: 100, confidence: 0.99 },
  health: { max_error_rate: 0.01, max_p99_ms: 1000, max_memory_mb: 1000 },
  slo: { availability: null, latency_ms: null, latency_share: 0.99 },
  labels: null,
};

const normals = (n: number, random: Random, mean = 0): Float64Array =>
  Float64Array.from({ length: n }, () => mean + random.normal()).sort();

function numeric(n: number, shift: number, seed: number): NumericPair {
  const random = createRandom(seed);
  const reference = normals(2000, random);
  return {
    kind: 'numeric',
    reference,
    referenceRows: 2000,
    referenceStd: 1,
    current: normals(n, random, shift),
  };
}

/** `moved` = the share of rows that went from the first category to a new fifth. */
function categorical(n: number, moved: number): CategoricalPair {
  const shares = [0.4 - 0.4 * moved, 0.3, 0.2, 0.1, 0.4 * moved];
  return {
    kind: 'categorical',
    reference: Float64Array.of(800, 600, 400, 200, 0),
    current: Float64Array.from(shares, (share) => Math.round(n * share)),
  };
}

function value(measure: DriftMeasure, change: number, n: number): number {
  return measure.of === 'numeric'
    ? measure.compute(numeric(n, change, 7))
    : measure.compute(categorical(n, change));
}

describe.each(driftMeasures.map((measure): [string, DriftMeasure] => [measure.name, measure]))(
  '%s',
  (_, measure) => {
    it('says that a population has not drifted from itself', () => {
      const same = normals(500, createRandom(1));
      const counts = Float64Array.of(30, 20, 0, 5);
      const got =
        measure.of === 'numeric'
          ? measure.compute({
              kind: 'numeric',
              reference: same,
              referenceRows: 500,
              referenceStd: 1,
              current: same,
            })
          : measure.compute({ kind: 'categorical', reference: counts, current: counts });
      expect(got).toBeCloseTo(measure.gives === 'p' ? 1 : 0, 9);
    });

    it('says more the larger the change', () => {
      const values = [0, 0.3, 0.6, 1].map((change) => value(measure, change, 1000));
      const sorted = [...values].sort((left, right) => (measure.gives === 'p' ? right - left : left - right));
      expect(values).toEqual(sorted);
      expect(new Set(values).size).toBe(4);
      for (const one of values) expect(one).toBeGreaterThanOrEqual(0);
      if (measure.gives === 'p') for (const one of values) expect(one).toBeLessThanOrEqual(1);
    });

    it('p falls with the number of rows, an effect does not grow with it', () => {
      const [few, many] = [value(measure, 0.6, 300), value(measure, 0.6, 3000)];
      if (measure.gives === 'p') expect(many).toBeLessThan(few / 10);
      else expect(many / few).toBeLessThan(1.25);
    });

    it('is finite for empty and constant populations', () => {
      const none = new Float64Array(0);
      const constant = new Float64Array(10).fill(3);
      const pairs: (NumericPair | CategoricalPair)[] =
        measure.of === 'numeric'
          ? [
              { kind: 'numeric', reference: constant, referenceRows: 10, referenceStd: 0, current: constant },
              { kind: 'numeric', reference: constant, referenceRows: 10, referenceStd: 0, current: none },
              {
                kind: 'numeric',
                reference: none,
                referenceRows: 0,
                referenceStd: Number.NaN,
                current: constant,
              },
            ]
          : [
              { kind: 'categorical', reference: Float64Array.of(0, 0), current: Float64Array.of(3, 4) },
              { kind: 'categorical', reference: none, current: none },
            ];
      for (const pair of pairs) {
        const got =
          measure.of === 'numeric'
            ? pair.kind === 'numeric' && measure.compute(pair)
            : pair.kind === 'categorical' && measure.compute(pair);
        expect(got).toSatisfy(Number.isFinite);
      }
    });
  },
);

/** 19 columns as a company has them: numbers of many shapes, some discrete, some missing; categories, some rare. */
function population(rows: number, random: Random, fiber = 0): Table {
  const numbers = (draw: () => number, missing = 0): Column => ({
    kind: 'number',
    values: Float64Array.from({ length: rows }, () => (random.next() < missing ? Number.NaN : draw())),
  });
  const categories = (shares: readonly number[], missing = 0): Column => ({
    kind: 'category',
    dictionary: shares.map((_, k) => `c${k}`),
    codes: Int32Array.from({ length: rows }, () => {
      if (random.next() < missing) return -1;
      let left = random.next();
      return Math.max(
        0,
        shares.findIndex((share) => (left -= share) < 0),
      );
    }),
  });
  const many = Array.from({ length: 40 }, () => 1 / 40);
  const long = Array.from({ length: 200 }, (_, k) => 1 / (k + 1));
  const total = long.reduce((sum, share) => sum + share, 0);
  const columns: [string, Column][] = [
    ['internet', categories([1 - fiber, fiber])],
    ['age', numbers(() => 40 + 12 * random.normal())],
    ['tenure', numbers(() => Math.floor(random.next() * 72))],
    ['income', numbers(() => Math.exp(10 + random.normal()), 0.1)],
    ['spend', numbers(() => -Math.log(1 - random.next()) * 50)],
    ['gain', numbers(() => (random.next() < 0.92 ? 0 : random.next() * 1e4))],
    ['heavy', numbers(() => 1 / (1 - random.next()))],
    ['score', numbers(() => random.next(), 0.02)],
    ['senior', numbers(() => (random.next() < 0.16 ? 1 : 0))],
    ['products', numbers(() => 1 + random.integer(4))],
    ['gender', categories([0.5, 0.5])],
    ['contract', categories([0.55, 0.24, 0.21])],
    ['payment', categories([0.34, 0.23, 0.22, 0.21])],
    ['rare', categories([0.985, 0.01, 0.004, 0.001])],
    ['region', categories(many)],
    ['city', categories(long.map((share) => share / total))],
    ['phone', categories([0.9, 0.1], 0.05)],
    ['paperless', categories([0.6, 0.4])],
    ['plan', categories([0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02])],
  ];
  return { rows, columns: new Map(columns) };
}

function monitor(reference: Table, current: Table): MonitorReport {
  const none = { rows: 0, columns: new Map<string, Column>() };
  return monitorTraffic({
    name: 'churn',
    version: 1,
    bundle: '0',
    at: 0,
    from: null,
    to: null,
    reference: profileReference({
      population: reference,
      predictions: none,
      performance: { metric: 'rmse', rows: 0, metrics: {} },
    }),
    scored: null,
    scores: new Float64Array(0),
    current: { table: current, predictions: none },
    answered: {
      task: { kind: 'regression' },
      scores: new Float64Array(0),
      target: new Float64Array(0),
    },
    labels: noLabels,
    rejected: 0,
    health: {
      state: 'not asked',
      since: null,
      lostRecords: 0,
      counters: null,
      requests: 0,
      errors: 0,
      errorRate: 0,
      p50Ms: null,
      p99Ms: null,
      memoryMb: null,
      message: '',
    },
    policy,
    random: createRandom(1),
  });
}

describe('the alarm rule at the default policy, 19 columns, 3,000 reference rows', () => {
  // Measured over 5,200 windows of several seeds, this one among them: 6 alarms, .1 %.
  it('alarms in less than 1 % of 300 runs without a change, each with a window of 270 and one of 400 rows', () => {
    const runs = 300;
    let alarms = 0;
    for (let run = 0; run < runs; run += 1) {
      const random = createRandom(`calm/${run}`);
      const reference = population(3000, random);
      for (const rows of [270, 400])
        if (monitor(reference, population(rows, random)).decision === 'alarm') alarms += 1;
    }
    expect(alarms / (2 * runs)).toBeLessThanOrEqual(0.01);
  });

  it('always finds a category that goes from 0 % to 85 %, and hardly anything beside it', () => {
    let others = 0;
    for (let run = 0; run < 20; run += 1) {
      const random = createRandom(`fiber/${run}`);
      const report = monitor(population(3000, random), population(270, random, 0.85));
      const drifted = report.drift.filter((column) => column.state === 'drifted');
      others += drifted.length - 1;
      const internet = drifted.find((column) => column.column === 'internet')!;
      expect(internet.change).toMatch(/^"c0" 100 % → [\d.]+ %$|^"c1" 0 % → [89]\d %$/);
      expect(report.alarms.find((alarm) => alarm.kind === 'drift')!.columns[0]).toBe('internet');
      expect(report.schema.map(({ column, kind }) => [column, kind])).toEqual([['internet', 'new-category']]);
    }
    // The false discovery rate is 1 %: with one true finding a run, .2 false ones are expected in 20 runs.
    expect(others).toBeLessThan(3);
  });
});
