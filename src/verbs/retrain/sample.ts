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
    comparison,
    onSource: comparison,
    schemaChanges: ['internet_service: Fiber optic is known now'],
    verdict: sampleVerdict,
    champion: { version: 3, bundle: sampleDigest },
    challenger: { version: 4, bundle: sampleDigest },
    deployed: sampleStatus,
    labels: sampleAccount,
  },
});
