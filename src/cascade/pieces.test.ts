import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { takingRows } from '../data/columns.ts';
import { digestingTable } from '../data/logicalDigest.ts';
import { identify, identifying, namingRows, orderingById } from '../data/rowId.ts';
import { fittingBaselines } from '../evaluation/baselines/index.ts';
import { comparing } from '../evaluation/compare.ts';
import { evaluating } from '../evaluation/evaluate.ts';
import { computingMetrics } from '../evaluation/metric.ts';
import { fit, fitting } from '../features/fit.ts';
import { comparingTraffic } from '../monitoring/compare.ts';
import { judgingPerformance } from '../monitoring/performance.ts';
import { profileReference, profilingReference } from '../monitoring/profileReference.ts';
import { loadBackend } from '../modeling/networks/backend.ts';
import { rowsOfDense } from '../modeling/rows.fixture.ts';
import { networkScorer } from '../modeling/networks/scorer.ts';
import { turnRows } from '../modeling/turns.ts';
import { createRandom } from '../random.ts';
import { checking } from '../validation/checks/index.ts';
import { declared } from '../validation/checks/snapshot.fixture.ts';
import { judgingFitness } from '../validation/fitness/index.ts';
import { profile, profiling } from '../validation/profiling.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';
import { preparedDigest } from './preparedDigest.ts';

/** Rows of a table of more than one piece, with every kind of column. */
const rows = pieceRows + 10_000;
const random = createRandom('pieces');
const table: Table = {
  rows,
  columns: new Map<string, Column>([
    ['n', { kind: 'number', values: Float64Array.from({ length: rows }, () => random.normal()) }],
    ['t', { kind: 'time', values: Float64Array.from({ length: rows }, () => 1.6e12 + random.integer(1e9)) }],
    [
      'c',
      {
        kind: 'category',
        codes: Int32Array.from({ length: rows }, () => random.integer(40) - 1),
        dictionary: Array.from({ length: 39 }, (_, i) => `c${i}`),
      },
    ],
    [
      'y',
      {
        kind: 'category',
        codes: Int32Array.from({ length: rows }, () => random.integer(2)),
        dictionary: ['no', 'yes'],
      },
    ],
  ]),
};
const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;
const target = Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 1 : 0));
const scores = Float64Array.from({ length: 2 * rows }, () => 0.5);
const options = { rowIdColumns: [], featureColumns: ['n', 't', 'c'] };
const automatic = { auto: true, drop: [], features: [] };
const all = Int32Array.from({ length: rows }, (_, row) => row);
const labelled = { table, target };

/** Every long work of the cascade, by what it does. */
const works: readonly (readonly [string, () => Work<unknown>])[] = [
  ['digesting a snapshot', () => digestingTable(table)],
  ['naming rows', () => identifying(table, options)],
  ['writing the ids of rows', () => namingRows(table, options)],
  ['ordering rows', () => orderingById(table, identify(table, options))],
  ['taking rows', () => takingRows(table, all)],
  ['profiling', () => profiling(table)],
  [
    'checking',
    () =>
      checking({
        table,
        rowIds: identify(table, options),
        schema: { missing: [''], columns: [] },
        profile: profile(table),
        rowIdColumns: [],
        unknownColumns: [],
        quarantined: [],
      }),
  ],
  [
    'looking for leaks',
    () =>
      judgingFitness({
        table,
        rowIds: identify(table, options),
        schema: {
          missing: [''],
          columns: [...table.columns].map(([name, { kind }]) => declared(name, kind)),
        },
        profile: profile(table),
        label: 'y',
        rowIdColumns: [],
        unknownColumns: [],
        quarantined: [],
        drop: [],
        time: null,
        split: { strategy: 'hash', group: null },
      }),
  ],
  ['fitting features', () => fitting(automatic, table, ['y'])],
  ['digesting prepared columns', () => preparedDigest(fit(automatic, table, ['y']), table, all)],
  ['fitting baselines', () => fittingBaselines(task, labelled, labelled, ['n', 't', 'c'])],
  ['computing metrics', () => computingMetrics(task, { scores, target })],
  [
    'evaluating',
    () =>
      evaluating({
        task,
        metric: 'log_loss',
        scored: { scores, target },
        table,
        slices: ['c'],
        bootstrap: 5,
        random: createRandom('evaluation'),
      }),
  ],
  [
    'comparing models',
    () =>
      comparing('log_loss', { scores, target }, { scores, target }, task, createRandom('comparison'), {
        replicates: 5,
      }),
  ],
  [
    'comparing traffic with a reference',
    () =>
      comparingTraffic(
        profileReference({
          population: table,
          predictions: table,
          performance: { metric: 'log_loss', rows: 1, metrics: {} },
        }),
        { table, predictions: table },
        { drift: { alpha: 0.01, min_effect: 0.1, ignore: [] }, min_rows: 100 },
      ),
  ],
  [
    'judging answers by their labels',
    () =>
      judgingPerformance(
        { task, scores, target },
        { performance: { metric: 'log_loss', rows: 1, metrics: {} }, scored: null },
        { min_labels: 2 * rows, max_worsening: 0, confidence: 0.99 },
        createRandom('monitor'),
      ),
  ],
  [
    'profiling a reference',
    () =>
      profilingReference({
        population: table,
        predictions: table,
        performance: { metric: 'log_loss', rows: 1, metrics: {} },
      }),
  ],
];

/** A model whose answers cost nothing: what is looked at is how often they pause. */
const network = [
  {
    inputs: 1,
    outputs: 1,
    weights: Float32Array.of(1),
    bias: Float32Array.of(0),
    activation: 'linear' as const,
  },
];

describe('long work of a cascade', () => {
  it("a model's answers pause within the rows that take well under a second", async () => {
    const loaded = await loadBackend('wasm');
    const onBackend = networkScorer(loaded, task, network, null);
    const sizes: number[] = [];
    const work = onBackend.predict(rowsOfDense(new Float32Array(3 * turnRows), 3 * turnRows, 1));
    for (let step = work.next(); step.done !== true; step = work.next()) sizes.push(step.value);
    onBackend.dispose();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(turnRows);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3 * turnRows);
  });

  it.each(works)('%s stops after a look at a column or a resample at most', (_what, begin) => {
    const work = begin();
    let pauses = 0;
    for (let step = work.next(); step.done !== true; step = work.next()) {
      expect(step.value).toBeLessThanOrEqual(rows);
      pauses += 1;
    }
    expect(pauses).toBeGreaterThan(1);
  });
});
