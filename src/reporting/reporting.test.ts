import { createHash } from 'node:crypto';
import { sampleAccount } from '../verbs/sample.ts';
import { describe, expect, it } from 'vitest';
import { summarize } from '../validation/columnSummary.ts';
import { validatedKind } from '../tracking/runs/validations.ts';
import type { Profile } from '../validation/profile.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import type { ColumnDrift, MonitorReport } from '../monitoring/report.ts';
import { figure } from './figures.ts';
import { formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { escapeHtml, markup } from './html.ts';
import {
  besidePage,
  historyPage,
  monitorPage,
  storyPage,
  trainingPage,
  trainingsPage,
  validationPage,
  validationsPage,
} from './index.ts';
import type { HistoryPage } from './history.ts';
import { lookOf } from '../monitoring/history/look.ts';
import { monitorSentence } from './monitor.ts';

const hostile = `<script>alert("x")</script>&amp;'"\u0000\u001b[31m`;

const drift = (column: string, state: ColumnDrift['state'], distance = 'jensen_shannon'): ColumnDrift => ({
  column,
  of: 'input',
  test: 'chi2',
  distance,
  p: 1e-9,
  adjustedP: 1e-8,
  effect: 0.31,
  psi: 0.4,
  rows: 1770,
  referenceRows: 3000,
  state,
  change: `"${column}" 0 % → 85 %`,
  bins: [
    { label: 'DSL', reference: 0.6, current: 0.1 },
    { label: hostile, reference: 0, current: 0.85 },
    { label: 'missing', reference: 0.4, current: 0.05 },
  ],
});

const report = (changes: Partial<MonitorReport> = {}): MonitorReport => ({
  name: 'churn',
  version: 3,
  bundle: 'a'.repeat(64),
  at: 1_735_689_600_000,
  window: { rows: 1770, rejected: 0, from: 1_735_680_000_000, to: 1_735_689_000_000 },
  labels: {
    ...sampleAccount,
    reasons: [{ reason: hostile, count: 10, example: { door: 'file', id: hostile } }],
    doors: sampleAccount.doors.map((each) => ({
      ...each,
      source: hostile,
      example: { given: hostile, logged: hostile },
    })),
  },
  drift: [drift(hostile, 'drifted'), drift('tenure', 'drifted', 'wasserstein'), drift('gender', 'stable')],
  schema: [{ column: hostile, kind: 'new-category', message: hostile, count: 3, share: 0.002 }],
  performance: {
    metric: 'log_loss',
    labelled: 900,
    rows: 1770,
    state: 'worse',
    reference: 0.41,
    current: 0.728,
    low: 0.68,
    high: 0.78,
    metrics: { log_loss: { reference: 0.41, current: 0.728 }, roc_auc: { reference: null, current: 0.77 } },
    cost: 'of 1,000 rows, 62 more are misjudged than before',
  },
  health: {
    state: 'ok',
    since: null,
    lostRecords: 0,
    counters: null,
    requests: 1770,
    errors: 0,
    errorRate: 0,
    p50Ms: 1.2,
    p99Ms: 4,
    memoryMb: 120,
    message: 'answers',
  },
  alarms: [{ kind: 'drift', message: `2 columns drifted: ${hostile}`, columns: [hostile] }],
  decision: 'alarm',
  ...changes,
});

const evaluation: Evaluation = {
  task: { kind: 'binary', classes: ['No', hostile], positive: hostile },
  rows: 600,
  metric: 'log_loss',
  metrics: { log_loss: 0.41, roc_auc: 0.85 },
  intervals: { log_loss: { value: 0.41, low: 0.38, high: 0.44 } },
  slices: [{ slice: `contract = ${hostile}`, rows: 90, metrics: { log_loss: 0.61 }, worse: true }],
  baselines: [{ name: `one-rule: ${hostile}`, description: hostile, metrics: { log_loss: 0.5 } }],
  threshold: 0.4,
  confusion: [
    [300, 40],
    [60, 200],
  ],
  reliability: [
    { predicted: 0.1, observed: 0.12, rows: 300 },
    { predicted: 0.8, observed: 0.7, rows: 300 },
  ],
  importance: {
    metric: 'log_loss',
    rows: 500,
    repeats: 5,
    columns: [
      { column: hostile, drop: 0.1, deviation: 0.02, gain: 0.6 },
      { column: 'tenure', drop: -0.001, deviation: 0.002, gain: 0.1 },
    ],
    left: 2,
  },
  thresholds: [
    { threshold: 0.9, said: 0.05, precision: 0.8, recall: 0.2, cost: 1.5 },
    { threshold: 0.4, said: 0.3, precision: 0.6, recall: 0.7, cost: 1 },
    { threshold: 0.1, said: 1, precision: 0.3, recall: 1, cost: 3 },
  ],
  roc: [
    { falsePositiveRate: 0, truePositiveRate: 0 },
    { falsePositiveRate: 0.2, truePositiveRate: 0.8 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ],
};

const described: Profile = {
  rows: 100,
  columns: [
    {
      name: hostile,
      kind: 'category',
      rows: 100,
      missing: 3,
      distinct: 9,
      top: [{ value: hostile, count: 60 }],
      other: 37,
    },
    {
      name: 'tenure',
      kind: 'number',
      rows: 100,
      missing: 0,
      distinct: 50,
      numeric: {
        min: 0,
        max: 72,
        mean: 30,
        std: 20,
        quantiles: [],
        zeros: 1,
        histogram: { edges: [0, 36, 72], counts: [60, 40] },
      },
    },
    { name: 'note', kind: 'text', rows: 100, missing: 100, distinct: 0 },
  ],
};

const history: HistoryPage = {
  pipeline: hostile,
  looks: [3, 2, 1].map((n) => ({
    ...lookOf(report({ at: n * 86_400_000, ...(n === 3 ? {} : { decision: 'calm' }) }), 'log', undefined),
    changed: n === 2 ? null : hostile,
    page: n === 2 ? null : `${n}.html`,
  })),
  decisions: [{ at: 2.5 * 86_400_000, decision: 'promoted', because: hostile, page: 'x.html' }],
  moves: [{ at: 2 * 86_400_000, name: hostile }],
  kept: 'Kept.',
  damaged: 1,
  latest: 'x.html',
};

const pages: readonly (readonly [string, () => string])[] = [
  ['monitor', () => monitorPage(report())([['x/index.html', hostile]])],
  [
    'two looks',
    () =>
      besidePage(
        report(),
        report({ at: 1_735_600_000_000, decision: 'calm', drift: [drift(hostile, 'stable')] }),
      ),
  ],
  ['history', () => historyPage(history)],
  [
    'trainings',
    () =>
      trainingsPage({
        pipeline: hostile,
        runs: [3, 2, 1].map((n) => ({
          at: n * 86_400_000,
          page: `${n}.html`,
          command: 'train',
          family: 'linear',
          metric: 'log_loss',
          value: 0.4 + n / 100,
          interval: n === 2 ? null : { low: 0.3, high: 0.5 },
          rows: 100,
          passed: n !== 3,
          set: [hostile],
          because: hostile,
        })),
        gone: 1,
        most: 100,
        latest: 'x.html',
      }),
  ],
  [
    'validation',
    () =>
      validationPage({
        name: 'churn',
        profile: described,
        columns: summarize(described, []),
        findings: [
          {
            check: 'unexpected-value',
            column: hostile,
            severity: 'warning',
            message: hostile,
            count: 3,
            examples: [{ rowId: hostile, value: hostile }],
            fix: hostile,
          },
        ],
        label: hostile,
        before: null,
        comparedWith: 'd'.repeat(64),
        association: {
          rows: 100,
          measure: 'auc',
          columns: [{ name: hostile, score: 0.9 }],
          pairs: [{ left: hostile, right: 'tenure', correlation: -0.4 }],
        },
        rejected: [
          {
            column: hostile,
            reason: hostile,
            count: 1,
            examples: [{ file: hostile, line: 3, column: hostile, reason: hostile, raw: hostile }],
          },
        ],
        snapshot: {
          schemaDigest: 'c'.repeat(64),
          digest: 'b'.repeat(64),
          rows: 100,
          quarantined: 1,
          files: [hostile],
          unknownColumns: [{ name: hostile, records: 3 }],
        },
      }).newest([['x.html', hostile]]),
  ],
  [
    'validations',
    () =>
      validationsPage({
        pipeline: hostile,
        looks: [3, 2, 1].map((n) => ({
          ...validatedKind.sample,
          at: n * 86_400_000,
          found: [hostile],
          rejected: [{ column: hostile, reason: hostile, count: n }],
          missing: [{ column: hostile, share: n / 10 }],
          changed: hostile,
          page: 'x.html',
        })),
        most: 60,
        damaged: 1,
        latest: 'x.html',
      }),
  ],
  [
    'training',
    () =>
      trainingPage({
        name: 'churn',
        goal: hostile,
        family: 'linear',
        tried: [{ family: 'linear', validation: 0.4, parameters: 30, epochs: 20 }],
        because: hostile,
        metric: 'log_loss',
        evaluation,
        verdict: {
          passed: true,
          sentence: hostile,
          gates: [{ name: hostile, state: 'passed', value: 0.41, threshold: 0.5, because: hostile }],
        },
        history: [
          { epoch: 1, loss: 0.6, validation: 0.5 },
          { epoch: 2, loss: 0.5, validation: 0.45 },
        ],
        bestEpoch: 2,
      })([]),
  ],
  [
    'training, of numbers',
    () =>
      trainingPage({
        name: 'price',
        goal: '',
        family: 'gbdt',
        tried: [],
        because: hostile,
        metric: 'rmse',
        evaluation: {
          task: { kind: 'regression' },
          rows: 100,
          metric: 'rmse',
          metrics: { rmse: 2 },
          intervals: {},
          slices: [],
          baselines: [],
          residuals: {
            points: [
              { predicted: 1, actual: 2 },
              { predicted: 3, actual: 2.5 },
            ],
            tenths: [{ predicted: 2, actual: 2.2, low: -1, high: 1, rows: 100 }],
          },
        },
        verdict: { passed: true, sentence: 'Fine.', gates: [] },
        history: [],
      })([]),
  ],
  [
    'story',
    () =>
      storyPage({
        title: hostile,
        sentence: hostile,
        steps: [
          {
            chapter: hostile,
            title: hostile,
            command: `aieng run ${hostile}`,
            text: `✔ ${hostile}\n${hostile}`,
            figures: [[hostile, hostile]],
            promise: { what: hostile, kept: false },
          },
        ],
        charts: [{ title: 'log loss', bars: [{ name: hostile, value: 0.4, low: 0.3, high: 0.5 }] }],
      }),
  ],
];

const empty = new Set(['meta', '!doctype', 'br']);
/** Every element that is opened is closed in order: what a browser shows is what was meant. */
function unclosed(markup: string): string[] {
  const open: string[] = [];
  for (const [, close, name = '', self] of markup.matchAll(
    /<(\/?)([a-zA-Z!][a-zA-Z0-9]*)(?:\s[^<>]*?)?(\/?)>/g,
  )) {
    if (empty.has(name.toLowerCase()) || self === '/') continue;
    if (close === '') open.push(name);
    else if (open.pop() !== name) return [...open, `unexpected </${name}>`];
  }
  return open;
}

describe.each(pages)('the %s page', (_name, make) => {
  it('is one well-formed file without scripts, requests or values that became markup', () => {
    const text = make();
    expect(unclosed(text)).toEqual([]);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(
      /<script|<link|<img|<iframe|<object|javascript:|\son\w+=|\sstyle=|@import|url\(/i,
    );
    expect(text).not.toMatch(/https?:|\/\/[a-z]/i);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect(text).toMatch(/<svg role="img" aria-label="[^"]+"/);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect(text).toContain(
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`.replaceAll("'", '&#39;'),
    );
  });

  it('is small, and the same every time', () => {
    const text = make();
    expect(text.length).toBeLessThan(200_000);
    expect(make()).toBe(text);
  });
});

describe('how a model learnt', () => {
  it.each([
    [undefined, /The model of round 2 was kept/],
    [5, /In the first of 5 folds\. .+ for as many rounds as the folds found best: 2\./],
  ])('is told of %s folds', (folds, told) => {
    const text = trainingPage({
      name: 'churn',
      goal: '',
      family: 'gbdt',
      tried: [],
      because: '',
      metric: 'log_loss',
      evaluation,
      verdict: { passed: true, sentence: 'Fine.', gates: [] },
      history: [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch, validation: 1 / epoch })),
      bestEpoch: 2,
      ...(folds === undefined ? {} : { folds }),
    })([]);
    expect(text).toMatch(told);
  });
});

describe('a wide monitor report', () => {
  it('stays below a megabyte', () => {
    const wide = report({ drift: Array.from({ length: 300 }, (_, i) => drift(`column ${i}`, 'drifted')) });
    expect(monitorPage(wide)([]).length).toBeLessThan(1_000_000);
  });
});

describe('the verdict', () => {
  it('says in one sentence what is the matter', () => {
    expect(monitorSentence(report({ drift: [drift('internet', 'drifted'), drift('sex', 'stable')] }))).toBe(
      'Alarm for churn@3: 1 of 2 columns drifted (internet); it got worse (log loss 0.41 → 0.728).',
    );
    expect(
      monitorSentence(
        report({ decision: 'calm', performance: { ...report().performance, state: 'ok', current: 0.4 } }),
      ),
    ).toMatch(
      /^Calm: the last 1,770 predictions of churn@3 look like what it was made for, and it is as good/,
    );
    expect(
      monitorSentence(
        report({
          decision: 'not enough data',
          version: null,
          window: { rows: 1, rejected: 0, from: null, to: null },
        }),
      ),
    ).toBe('Not enough data to judge churn: 1 prediction so far.');
  });
});

describe('text', () => {
  it('is escaped wherever it is put', () => {
    expect(markup`<b title="${'"><i>'}">${['<', 1, null, false, markup`<u></u>`]}</b>`.text).toBe(
      '<b title="&quot;&gt;&lt;i&gt;">&lt;1<u></u></b>',
    );
    expect(escapeHtml('a\u0000b\ud800c😀')).toBe('a\ufffdb\ufffdc😀');
  });

  it('shows figures as people read them', () => {
    expect([
      figure(1234567),
      figure(0.41234),
      figure(12345.6),
      figure(0.00001),
      figure(NaN),
      figure(null),
    ]).toEqual(['1,234,567', '0.412', '12,346', '0.00001', '–', '–']);
    expect([
      formatPercent(0.0001),
      formatPercent(0.5),
      formatPercent(0.9999),
      formatPercent(0),
      formatPercent(1),
    ]).toEqual(['< 0.1 %', '50 %', '> 99.9 %', '0 %', '100 %']);
    expect([utcMinute(0), utcMinute(null), utcMinute(NaN), utcMinute(1e300)]).toEqual([
      '1970-01-01 00:00 UTC',
      '–',
      '–',
      '–',
    ]);
  });
});
