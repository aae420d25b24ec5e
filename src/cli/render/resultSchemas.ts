import {
  anything,
  count,
  digest,
  flag,
  listOf,
  mapOf,
  maybeNumber,
  maybeText,
  number,
  objectOf,
  oneOf,
  orNull,
  text,
} from './schemaWords.ts';
import type { JsonSchema } from './schemaWords.ts';
import { compared, image, scheduleState } from './placeSchemas.ts';

export const gateSchema = objectOf({
  name: text,
  state: oneOf('passed', 'failed', 'skipped'),
  value: maybeNumber,
  threshold: maybeNumber,
  because: text,
});
export const metricsSchema = mapOf(maybeNumber);
export const alarmSchema = objectOf({
  kind: oneOf('drift', 'schema', 'prediction-drift', 'performance', 'health'),
  message: text,
  columns: listOf(text),
});

const version = orNull(count);
export const rejectionSchema = objectOf(
  { file: text, line: count, reason: text, raw: text },
  { column: text },
);
const interval = objectOf({ value: maybeNumber, low: maybeNumber, high: maybeNumber });
const verdict = objectOf({ passed: flag, gates: listOf(gateSchema), sentence: text });
export const findingSchema = objectOf(
  {
    check: text,
    severity: oneOf('error', 'warning', 'info'),
    message: text,
    count,
    examples: listOf(objectOf({ rowId: text, value: text })),
    fix: text,
  },
  { column: text },
);
const task: JsonSchema = {
  type: 'object',
  properties: { kind: oneOf('binary', 'multiclass', 'regression'), classes: listOf(text), positive: text },
  required: ['kind'],
};
const evaluation = objectOf(
  {
    task,
    rows: count,
    metric: text,
    metrics: metricsSchema,
    intervals: mapOf(interval),
    slices: listOf(objectOf({ slice: text, rows: count, metrics: metricsSchema, worse: flag })),
    baselines: listOf(
      objectOf({ name: text, description: text, metrics: metricsSchema }, { improvement: orNull(interval) }),
    ),
  },
  {
    beside: listOf(objectOf({ name: text, description: text, metrics: metricsSchema })),
    threshold: number,
    confusion: listOf(listOf(count)),
    reliability: listOf(objectOf({ predicted: maybeNumber, observed: maybeNumber, rows: count })),
    roc: listOf(objectOf({ falsePositiveRate: maybeNumber, truePositiveRate: maybeNumber })),
  },
);
const deploymentStatus = objectOf({
  name: text,
  target: text,
  state: oneOf('running', 'stopped', 'unhealthy'),
  url: maybeText,
  version,
  bundleDigest: maybeText,
  since: maybeNumber,
  pid: maybeNumber,
  restarts: count,
  message: text,
});
const applied = objectOf({ status: deploymentStatus, durationMs: number });
const comparison = objectOf({
  metric: text,
  rows: count,
  champion: maybeNumber,
  challenger: maybeNumber,
  improvement: interval,
});
const packaged = objectOf({
  name: text,
  version: count,
  digest,
  existed: flag,
  path: text,
  tar: maybeText,
  files: listOf(objectOf({ path: text, bytes: count })),
  image: orNull(image),
  dockerfile: listOf(text),
});
const deployed = objectOf({
  name: text,
  version,
  plan: objectOf({ action: oneOf('start', 'switch', 'none'), steps: listOf(text) }, { diff: text }),
  applied: orNull(applied),
  previousVersion: version,
  rendered: listOf(text),
});
const columnDrift = objectOf({
  column: text,
  of: oneOf('input', 'prediction'),
  test: text,
  distance: text,
  p: maybeNumber,
  adjustedP: maybeNumber,
  effect: maybeNumber,
  psi: maybeNumber,
  rows: count,
  referenceRows: count,
  state: oneOf('stable', 'drifted', 'not enough data'),
  change: text,
  bins: listOf(objectOf({ label: text, reference: maybeNumber, current: maybeNumber })),
});
const performance = objectOf({
  metric: text,
  labelled: count,
  rows: count,
  state: oneOf('ok', 'worse', 'not enough labels'),
  reference: maybeNumber,
  current: maybeNumber,
  low: maybeNumber,
  high: maybeNumber,
  metrics: mapOf(objectOf({ reference: maybeNumber, current: maybeNumber })),
  cost: maybeText,
  orphanLabels: count,
  replacedLabels: count,
});
const monitored = objectOf({
  name: text,
  version,
  bundle: text,
  at: number,
  window: objectOf({ rows: count, from: maybeNumber, to: maybeNumber }),
  drift: listOf(columnDrift),
  schema: listOf(
    objectOf({
      column: text,
      kind: oneOf('column-missing', 'new-category', 'type-change', 'out-of-range'),
      message: text,
      count,
      share: number,
    }),
  ),
  performance,
  health: objectOf({
    state: oneOf('ok', 'unhealthy', 'not running', 'not asked'),
    requests: count,
    errors: count,
    errorRate: maybeNumber,
    p50Ms: maybeNumber,
    p99Ms: maybeNumber,
    memoryMb: maybeNumber,
    message: text,
  }),
  alarms: listOf(alarmSchema),
  decision: oneOf('calm', 'alarm', 'not enough data'),
});
const retrained = objectOf({
  decision: oneOf(
    'no-trigger',
    'cooldown',
    'not-enough-data',
    'busy',
    'challenger-not-better',
    'gate-failed',
    'promoted',
    'promoted-and-deployed',
  ),
  because: text,
  triggers: listOf(text),
  trainingRows: maybeNumber,
  comparisonRows: maybeNumber,
  comparison: orNull(comparison),
  onSource: orNull(comparison),
  schemaChanges: listOf(text),
  verdict: orNull(verdict),
  champion: orNull(objectOf({ version, bundle: text })),
  challenger: orNull(objectOf({ version: count, bundle: text })),
  deployed: orNull(deploymentStatus),
});

