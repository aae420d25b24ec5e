import type { Evaluation } from '../evaluation/evaluation.ts';
import type { BundleInputs } from './plan.ts';

const task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' } as const;
const backend = { name: 'wasm', version: 'tfjs-backend-wasm 4.22.0' } as const;
export const evaluation: Evaluation = {
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
