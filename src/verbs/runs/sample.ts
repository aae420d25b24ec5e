import { sampled, sampleDigest, sampleInstant } from '../sample.ts';
import type { RunLine } from '../../project/tried/line.ts';
import type { RunsResult } from './result.ts';
import { runsView } from './view.ts';

const line: RunLine = {
  id: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
  pipeline: 'churn',
  command: 'train',
  startedAt: sampleInstant,
  durationMs: 4200,
  outcome: 'ok',
  because: 'model.epochs: 200 → 100',
  model: { family: 'gbdt', metric: 'log_loss', test: { value: 0.41, low: 0.39, high: 0.43 }, passed: true },
  bundle: { digest: sampleDigest, name: 'churn', version: 2 },
  git: { commit: 'c0ffeec0ffee', dirty: true },
  host: 'build-3',
  set: ['model.gbdt.leaves=63'],
  tags: ['paper'],
  note: 'the one of the talk',
};

const before: RunLine = {
  ...line,
  id: '01JHX3Q4V5W6X7Y8Z9A0B1C2D2',
  outcome: 'stopped',
  model: { family: 'linear', metric: 'roc_auc', test: null, passed: false },
  bundle: null,
  git: null,
  set: [],
  tags: [],
  note: null,
  because: null,
};

const listed: RunsResult = {
  action: 'list',
  runs: [line, before],
  more: true,
  shown: null,
  differences: [],
  exported: [],
  imported: [],
  server: null,
  files: [],
};

const shown: RunsResult['shown'] = {
  stages: [{ name: 'train', state: 'ran', reason: 'never ran', durationMs: 900 }],
  environment: { platform: 'linux-x64', node: 'v20.19.0', aieng: '0.2.0' },
  image: null,
  tried: [{ family: 'linear', validation: 0.4, parameters: 2, epochs: 1, bestEpoch: 1 }],
  because: 'it is the only one',
  gates: [],
  baselines: [{ name: 'prior', metrics: { log_loss: 0.58 } }],
  metrics: { log_loss: 0.41 },
  rows: { train: 700, validation: 150, test: 150, unlabelled: 3 },
  snapshot: sampleDigest,
  inputs: ['age', 'plan'],
  facts: ['rows: 12'],
};

const figures: RunsResult['differences'][number]['figures'] = {
  pipeline: 'churn',
  base: null,
  head: { command: 'train', ok: true, exitCode: 0, bundle: sampleDigest, version: 2, set: [], error: null },
  metric: 'log_loss',
  metrics: [{ part: 'test', name: 'log_loss', base: 0.42, head: 0.41, change: -0.01, verdict: 'better' }],
  gates: [],
  alarms: { appeared: [], gone: [], stayed: [] },
  warnings: { appeared: [], gone: [], stayed: [] },
  bundle: 'changed',
};

export const samples = sampled(
  runsView,
  { result: listed },
  { result: { ...listed, runs: [], more: false } },
  { result: { ...listed, action: 'show', runs: [line], more: false, shown } },
  {
    result: {
      ...listed,
      action: 'compare',
      more: false,
      runs: [before, line, line],
      differences: [
        {
          run: line,
          changed: [{ stage: 'train', what: ['pipeline model.epochs: 200 → 100'] }],
          figures,
          paired: {
            metric: 'log_loss',
            rows: 150,
            champion: 0.42,
            challenger: 0.41,
            improvement: { value: 0.01, low: 0.002, high: 0.018, p: 0.004, better: true },
          },
          unpaired: null,
        },
        { run: line, changed: [], figures, paired: null, unpaired: 'they were tested on other rows' },
      ],
    },
  },
  { result: { ...listed, action: 'tag', runs: [line], more: false } },
  { result: { ...listed, action: 'delete', runs: [line], more: false, files: ['runs.csv'] } },
  {
    result: {
      ...listed,
      action: 'export',
      runs: [line],
      more: false,
      exported: [{ run: line.id, mlflowRun: 'f'.repeat(32), known: false }],
      server: 'http://127.0.0.1:5000',
    },
  },
  {
    result: {
      ...listed,
      action: 'import',
      runs: [line],
      more: false,
      imported: [{ run: line.id, mlflowRun: 'f'.repeat(32), known: false }],
      server: 'http://127.0.0.1:5000',
    },
  },
);