/** The schema of `result`, by command. */
export const resultSchemas: Readonly<Record<string, JsonSchema>> = {
  init: objectOf({ name: text, task: maybeText, created: listOf(text), notes: listOf(text), next: text }),
  validate: objectOf({ rows: count, findings: listOf(findingSchema), comparedWith: maybeText }),
  featurize: objectOf({
    rows: objectOf({ train: count, validation: count, test: count, unlabelled: count }),
    inputs: count,
    outputs: listOf(text),
    task: text,
  }),
  train: objectOf({
    family: text,
    tried: listOf(
      objectOf(
        { family: text, validation: maybeNumber, parameters: count, epochs: count },
        { bestEpoch: count },
      ),
    ),
    because: text,
    backend: text,
    metric: text,
    evaluation,
    verdict,
  }),
  package: packaged,
  run: objectOf({ package: packaged, deploy: orNull(deployed) }),
  deploy: deployed,
  predict: objectOf(
    { rows: count, rejected: count, rejections: listOf(rejectionSchema), output: text },
    {
      shard: objectOf({ index: count, of: count, state: oneOf('made', 'kept') }),
      merged: listOf(objectOf({ part: text, rows: count, rejected: count })),
    },
  ),
  serve: objectOf({ name: text, version, bundle: text, url: text }),
  monitor: monitored,
  retrain: retrained,
  schedule: objectOf({
    action: oneOf('listed', 'planned', 'installed', 'changed', 'unchanged', 'removed', 'nothing-to-remove'),
    schedules: listOf(scheduleState),
    changes: listOf(objectOf({ path: text, before: maybeText, after: maybeText })),
    commands: listOf(text),
    words: listOf(text),
  }),
  status: objectOf({
    deployments: listOf(
      objectOf({
        status: deploymentStatus,
        history: listOf(objectOf({ version, bundle: text, at: number, why: text })),
        lastReport: orNull(objectOf({ at: number, decision: text, alarms: count })),
      }),
    ),
    pipelines: listOf(objectOf({ name: text, newestVersion: version, lastRun: maybeText })),
  }),
  rollback: objectOf({ name: text, from: version, to: version, applied }),
  destroy: objectOf({ name: text, target: text, removed: listOf(text) }),
  stop: objectOf({ name: text, wasRunning: flag, version, url: maybeText }),
  compare: compared,
  explain: objectOf({
    topic: oneOf('stage', 'gate', 'drift', 'prediction'),
    title: text,
    lines: listOf(text),
    data: anything,
  }),
};
