import { describe, expect, it } from 'vitest';
import type { Evaluation, Verdict } from '../evaluation/evaluation.ts';
import { writeCard, type CardFacts } from './card.ts';
import type { BundleInputs } from './plan.ts';

const task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' } as const;
const backend = { name: 'wasm', version: 'tfjs-backend-wasm 4.22.0' } as const;
const evaluation: Evaluation = {
  task,
  rows: 600,
  metric: 'log_loss',
  metrics: { log_loss: 0.41234, roc_auc: 0.85 },
  intervals: { log_loss: { value: 0.41234, low: 0.38, high: 0.44 } },
  slices: [
    { slice: 'contract = Two | <b>year</b>', rows: 90, metrics: { log_loss: 0.61 }, worse: true },
    { slice: 'contract = One year', rows: 90, metrics: { log_loss: 0.4 }, worse: false },
  ],
  baselines: [{ name: 'majority', description: 'always No', metrics: { log_loss: 0.58, roc_auc: 0.5 } }],
  threshold: 0.4,
};
const column = {
  name: 'tenure',
  kind: 'number',
  type: 'integer',
  nullable: true,
  required: true,
  closed: false,
} as const;

/** A small bundle of a churn model. */
export function sampleInputs(): BundleInputs {
  return {
    name: 'churn',
    goal: 'Who is about to leave?',
    task,
    family: 'linear',
    backend,
    inputs: [{ ...column, minimum: 0, maximum: 72 }],
    outputs: ['No', 'Yes'],
    label: 'Churn',
    row_id: ['customerID'],
    metric: 'log_loss',
    threshold: 0.4,
    digests: { data: 'a'.repeat(64), features: 'b'.repeat(64), code: 'source' },
    documents: {
      'features.json': {
        version: 2,
        inputs: [{ name: 'tenure', kind: 'number' }],
        prepared: [],
        encoded: [],
      },
      'schema.json': { columns: [column], missing: [''] },
      'reference.json': {
        rows: 600,
        columns: [
          { name: 'tenure', kind: 'number', rows: 600, missing: 2, sample: [1, 2.5], mean: 2, std: 1 },
        ],
        predictions: [],
        performance: {
          metric: 'log_loss',
          rows: 600,
          metrics: { log_loss: { value: 0.4, low: 0.3, high: 0.5 } },
        },
      },
      'golden.json': {
        backend,
        rows: [{ input: { tenure: null }, features: '0000803f', scores: [0.1, 0.9] }],
      },
      'evaluation.json': evaluation,
    },
    card: '# churn\n',
    model: new Map([
      ['weights.bin', new Uint8Array([1, 2, 3])],
      ['model.json', new TextEncoder().encode('{}')],
    ]),
  };
}

const verdict: Verdict = {
  passed: true,
  sentence: 'It finds leavers better than any rule of thumb.',
  gates: [
    {
      name: 'beats the baseline',
      state: 'passed',
      value: 0.41,
      threshold: 0.58,
      because: 'log loss .41, best baseline .58',
    },
  ],
};
const facts = (): CardFacts => ({
  manifest: sampleInputs(),
  rows: { train: 3000, validation: 500, test: 600, unlabelled: 11 },
  features: 12,
  parameters: 13,
  because: 'linear is within noise of mlp and simpler',
  calibration: { method: 'platt', slope: 1.1, intercept: -0.05 },
  evaluation,
  verdict,
  example: { tenure: 3, note: '``` <script>' },
});

describe('writeCard', () => {
  it('tells what a reader needs to judge the model', () => {
    const card = writeCard(facts());
    for (const told of [
      'Predicts **Churn**: "Yes" or not',
      'It finds leavers better',
      '3,000 rows',
      '11 rows without a label',
      '| **log loss** | 0.4123 | 0.38 to 0.44 | 0.58 |',
      'Platt scaling',
      'POST /predict',
      '"tenure": 3',
      '0 to 72',
    ])
      expect(card).toContain(told);
  });

  it('lets no value of the data become Markdown or HTML', () => {
    const card = writeCard(facts());
    expect(card).toContain('Two \\| \\<b\\>year');
    expect(card).not.toMatch(/(?<!\\)<b>/);
    expect(card).toContain('````json');
  });

  it('is a function of its facts', () => {
    expect(writeCard(facts())).toBe(writeCard(facts()));
    const regression = { ...facts(), manifest: { ...sampleInputs(), task: { kind: 'regression' as const } } };
    expect(writeCard(regression)).toContain('Predicts the number **Churn**');
  });
});
