import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { noLabels } from '../traffic/account.ts';
import { finish } from '../work.ts';
import { healthNotAsked } from './health.ts';
import { monitorTraffic } from './monitorTraffic.ts';
import type { Traffic } from './monitorTraffic.ts';
import { driftedRows, presentReference } from './presentReference.ts';
import { profileReference } from './profileReference.ts';
import { keepScored } from './scoredReference.ts';
import { scoredGroups } from './slices/groups.ts';
import { takeRows } from '../data/columns.ts';
import type { Table } from '../data/columns.ts';

const task = { kind: 'regression' } as const;

/** Rows whose mean is `mean`, with answers that are off by about `error`. */
function rows(count: number, mean: number, error: number, seed: string) {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: count }, () => mean + random.normal());
  const table: Table = { rows: count, columns: new Map([['x', { kind: 'number', values }]]) };
  return { table, scores: values, target: values.map((value) => value + error * random.normal()) };
}

function traffic(
  now: ReturnType<typeof rows>,
  known: Pick<Traffic, 'reference' | 'scored'>,
  labelled = now.target.length,
): Traffic {
  const predictions: Table = {
    rows: now.table.rows,
    columns: new Map([['prediction', { kind: 'number', values: now.scores }]]),
  };
  return {
    ...{ name: 'x', version: 1, bundle: 'a', at: 0, labels: noLabels, rejected: 0, from: null, to: null },
    ...known,
    current: { table: now.table, predictions },
    scores: now.scores,
    answered: { task, scores: now.scores, target: now.target.map((y, i) => (i < labelled ? y : Number.NaN)) },
    health: healthNotAsked,
    policy: {
      drift: { alpha: 0.01, min_effect: 0.1, ignore: [] },
      performance: { max_worsening: 0.1, min_labels: 100, confidence: 0.99 },
      health: { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 500 },
      ...{ min_rows: 100, window_rows: 10_000, window_hours: 168, labels: null },
      slo: { availability: null, latency_ms: null, latency_share: 0.99 },
    },
    random: createRandom(1),
  };
}

const before = rows(800, 0, 1, 'before');
const own: Pick<Traffic, 'reference' | 'scored'> = {
  reference: profileReference({
    population: before.table,
    predictions: { rows: 800, columns: new Map([['prediction', { kind: 'number', values: before.scores }]]) },
    performance: { metric: 'rmse', rows: 800, metrics: { rmse: { value: 1, low: 0.95, high: 1.05 } } },
  }),
  scored: keepScored(before.scores, before.target),
};

it('accepted, it is calm about what alarmed, and alarms when that gets worse', () => {
  const changed = traffic(rows(800, 2, 2, 'changed'), own);
  const report = monitorTraffic(changed);
  expect(new Set(report.alarms.map(({ kind }) => kind))).toEqual(
    new Set(['drift', 'schema', 'prediction-drift', 'performance']),
  );
  const present = finish(presentReference(changed, report));
  expect(present.reference.performance).toMatchObject({ metric: 'rmse', rows: 800 });
  const level = present.reference.performance.metrics['rmse']!;
  expect(level.value).toBeCloseTo(2, 0);
  expect(level.low).toBeLessThan(level.value);
  expect(present.scored!.target).toHaveLength(800);

  expect(monitorTraffic(traffic(rows(800, 2, 2, 'again'), present))).toMatchObject({
    alarms: [],
    decision: 'calm',
  });
  const worse = monitorTraffic(traffic(rows(800, 3, 3, 'worse'), present));
  expect(worse.alarms.map(({ kind }) => kind)).toContain('performance');
  expect(worse.alarms.map(({ kind }) => kind)).toContain('drift');
});

it('keeps the level of before where labels are too few to tell another', () => {
  const changed = traffic(rows(800, 2, 2, 'changed'), own, 90);
  const present = finish(presentReference(changed, monitorTraffic(changed)));
  expect(present.reference.performance).toEqual(own.reference.performance);
  expect(present.scored).toEqual(own.scored);
  expect(present.reference.columns[0]!.mean).toBeCloseTo(2, 0);
});

it('is of the newest rows that show drift, and says when the first of them came', () => {
  const [old, recent] = [rows(800, 0, 1, 'old'), rows(400, 2, 1, 'recent')];
  const join = (left: Float64Array, right: Float64Array) => Float64Array.from([...left, ...right]);
  const values = join(old.scores, recent.scores);
  const table: Table = { rows: 1200, columns: new Map([['x', { kind: 'number', values }]]) };
  const given = traffic({ table, scores: values, target: join(old.target, recent.target) }, own);
  // All within an hour: a batch, which no clock made.
  const at = Float64Array.from(values, (_, row) => 1000 * row);
  const log = {
    table,
    predictions: given.current.predictions,
    at,
    now: 3_600_000,
    isCutOff: false,
    inLastDay: null,
  };
  const logged = { ...given, current: { ...given.current, log } };
  const report = monitorTraffic(logged);
  const shown = driftedRows(report, 100)!;
  expect(shown).toBeLessThan(1200);
  expect(finish(presentReference(logged, report))).toMatchObject({
    reference: { rows: shown },
    from: 1000 * (1200 - shown),
  });
  expect(driftedRows({ drift: [] }, 100)).toBeNull();
  expect(driftedRows(report, 1000)).toBe(1000);
});

it('tells where it got worse, and keeps the parts of the accepted rows to search them again', () => {
  const known = {
    ...own,
    scored: keepScored(before.scores, before.target, (kept) =>
      scoredGroups(own.reference.columns, takeRows(before.table, kept), {
        personal: new Set(),
        important: [],
      }),
    ),
  };
  const now = rows(800, 0, 1, 'high ones');
  const target = now.target.map((y, i) =>
    now.scores[i]! > 0.7 ? now.scores[i]! + 4 * (y - now.scores[i]!) : y,
  );
  const asked = traffic({ ...now, target }, known);
  const searched: Traffic = { ...asked, answered: { ...asked.answered, inputs: () => now.table } };
  const report = monitorTraffic(searched);
  expect(report.performance.slices).toMatchObject({ searched: 4, left: 0 });
  expect(report.performance.slices!.found[0]!.slice).toMatch(/^x ≥ /);
  // Nobody asked for it, or nothing is known of before.
  expect(monitorTraffic(asked).performance.slices).toBeNull();
  expect(monitorTraffic({ ...searched, scored: own.scored }).performance.slices).toBeNull();
  // Labels that their answers chose say nothing of the others.
  const chosen = target.map((y, i) => (now.scores[i]! > 0.5 ? y : Number.NaN));
  const partly = { ...searched, answered: { ...searched.answered, target: chosen } };
  expect(monitorTraffic(partly).performance.slices).toBeNull();

  const present = finish(presentReference(searched, report));
  expect(present.scored!.groups!.map(({ column, bins }) => [column, bins.length])).toEqual([['x', 800]]);
  const few = { ...searched, answered: { ...searched.answered, target: target.fill(Number.NaN, 50) } };
  expect(finish(presentReference(few, monitorTraffic(few))).scored).not.toHaveProperty('groups');
});
