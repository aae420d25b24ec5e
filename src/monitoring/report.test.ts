import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { noLabels } from '../traffic/account.ts';
import { healthNotAsked } from './health.ts';
import { monitorReportShape } from './report.ts';
import type { MonitorReport } from './report.ts';

const report: MonitorReport = {
  name: 'churn',
  version: 3,
  bundle: 'a'.repeat(64),
  at: 5,
  window: { rows: 400, rejected: 0, from: 1, to: 2 },
  labels: noLabels,
  drift: [
    {
      column: 'plan',
      of: 'input',
      test: 'hypergeometric',
      distance: 'jensen_shannon',
      p: 0.1,
      adjustedP: 0.1,
      effect: 0.2,
      psi: 0.3,
      rows: 400,
      referenceRows: 3000,
      state: 'stable',
      change: 'none',
      bins: [{ label: 'pro', reference: 0.5, current: 0.5 }],
    },
  ],
  schema: [{ column: 'plan', kind: 'new-category', message: 'new', count: 4, share: 0.01 }],
  performance: {
    metric: 'log_loss',
    labelled: 90,
    rows: 400,
    state: 'ok',
    reference: 0.4,
    current: 0.5,
    low: 0.3,
    high: 0.6,
    metrics: { log_loss: { reference: null, current: 0.5 } },
    cost: null,
  },
  health: {
    ...healthNotAsked,
    counters: {
      at: 1,
      requests: 2,
      errors: 0,
      lostRecords: 0,
      buckets: [
        [0.1, 1],
        [null, 2],
      ],
    },
  },
  alarms: [{ kind: 'drift', message: 'plan drifted', columns: ['plan'] }],
  decision: 'calm',
};
const fits = (changed: unknown): boolean => Value.Check(monitorReportShape, changed);

describe('a report', () => {
  const [drift, schema, alarm] = [report.drift[0]!, report.schema[0]!, report.alarms[0]!];
  const places: readonly (readonly [string, readonly string[], (word: string) => unknown])[] = [
    ['of', ['input', 'prediction'], (of) => ({ ...report, drift: [{ ...drift, of }] })],
    [
      'state of a column',
      ['stable', 'drifted', 'not enough data'],
      (state) => ({ ...report, drift: [{ ...drift, state }] }),
    ],
    [
      'kind of a change of the shape',
      ['column-missing', 'new-category', 'type-change', 'out-of-range'],
      (kind) => ({ ...report, schema: [{ ...schema, kind }] }),
    ],
    [
      'state of the answers',
      ['ok', 'worse', 'not enough labels'],
      (state) => ({ ...report, performance: { ...report.performance, state } }),
    ],
    [
      'state of the service',
      ['ok', 'unhealthy', 'not running', 'not asked'],
      (state) => ({ ...report, health: { ...report.health, state } }),
    ],
    [
      'kind of an alarm',
      ['drift', 'schema', 'prediction-drift', 'performance', 'health'],
      (kind) => ({ ...report, alarms: [{ ...alarm, kind }] }),
    ],
    ['decision', ['calm', 'alarm', 'not enough data'], (decision) => ({ ...report, decision })],
  ];

  it.each(places)('has one of its words for the %s, and no other', (_what, known, withWord) => {
    for (const word of known) expect([word, fits(withWord(word))]).toEqual([word, true]);
    for (const word of ['', 'other', known[0]!.toUpperCase()])
      expect([word, fits(withWord(word))]).toEqual([word, false]);
  });

  it('needs each of its parts, and of those each of theirs', () => {
    expect(fits(report)).toBe(true);
    const without = (of: object, name: string): object =>
      Object.fromEntries(Object.entries(of).filter(([each]) => each !== name));
    for (const name of Object.keys(report))
      expect([name, fits(without(report, name))]).toEqual([name, false]);
    for (const part of ['window', 'labels', 'performance', 'health'] as const)
      for (const name of Object.keys(report[part]))
        expect([part, name, fits({ ...report, [part]: without(report[part], name) })]).toEqual([
          part,
          name,
          false,
        ]);
    for (const name of Object.keys(drift))
      expect([name, fits({ ...report, drift: [without(drift, name)] })]).toEqual([name, false]);
    for (const name of Object.keys(schema))
      expect([name, fits({ ...report, schema: [without(schema, name)] })]).toEqual([name, false]);
    for (const name of Object.keys(alarm))
      expect([name, fits({ ...report, alarms: [without(alarm, name)] })]).toEqual([name, false]);
  });

  it('may have no version, no window, no figures and no counters', () => {
    const none = { ...report.performance, reference: null, current: null, low: null, high: null };
    const health = {
      ...report.health,
      since: null,
      p50Ms: null,
      p99Ms: null,
      memoryMb: null,
      counters: null,
    };
    const window = { ...report.window, from: null, to: null };
    expect(fits({ ...report, version: null, window, performance: none, health })).toBe(true);
  });
});
