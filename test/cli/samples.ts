import type { ValidateResult } from '../../src/verbs/validate/result.ts';
import type { TrainResult } from '../../src/verbs/train/result.ts';
import type { StopResult } from '../../src/verbs/stop/result.ts';
import type { StatusResult } from '../../src/verbs/status/result.ts';
import type { ServeResult } from '../../src/verbs/serve/result.ts';
import type { ScheduleResult } from '../../src/verbs/schedule/result.ts';
import type { RollbackResult } from '../../src/verbs/rollback/result.ts';
import type { RetrainResult } from '../../src/verbs/retrain/result.ts';
import type { PredictResult } from '../../src/verbs/predict/result.ts';
import type { PackageResult } from '../../src/verbs/package/result.ts';
import type { MonitorResult } from '../../src/verbs/monitor/result.ts';
import type { InitResult } from '../../src/verbs/init/result.ts';
import type { FeaturizeResult } from '../../src/verbs/featurize/result.ts';
import type { ExplainResult } from '../../src/verbs/explain/result.ts';
import type { DestroyResult } from '../../src/verbs/destroy/result.ts';
import type { DeployResult } from '../../src/verbs/deploy/result.ts';
import type { CompareResult } from '../../src/verbs/compare/result.ts';
import type { Evaluation, Verdict } from '../../src/evaluation/evaluation.ts';
import type { DeploymentStatus } from '../../src/deployment/target.ts';
import type { Outcome } from '../../src/project/outcome.ts';
import type { RunResult } from '../../src/verbs/run/result.ts';
import type { View } from '../../src/verbs/view/blocks.ts';
import { compareView } from '../../src/verbs/compare/view.ts';
import { deployView } from '../../src/verbs/deploy/view.ts';
import { destroyView } from '../../src/verbs/destroy/view.ts';
import { explainView } from '../../src/verbs/explain/view.ts';
import { featurizeView } from '../../src/verbs/featurize/view.ts';
import { initView } from '../../src/verbs/init/view.ts';
import { monitorView } from '../../src/verbs/monitor/view.ts';
import { packageView } from '../../src/verbs/package/view.ts';
import { predictView } from '../../src/verbs/predict/view.ts';
import { retrainView } from '../../src/verbs/retrain/view.ts';
import { rollbackView } from '../../src/verbs/rollback/view.ts';
import { runView } from '../../src/verbs/run/view.ts';
import { scheduleView } from '../../src/verbs/schedule/view.ts';
import { serveView } from '../../src/verbs/serve/view.ts';
import { statusView } from '../../src/verbs/status/view.ts';
import { stopView } from '../../src/verbs/stop/view.ts';
import { trainView } from '../../src/verbs/train/view.ts';
import { validateView } from '../../src/verbs/validate/view.ts';
import { outcomeJson } from '../../src/cli/render/json.ts';

