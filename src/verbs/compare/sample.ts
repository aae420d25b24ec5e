import { sampled, sampleDigest } from '../sample.ts';
import { compareView } from './view.ts';

/** Outcomes of `compare`, for the suite over all verbs. */
export const samples = sampled(compareView, {
  result: {
    pipeline: 'churn',
    base: { command: 'run', ok: true, exitCode: 0, bundle: sampleDigest, version: 3, set: [], error: null },
    head: {
      command: 'run',
      ok: true,
      exitCode: 0,
      bundle: sampleDigest.replaceAll('a', 'c'),
      version: 4,
      set: ['model.gbdt.leaves=63'],
      error: null,
    },
    metric: 'log_loss',
    metrics: [
      { part: 'test', name: 'roc_auc', base: 0.85, head: 0.86, change: 0.01, verdict: 'better' },
      { part: 'test', name: 'log_loss', base: 0.41, head: 0.43, change: 0.02, verdict: 'worse' },
      { part: 'test', name: 'mine', base: null, head: 1, change: null, verdict: 'new' },
    ],
    gates: [{ name: 'baseline:log_loss', base: 'passed', head: 'failed', because: 'log loss .43' }],
    alarms: { appeared: ['drift: tenure drifted'], gone: [], stayed: [] },
    warnings: { appeared: ['3 records were quarantined.'], gone: [], stayed: ['an old one'] },
    bundle: 'changed',
    markdown: 'comment.md',
    comment: { state: 'updated', url: 'https://github.com/o/r/pull/7#issuecomment-1', why: null },
  },
});
