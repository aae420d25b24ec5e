import { expect, it } from 'vitest';
import type { PerformanceReport } from '../../monitoring/report.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { brokenPromise, promiseOf } from './promise.ts';

const bundle = 'b'.repeat(64);
const level = { metric: 'rmse', value: 10, low: 9, high: 11, best: null, moves: true, because: '' };
const record = { ...retrainingKind.sample, at: 5, challenger: { version: 2, bundle }, level };
const came: PerformanceReport = {
  ...{ metric: 'rmse', labelled: 300, rows: 400, state: 'ok', reference: 10, metrics: {}, cost: null },
  ...{ current: 11, low: 10, high: 12 },
};

it('compares what was promised of the model in charge with what came', () => {
  const trainings = [{ runId: 'r', record }];
  const kept = promiseOf(trainings, bundle, came);
  expect(kept).toEqual({
    ...{ metric: 'rmse', promised: 10, came: 11, low: 10, high: 12, labels: 300, at: 5, kept: true },
  });
  expect(brokenPromise(kept)).toEqual([]);
  const broken = promiseOf(trainings, bundle, { ...came, current: 13, low: 12, high: 14 });
  expect(broken).toMatchObject({ kept: false });
  expect(brokenPromise(broken)).toEqual([
    'What was promised of the model in charge did not come: RMSE 10 was promised, 13 came on 300 labels.',
  ]);
});

it('is silent where nothing was promised, of another metric, or on too few labels', () => {
  const of = (...asked: Parameters<typeof promiseOf>): ReturnType<typeof promiseOf> => promiseOf(...asked);
  expect(of([], bundle, came)).toBeNull();
  expect(of([{ runId: 'r', record }], 'c'.repeat(64), came)).toBeNull();
  expect(of([{ runId: 'r', record: { ...record, level: null } }], bundle, came)).toBeNull();
  expect(of([{ runId: 'r', record }], bundle, { ...came, metric: 'mae' })).toBeNull();
  expect(of([{ runId: 'r', record }], bundle, { ...came, state: 'not enough labels' })).toBeNull();
});