const sha = 'a1b2'.repeat(16);
const at = Date.UTC(2026, 2, 1, 14, 5);
const interval = { value: 0.41, low: 0.39, high: 0.43 };
const rejection = {
  file: 'data/customers.csv',
  line: 17,
  column: 'tenure',
  reason: 'expected a number, got "twelve months and a bit"',
  raw: 'C-17,twelve months and a bit,\u001b[31mred,日本語のセル,42',
};
const verdict: Verdict = {
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
  intervals: { log_loss: interval },
  slices: [{ slice: 'contract = Month-to-month', rows: 700, metrics: { log_loss: 0.55 }, worse: true }],
  baselines: [
    { name: 'majority', description: 'always No', metrics: { log_loss: 0.58 } },
    { name: 'one-rule: contract', description: 'by contract', metrics: { log_loss: 0.49 } },
  ],
  threshold: 0.31,
  confusion: [
    [900, 100],
    [150, 259],
  ],
};
const status: DeploymentStatus = {
  name: 'churn',
  target: 'local',
  state: 'running',
  url: 'http://127.0.0.1:8080',
  version: 3,
  bundleDigest: sha,
  since: at,
  pid: 4711,
  restarts: 1,
  message: '',
};
const comparison = { metric: 'log_loss', rows: 800, champion: 0.7, challenger: 0.54, improvement: interval };
const deployed: DeployResult = {
  name: 'churn',
  version: 3,
  plan: { action: 'switch', steps: ['start churn@3 beside churn@2', 'switch, then drain churn@2'] },
  applied: { status, durationMs: 2310 },
  previousVersion: 2,
  rendered: [],
};
const packaged: PackageResult = {
  name: 'churn',
  version: 3,
  digest: sha,
  existed: false,
  path: '.aieng/bundles/a1b2',
  tar: null,
  files: [{ path: 'model/weights.bin', bytes: 123_456 }],
  image: {
    reference: 'registry.example.com/ml/churn:3',
    digest: `sha256:${sha}`,
    base: { name: 'node:20-bookworm-slim', digest: `sha256:${sha}` },
    variant: 'serve',
    platform: 'linux/amd64',
    layers: [{ name: 'bundle', digest: `sha256:${sha}`, bytes: 81_920 }],
    layout: '.aieng/images/a1b2',
    archive: '.aieng/images/a1b2.tar',
    existed: false,
    pushed: {
      pullReference: `registry.example.com/ml/churn@sha256:${sha}`,
      uploadedBytes: 81_920,
      reusedBytes: 38_000_000,
    },
  },
  dockerfile: ['build/Dockerfile'],
};
const monitored: MonitorResult = {
  name: 'churn',
  version: 3,
  bundle: sha,
  at,
  window: { rows: 1770, from: at - 3_600_000, to: at },
  drift: [
    {
      column: 'internet_service',
      of: 'input',
      test: 'chi2',
      distance: 'jensen_shannon',
      p: 0,
      adjustedP: 1e-300,
      effect: 0.52,
      psi: 3.1,
      rows: 1770,
      referenceRows: 3000,
      state: 'drifted',
      change: '"Fiber optic" 0 % → 85 %',
      bins: [{ label: 'Fiber optic', reference: 0, current: 0.85 }],
    },
  ],
  schema: [
    {
      column: 'internet_service',
      kind: 'new-category',
      message: 'Fiber optic is new.',
      count: 1500,
      share: 0.85,
    },
  ],
  performance: {
    metric: 'log_loss',
    labelled: 900,
    rows: 1770,
    state: 'worse',
    reference: 0.41,
    current: 0.73,
    low: 0.7,
    high: 0.76,
    metrics: { log_loss: { reference: 0.41, current: 0.73 } },
    cost: 'of 1,000 rows, 62 more are misjudged than at training',
    orphanLabels: 0,
    replacedLabels: 0,
  },
  health: {
    state: 'ok',
    requests: 1770,
    errors: 0,
    errorRate: 0,
    p50Ms: 1,
    p99Ms: 4.2,
    memoryMb: 120,
    message: '',
  },
  alarms: [{ kind: 'drift', message: 'internet_service drifted.', columns: ['internet_service'] }],
  decision: 'alarm',
};
const retrained: RetrainResult = {
  decision: 'promoted-and-deployed',
  because: 'better on recent rows beyond noise',
  triggers: ['drift of internet_service'],
  trainingRows: 3800,
  comparisonRows: 800,
  comparison,
  onSource: comparison,
  schemaChanges: ['internet_service: Fiber optic is known now'],
  verdict,
  champion: { version: 3, bundle: sha },
  challenger: { version: 4, bundle: sha },
  deployed: status,
};

export interface Sample {
  readonly verb: string;
  readonly blocks: ReturnType<View<Outcome>['blocks']>;
  readonly essential: readonly string[];
  readonly json: unknown;
}

const extras: Outcome = {
  pipeline: 'churn',
  runId: '01JD3V',
  exitCode: 0,
  stages: [{ name: 'train', state: 'ran', reason: 'never ran', durationMs: 12_300 }],
  snapshot: sha,
  version: 3,
  metrics: { test: { log_loss: 0.41 } },
  gates: verdict.gates,
  alarms: monitored.alarms,
  findings: [],
  rejections: [rejection],
  decision: 'alarm',
  warnings: ['3 unknown columns'],
  reports: ['.aieng/reports/churn.html'],
  result: null,
};

function sample<Result>(verb: string, view: View<Outcome<Result>>, result: Result): Sample {
  const outcome = { ...extras, result };
  const text = outcomeJson(outcome, { command: verb, durationMs: 12.7 }, (secret) => secret);
  return { verb, blocks: view.blocks(outcome), essential: view.essential(outcome), json: JSON.parse(text) };
}

