import { sampleAccount, sampled, sampleDigest } from '../sample.ts';
import { sampleStatus } from '../deploy/sample.ts';
import { sampleVerdict } from '../train/sample.ts';
import { retrainView } from './view.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';

const comparison: Comparison = {
  metric: 'log_loss',
  rows: 800,
  champion: 0.7,
  challenger: 0.54,
  improvement: { value: 0.16, low: 0.12, high: 0.2, p: 0.001, better: true },
};

/** Outcomes of `retrain`, for the suite over all verbs. */
export const samples = sampled(retrainView, {
  decision: 'promoted-and-deployed',
  result: {
    decision: 'promoted-and-deployed',
    because: 'better on recent rows beyond noise',
    triggers: ['drift of internet_service'],
    trainingRows: 3800,
    comparisonRows: 800,
    candidates: [
      { name: 'union', kind: 'union', trainingRows: 3800, leftOut: null, comparison, passed: true },
      {
        name: 'last-7-days',
        kind: 'last-7-days',
        trainingRows: null,
        leftOut: '12 rows would teach, 100 are needed',
        comparison: null,
        passed: null,
      },
      { name: 'churn@2', kind: 'earlier', trainingRows: null, leftOut: null, comparison, passed: null },
    ],
    chosen: 'union',
    refittedRows: 4600,
    comparison,
    onSource: comparison,
    holds: [],
    level: {
      metric: 'log_loss',
      value: 0.54,
      low: 0.5,
      high: 0.58,
      best: 0.52,
      moves: true,
      because: 'log loss 0.54 becomes what monitoring judges by.',
    },
    promise: {
      metric: 'log_loss',
      promised: 0.41,
      came: 0.43,
      low: 0.4,
      high: 0.46,
      labels: 512,
      at: 1_764_300_000_000,
      kept: true,
    },
    schemaChanges: ['internet_service: Fiber optic is known now'],
    verdict: sampleVerdict,
    champion: { version: 3, bundle: sampleDigest },
    challenger: { version: 4, bundle: sampleDigest },
    deployed: sampleStatus,
    labels: sampleAccount,
  },
});
