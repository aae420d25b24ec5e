import type { TrainResult } from './result.ts';
import { sampled, sampleDigest } from '../sample.ts';
import { trainView } from './view.ts';
import type { Evaluation, Verdict } from '../../evaluation/evaluation.ts';

/** A verdict of one gate that passed and one that had nothing to judge. */
export const sampleVerdict: Verdict = {
  passed: true,
  gates: [
    {
      name: 'baseline:log_loss',
      state: 'passed',
      value: 0.41,
      threshold: 0.48,
      because: 'log loss .41, best baseline .49',
    },
    { name: 'champion', state: 'skipped', value: null, threshold: null, because: 'there is no champion yet' },
  ],
  sentence:
    'Worth having: log loss 0.41 on 1,409 rows that it never saw, against 0.49 by looking at contract alone.',
};

const evaluation: Evaluation = {
  task: { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' },
  rows: 1409,
  metric: 'log_loss',
  metrics: { log_loss: 0.41, roc_auc: 0.85, r2: Number.NaN },
  intervals: { log_loss: { value: 0.41, low: 0.39, high: 0.43 } },
  caveats: [
    'PR AUC has no interval here: it rests on 9 positive rows, and 10 are needed for one that holds.',
  ],
  overTime: { time: 'day', family: 'gbdt', rows: 10_000, loss: 'log loss', random: 0.41, newest: 0.47 },
  learningCurve: {
    family: 'gbdt',
    rows: 1409,
    loss: 'log loss',
    points: [
      { rows: 1232, value: 0.44 },
      { rows: 2465, value: 0.42 },
      { rows: 4930, value: 0.41 },
    ],
    more: 'help',
    because: 'More rows like these would help.',
  },
  correlations: {
    rows: 4930,
    columns: 3,
    left: 0,
    label: [{ column: 'tenure', value: -0.37 }],
    pairs: [{ columns: ['tenure', 'total_charges'], value: 0.89 }],
  },
  fairness: [
    {
      column: 'gender',
      minRows: 30,
      groups: [
        {
          group: 'gender = F',
          rows: 700,
          selection: { hits: 210, rows: 700, value: 0.3, low: 0.27, high: 0.34 },
          truePositiveRate: { hits: 150, rows: 200, value: 0.75, low: 0.69, high: 0.8 },
          falsePositiveRate: null,
        },
      ],
      gaps: [
        {
          measure: 'equal_opportunity',
          difference: { value: 0.04, low: -0.02, high: 0.1 },
          ratio: 0.95,
          least: 'gender = F',
          most: 'gender = M',
          fewest: 200,
          tooSmall: [],
        },
        {
          measure: 'equalised_odds',
          difference: null,
          ratio: null,
          least: null,
          most: null,
          fewest: null,
          tooSmall: ['gender missing'],
        },
      ],
    },
  ],
  slices: [{ slice: 'contract = Month-to-month', rows: 700, metrics: { log_loss: 0.55 }, worse: true }],
  baselines: [
    {
      name: 'majority',
      description: 'always No',
      metrics: { log_loss: 0.58 },
      improvement: { value: 0.17, low: 0.15, high: 0.19, p: 0.001, better: true },
    },
    { name: 'one-rule: contract', description: 'by contract', metrics: { log_loss: 0.49 } },
  ],
  importance: {
    metric: 'log_loss',
    rows: 1000,
    repeats: 5,
    columns: [
      { column: 'contract', drop: 0.05, deviation: 0.004, gain: 0.4 },
      { column: 'tenure', drop: -0.001, deviation: 0.002, gain: 0.1 },
    ],
    left: 3,
  },
  threshold: 0.31,
  confusion: [
    [900, 100],
    [150, 259],
  ],
};

/** A model that passed its gates. */
export const sampleModel: TrainResult = {
  family: 'linear',
  tried: [
    { family: 'linear', validation: 0.42, parameters: 47, epochs: 30, bestEpoch: 10 },
    { family: 'mlp', validation: 0.419, parameters: 22_000, epochs: 12, bestEpoch: 10 },
  ],
  because: 'mlp is not better beyond noise',
  backend: 'wasm',
  metric: 'log_loss',
  evaluation,
  verdict: sampleVerdict,
  search: {
    family: 'gbdt',
    metric: 'log_loss',
    higherIsBetter: false,
    asked: 30,
    folds: 5,
    trials: [
      {
        number: 0,
        values: { 'model.gbdt.leaves': 31, 'model.gbdt.learning_rate': 0.05 },
        folds: [0.42, 0.41, 0.43, 0.42, 0.41],
        mean: 0.418,
        against: 0,
        stopped: false,
      },
      {
        number: 1,
        values: { 'model.gbdt.leaves': 240, 'model.gbdt.learning_rate': 0.3 },
        folds: [0.6],
        mean: 0.6,
        against: 0.18,
        stopped: true,
      },
      {
        number: 2,
        values: { 'model.gbdt.leaves': 9, 'model.gbdt.learning_rate': 0.041 },
        folds: [0.41, 0.4, 0.42, 0.42, 0.4],
        mean: 0.41,
        against: -0.008,
        stopped: false,
      },
    ],
    best: 2,
    betterFolds: 4,
    because: 'Trial 2 of 3 trials is the best.',
    yaml: 'model:\n  family: gbdt\n  gbdt:\n    leaves: 9\n    learning_rate: 0.041',
  },
};

/** Outcomes of `train`, for the suite over all verbs. */
export const samples = sampled(trainView, {
  runId: '01JD3V',
  stages: [{ name: 'train', state: 'ran', reason: 'never ran', durationMs: 12_300 }],
  snapshot: sampleDigest,
  metrics: { test: { log_loss: 0.41 } },
  gates: sampleVerdict.gates,
  warnings: ['3 unknown columns'],
  reports: ['.aieng/reports/churn.html'],
  set: [{ key: 'model.gbdt.leaves', value: 63, instead: 31 }],
  result: sampleModel,
});