/** An outcome of every verb, as a person and as a script are told it. Typed: a new field of a result must stand here. */
export const samples: readonly Sample[] = [
  sample<InitResult>('init', initView, {
    name: 'churn',
    task: 'binary',
    created: ['pipelines/churn.yaml'],
    notes: ['id looks like an id'],
    next: 'aieng run churn',
  }),
  sample<ValidateResult>('validate', validateView, {
    rows: 7032,
    findings: [
      {
        check: 'unexpected-value',
        column: 'contract',
        severity: 'warning',
        message: 'contract has "Weekly".',
        count: 3,
        examples: [{ rowId: 'C-17', value: 'Weekly' }],
        fix: 'Add it to the domain.',
      },
    ],
    comparedWith: sha,
  }),
  sample<FeaturizeResult>('featurize', featurizeView, {
    rows: { train: 4500, validation: 1100, test: 1432, unlabelled: 2 },
    inputs: 19,
    outputs: Array.from({ length: 40 }, (_, n) => `feature_${n}`),
    task: 'binary',
  }),
  sample<TrainResult>('train', trainView, {
    family: 'linear',
    tried: [
      { family: 'linear', validation: 0.42, parameters: 47, epochs: 30, bestEpoch: 10 },
      { family: 'mlp', validation: 0.419, parameters: 22_000, epochs: 12, bestEpoch: 10 },
    ],
    because: 'mlp is not better beyond noise',
    backend: 'wasm',
    metric: 'log_loss',
    evaluation,
    verdict,
  }),
  sample<PackageResult>('package', packageView, packaged),
  sample<RunResult>('run', runView, { package: packaged, deploy: deployed }),
  sample<DeployResult>('deploy', deployView, deployed),
  sample<PredictResult>('predict', predictView, {
    rows: 100,
    rejected: 1,
    rejections: [rejection],
    output: 'answers.csv',
  }),
  sample<PredictResult>('predict', predictView, {
    rows: 100,
    rejected: 0,
    rejections: [],
    output: 'parts/part-00003-of-00008.ndjson',
    shard: { index: 3, of: 8, state: 'kept' },
  }),
  sample<PredictResult>('predict', predictView, {
    rows: 100,
    rejected: 1,
    rejections: [rejection],
    output: 'answers.ndjson',
    merged: [{ part: 'part-00000-of-00001.ndjson', rows: 100, rejected: 1 }],
  }),
  sample<ServeResult>('serve', serveView, {
    name: 'churn',
    version: 3,
    bundle: sha,
    url: 'http://127.0.0.1:8080',
  }),
  sample<MonitorResult>('monitor', monitorView, monitored),
  sample<RetrainResult>('retrain', retrainView, retrained),
  sample<ScheduleResult>('schedule', scheduleView, {
    action: 'changed',
    schedules: [
      {
        id: 'churn-monitor-retrain-0a1b2c3d',
        pipeline: 'churn',
        on: 'cron',
        expression: '0 3 * * 1-5',
        timezone: 'Europe/Berlin',
        verbs: ['monitor', 'retrain'],
        state: 'installed',
        where: 'the crontab of this user',
        next: [{ at, words: 'Mon 02 Mar 2026, 03:00 UTC+1' }],
        lastRun: {
          runId: '01KJ',
          slot: at,
          missed: 2,
          startedAt: at,
          endedAt: at + 1000,
          exitCode: 0,
          results: [
            { verb: 'monitor', exitCode: 5, decision: 'alarm', runId: '01KJ', error: null },
            { verb: 'retrain', exitCode: 1, decision: null, runId: null, error: 'it was ended by SIGKILL' },
          ],
        },
        unfinished: at + 60_000,
        log: '/srv/churn/.aieng/schedules/churn-monitor-retrain-0a1b2c3d.log',
      },
    ],
    changes: [
      { path: 'the crontab of this user', before: '0 4 * * 1-5 run\n', after: '0 3 * * 1-5 run\n' },
      { path: '/etc/unit\u001b[31m', before: 'same\n', after: 'same\n' },
    ],
    commands: ['crontab -'],
    words: ['The variables PATH are kept in /srv/churn/.aieng/schedules/x.env.'],
  }),
  sample<StatusResult>('status', statusView, {
    deployments: [
      {
        status,
        history: [{ version: 3, bundle: sha, at, why: 'aieng deploy' }],
        lastReport: { at, decision: 'calm', alarms: 0 },
      },
    ],
    pipelines: [{ name: 'churn', newestVersion: 3, lastRun: 'train done' }],
  }),
  sample<RollbackResult>('rollback', rollbackView, {
    name: 'churn',
    from: 3,
    to: 2,
    applied: { status, durationMs: 900 },
  }),
  sample<DestroyResult>('destroy', destroyView, {
    name: 'churn',
    target: 'kubernetes',
    removed: ['Deployment churn'],
  }),
  sample<StopResult>('stop', stopView, {
    name: 'churn',
    wasRunning: true,
    version: 3,
    url: 'http://127.0.0.1:8080',
  }),
  sample<CompareResult>('compare', compareView, {
    pipeline: 'churn',
    base: { command: 'run', ok: true, exitCode: 0, bundle: sha, version: 3, error: null },
    head: {
      command: 'run',
      ok: true,
      exitCode: 0,
      bundle: sha.replaceAll('a', 'c'),
      version: 4,
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
  }),
  sample<ExplainResult>('explain', explainView, {
    topic: 'stage',
    title: 'train',
    lines: ['The seed changed.'],
    data: { key: 'x' },
  }),
];
