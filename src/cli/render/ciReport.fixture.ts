import type { Outcome } from '../../project/outcome.ts';

/** An outcome with one of everything that a report for CI servers tells. */
export const eventful: Outcome = {
  pipeline: 'churn',
  runId: '01JD3V',
  exitCode: 4,
  stages: [
    { name: 'ingest', state: 'cached', reason: 'fresh', durationMs: 0 },
    { name: 'train', state: 'ran', reason: 'model.epochs changed', durationMs: 12_345 },
  ],
  gates: [
    { name: 'absolute:log_loss', state: 'passed', value: 0.41, threshold: 0.5, because: '.41 of .5' },
    { name: 'baseline:log_loss', state: 'failed', value: 0.41, threshold: 0.4, because: '.41 > .40 & "so"' },
    { name: 'champion', state: 'skipped', value: null, threshold: null, because: 'there is none yet' },
  ],
  alarms: [{ kind: 'drift', message: 'internet_service drifted', columns: ['internet_service'] }],
  findings: [
    {
      check: 'unexpected-value',
      column: 'contract',
      severity: 'error',
      message: 'contract has "<Weekly>".',
      count: 3,
      examples: [],
      fix: 'Add it.',
    },
    {
      check: 'low-presence',
      column: 'tenure',
      severity: 'warning',
      message: 'tenure is missing in 12 rows.',
      count: 12,
      examples: [],
      fix: 'Look at it.',
    },
    { check: 'shift', severity: 'info', message: 'Nothing.', count: 0, examples: [], fix: 'Nothing.' },
  ],
  rejections: [
    {
      file: 'data/my rows.csv',
      line: 17,
      column: 'tenure',
      reason: 'expected a number, got "a\u0007"',
      raw: '',
    },
    {
      file: 'data/my rows.csv',
      line: 19,
      column: 'tenure',
      reason: 'expected a number, got "a\u0007"',
      raw: '',
    },
    { file: 'data/rows.parquet', line: 0, reason: 'it is broken', raw: '' },
  ],
  warnings: ['tenure is missing in 12 rows.', '3 records were quarantined.'],
  result: null,
};
