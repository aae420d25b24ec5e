import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Evaluation, Verdict } from '../../evaluation/evaluation.ts';
import type { DeploymentStatus } from '../../deployment/target.ts';
import type { Outcome } from '../../lifecycle/outcome.ts';
import type {
  DeployResult,
  DoctorResult,
  ExplainResult,
  FeaturizeResult,
  IngestResult,
  InitResult,
  MonitorResult,
  PackageResult,
  PredictResult,
  RetrainResult,
  RollbackResult,
  ServeResult,
  StatusResult,
  StopResult,
  TrainResult,
  ValidateResult,
} from '../../lifecycle/verbs.ts';
import type { RunResult } from '../../lifecycle/run.ts';
import { describeFailure } from '../failure.ts';
import type { View } from './blocks.ts';
import { noInk } from './ink.ts';
import { failureJson, outcomeJson } from './json.ts';
import { layout } from './layout.ts';
import { markdown } from './markdown.ts';
import { failureSchema, outcomeSchema } from './outputSchema.ts';
import { resultSchemas } from './resultSchemas.ts';
import { deployView } from './views/deploy.ts';
import { doctorView } from './views/doctor.ts';
import { explainView } from './views/explain.ts';
import { featurizeView } from './views/featurize.ts';
import { ingestView } from './views/ingest.ts';
import { initView } from './views/init.ts';
import { monitorView } from './views/monitor.ts';
import { packageView } from './views/package.ts';
import { predictView } from './views/predict.ts';
import { retrainView } from './views/retrain.ts';
import { rollbackView } from './views/rollback.ts';
import { runView } from './views/run.ts';
import { serveView } from './views/serve.ts';
import { statusView } from './views/status.ts';
import { stopView } from './views/stop.ts';
import { trainView } from './views/train.ts';
import { validateView } from './views/validate.ts';
import { displayWidth } from './width.ts';

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
};
const packaged: PackageResult = {
  name: 'churn',
  version: 3,
  digest: sha,
  existed: false,
  path: '.aieng/bundles/a1b2',
  tar: null,
  files: [{ path: 'model/weights.bin', bytes: 123_456 }],
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

interface Sample {
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

const samples: readonly Sample[] = [
  sample<InitResult>('init', initView, {
    name: 'churn',
    task: 'binary',
    created: ['pipelines/churn.yaml'],
    notes: ['id looks like an id'],
    next: 'aieng run churn',
  }),
  sample<IngestResult>('ingest', ingestView, {
    rows: 7032,
    quarantined: 11,
    columns: 21,
    rejections: [rejection],
    quarantineFile: '.aieng/objects/ab',
    unknownColumns: ['vip'],
    inferredSchema: null,
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
      { family: 'linear', validation: 0.42, parameters: 47, epochs: 30, bestEpoch: 20 },
      { family: 'mlp', validation: 0.419, parameters: 22_000, epochs: 12, bestEpoch: 2 },
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
  sample<ServeResult>('serve', serveView, {
    name: 'churn',
    version: 3,
    bundle: sha,
    url: 'http://127.0.0.1:8080',
  }),
  sample<MonitorResult>('monitor', monitorView, monitored),
  sample<RetrainResult>('retrain', retrainView, retrained),
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
  sample<StopResult>('stop', stopView, {
    name: 'churn',
    wasRunning: true,
    version: 3,
    url: 'http://127.0.0.1:8080',
  }),
  sample<DoctorResult>('doctor', doctorView, {
    checks: [{ name: 'store', state: 'failed', message: '1 damaged', hint: 'Run it again.' }],
  }),
  sample<ExplainResult>('explain', explainView, {
    topic: 'stage',
    title: 'train',
    lines: ['The seed changed.'],
    data: { key: 'x' },
  }),
];

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });

describe('every verb', () => {
  it('has a sample here and a schema of its result', () => {
    expect(samples.map(({ verb }) => verb).sort()).toEqual(Object.keys(resultSchemas).sort());
  });

  it.each(samples)(
    '$verb: --json follows the schema, and the schema notices a wrong one',
    ({ verb, json }) => {
      const validate = ajv.compile(outcomeSchema(verb));
      validate(json);
      expect(validate.errors ?? []).toEqual([]);
      expect(validate({ ...Object(json), surprise: 1 })).toBe(false);
      expect(validate({ ...Object(json), result: { surprise: 1 } })).toBe(false);
    },
  );

  it.each(samples)(
    '$verb: fits 40 and 80 columns, and no cell reaches the terminal as a command',
    ({ blocks }) => {
      for (const columns of [40, 80]) {
        const text = layout(blocks, { columns, ink: noInk });
        expect(text).not.toContain('\u001b');
        expect(text.endsWith('\n')).toBe(true);
        const tooWide = text.split('\n').filter((line) => displayWidth(line) > columns);
        // A command to copy is never broken.
        expect(tooWide.filter((line) => !line.includes('aieng '))).toEqual([]);
      }
    },
  );

  it.each(samples)(
    '$verb: Markdown for the step summary has a heading and no raw control character',
    ({ blocks }) => {
      const text = markdown(blocks);
      expect(text).toMatch(/^### /m);
      expect(text).not.toContain('\u001b');
    },
  );
});

describe('the words', () => {
  const textOf = (verb: string): string =>
    layout(samples.find((each) => each.verb === verb)?.blocks ?? [], { columns: 100, ink: noInk });

  it('monitor names the column, what changed and what it costs, and says what to do', () => {
    const text = textOf('monitor');
    for (const words of [
      'alarm',
      '"Fiber optic" 0 % → 85 %',
      '62 more are misjudged',
      'next  aieng retrain churn',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('train puts the model beside the baselines, the metric of the pipeline first', () => {
    expect(textOf('train')).toMatch(
      /metric +linear +majority +one-rule: contract\n +log loss +0\.4100 +0\.5800 +0\.4900/,
    );
  });

  it('ingest names file and line of a rejected record', () => {
    expect(textOf('ingest')).toContain('data/customers.csv:17');
  });

  it('--quiet leaves one answer', () => {
    const essential = Object.fromEntries(samples.map((each) => [each.verb, each.essential]));
    expect(essential['package']).toEqual(['churn@3']);
    expect(essential['deploy']).toEqual(['http://127.0.0.1:8080']);
    expect(essential['status']).toEqual(['churn@3 running http://127.0.0.1:8080']);
    expect(essential['retrain']).toEqual(['promoted-and-deployed']);
  });
});

describe('a failure as JSON', () => {
  it('follows its schema and is scrubbed', () => {
    const failure = describeFailure(new TypeError('token hunter2'), { interrupted: false, verbose: false });
    const text = failureJson(failure, { command: 'train', pipeline: null, durationMs: 1.5 }, (words) =>
      words.replaceAll('hunter2', '***'),
    );
    expect(text).not.toContain('hunter2');
    const validate = ajv.compile(failureSchema);
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});
