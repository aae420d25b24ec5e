import { alerts } from './alerts.ts';
import type { KeySchema } from './keys.ts';
import { deploy } from './deploy.ts';
import { choice, columnNames, key, section } from './keys.ts';
import { trust } from './trust.ts';

const drift = section('When the inputs or the predictions count as drifted.', {
  alpha: key('number', 0.01, 'False discovery rate over the columns (Benjamini–Hochberg).', {
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
  }),
  min_effect: key(
    'number',
    0.1,
    'Smallest effect that matters: Wasserstein distance / standard deviation of the reference, or Jensen–Shannon distance. Of one share a change of half of it matters: .1 is five points.',
    { minimum: 0 },
  ),
  ignore: columnNames('Columns that never alarm.'),
});

const performance = section('When the model counts as worse, once labels are known.', {
  max_worsening: key('number', 0.1, 'Relative worsening of the metric that matters; .1 = 10 %.', {
    minimum: 0,
  }),
  min_labels: key('integer', 200, 'Fewer labels: "not enough labels".', { minimum: 1 }),
  confidence: key('number', 0.99, 'Confidence that it is worse, over days of looks.', {
    minimum: 0.5,
    exclusiveMaximum: 1,
  }),
});

const health = section('When the service counts as ill.', {
  max_error_rate: key('number', 0.01, 'Largest share of requests that fail through no fault of the caller.', {
    minimum: 0,
    maximum: 1,
  }),
  max_p99_ms: key('number', 500, 'Largest 99th percentile of latency, ms.', { exclusiveMinimum: 0 }),
  max_memory_mb: key('number', 1024, 'Largest resident memory, MB.', { exclusiveMinimum: 0 }),
});

const slo = section(
  'What the service should reach. The budget of errors that it leaves alarms when it is used up 14.4 times too fast for an hour, or 6 times for six.',
  {
    availability: key(
      ['number', 'null'],
      null,
      'Share of requests that do not fail through the service; .999 = one in a thousand may. null = no objective.',
      { minimum: 0.5, exclusiveMaximum: 1 },
    ),
    latency_ms: key(['number', 'null'], null, 'How long a request may take, ms; null = no objective.', {
      exclusiveMinimum: 0,
    }),
    latency_share: key('number', 0.99, 'Share of requests that take no longer than latency_ms.', {
      minimum: 0.5,
      exclusiveMaximum: 1,
    }),
  },
);

const monitor = section('How the served model is watched.', {
  window_rows: key('integer', 10_000, 'At most this many of the newest predictions …', { minimum: 1 }),
  window_hours: key(
    'number',
    168,
    '… and none older than this are judged; of labels, those that came within it, however old their prediction is.',
    { exclusiveMinimum: 0 },
  ),
  min_rows: key('integer', 200, 'Fewer rows: "not enough data".', { minimum: 1 }),
  drift,
  performance,
  health,
  slo,
  labels: key(
    ['string', 'null'],
    null,
    'File with labels that arrive later (CSV, NDJSON, Parquet with `id` and the label column); null = by POST /feedback only.',
    { minLength: 1 },
  ),
});

const triggers = section('What starts retraining.', {
  drift: key('boolean', true, 'A drift alarm.'),
  performance: key('boolean', true, 'A performance alarm.'),
  schedule: key(['string', 'null'], null, 'A cron expression (UTC), e.g. `0 3 * * 1`.', { minLength: 1 }),
  new_rows: key(['integer', 'null'], null, 'This many new labelled rows.', { minimum: 1 }),
  every_days: key(
    ['number', 'null'],
    7,
    'So many days since the model was trained, or a challenger last tried, also without an alarm; null = never.',
    { exclusiveMinimum: 0 },
  ),
});

const retrain = section('When a challenger is trained, and when it replaces the champion.', {
  triggers,
  cooldown_hours: key(
    ['number', 'null'],
    null,
    'No retraining within this time after the last one; null = a day, and 2, 4, 7 days while nothing is promoted.',
    { minimum: 0 },
  ),
  budget: key(
    ['integer', 'null'],
    7,
    'Challengers that may be trained in seven days; null = as many as are asked for.',
    {
      minimum: 1,
    },
  ),
  compare_share: key(
    'number',
    0.5,
    'Largest share of the labelled recent rows that only judges; what judges is their newest quarter, 250 to 1,000 rows.',
    { exclusiveMinimum: 0, exclusiveMaximum: 1 },
  ),
  min_labelled_rows: key('integer', 200, 'Fewer labelled recent rows: "not enough data".', { minimum: 2 }),
  min_compare_rows: key(
    'integer',
    100,
    'Fewer labelled recent rows that only judge: "not enough data". A harm to a few rows in a hundred is not seen on fewer than 100.',
    { minimum: 20 },
  ),
  margin: key('number', 0, 'Improvement of the metric that a challenger must exceed.', { minimum: 0 }),
  promotion: choice(
    ['auto', 'approve'],
    'auto',
    'auto = a better challenger takes over, unless something speaks against it; approve = it waits for `aieng approve`.',
  ),
  deploy: key('boolean', true, 'Deploy a promoted challenger to the running deployment.'),
});

const batch = section(
  'What `aieng predict <pipeline> --batch` answers, by hand or on a clock (`schedule --do predict`).',
  {
    input: key(
      ['string', 'null'],
      null,
      'File, or folder of files, of rows; relative to the project. null = there is no batch.',
      { minLength: 1 },
    ),
    output: key(
      'string',
      'predictions/{date}.csv',
      'File of the answers, with the folders above it; it takes its name when it is whole. `{date}` stands for the day of the run (UTC).',
      { minLength: 1 },
    ),
    shards: key(
      'integer',
      1,
      'Parts that the work is done in, one after the other; a run that was ended goes on with those that are not whole. Of a single file each part reads all.',
      { minimum: 1, maximum: 10_000 },
    ),
    log: key('boolean', false, 'Record the answers for monitoring.'),
  },
);

const logs = section('How long the prediction log is kept.', {
  keep_days: key(
    'number',
    400,
    'Predictions older than this are removed. Those with a label are kept as training rows; a window of `monitor` never loses rows.',
    { exclusiveMinimum: 0 },
  ),
});

/** Keys that say how the model lives. */
export const operationKeys: Readonly<Record<string, KeySchema>> = {
  deploy,
  monitor,
  retrain,
  batch,
  alerts,
  logs,
  trust,
};
