import { Type } from '@sinclair/typebox';
import { count, digest, figure, flag, instant, number, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { objectiveReportShape, servedPointShape } from './objectives.ts';
import { secondReportShape } from './second.ts';
import { labelAccountShape } from '../traffic/account.ts';

/** The verdict on one column (of the inputs or of the predictions). */
export const columnDriftShape = Type.Object(
  {
    column: text(),
    of: oneOf(['input', 'prediction']),
    test: text('Which test gave p: `ks`, `hypergeometric` (older reports: `chi2`).'),
    distance: text('Which distance gave the effect: `wasserstein`, `jensen_shannon`, `share_change`.'),
    p: figure(),
    adjustedP: figure('p × looks, after Benjamini–Hochberg over the columns.'),
    looks: Type.Optional(figure('For how many looks p was charged; of a file there is one.')),
    from: Type.Optional(instant('The first row of the window that speaks')),
    note: Type.Optional(text('Why a difference is not believed.')),
    onset: Type.Optional(
      Type.Object({
        kind: oneOf(['sudden', 'slow', 'standing']),
        since: instant('Sudden: the day of the step; slow and standing: the beginning of the log'),
      }),
    ),
    effect: figure(),
    psi: figure(),
    rows: count('Of the window that speaks: the newest rows, of a log perhaps fewer than were looked at.'),
    referenceRows: count(),
    state: oneOf(['stable', 'drifted', 'not enough data']),
    change: text('Plain words: `"Fiber optic" 0 % → 85 %`, `mean 41.2 → 91.5`.'),
    bins: Type.Array(Type.Object({ label: text(), reference: figure(), current: figure() }), {
      description: 'For the chart: bins or categories with shares in reference and current.',
    }),
  },
  { title: 'ColumnDrift' },
);
export type ColumnDrift = Shape<typeof columnDriftShape>;

/** A change of the data's shape rather than its distribution. */
export const schemaAlarmShape = Type.Object(
  {
    column: text(),
    kind: oneOf(['column-missing', 'new-category', 'type-change', 'out-of-range']),
    message: text(),
    count: count(),
    share: number(),
  },
  { title: 'SchemaAlarm' },
);
export type SchemaAlarm = Shape<typeof schemaAlarmShape>;

/** Labelled rows that say nothing of the others, since answer or outcome decides which rows get a label. */
const selectionShape = Type.Object({
  kind: oneOf(['by prediction', 'one class']),
  message: text(),
});

/** A metric to be expected without labels. */
const estimateShape = Type.Object({
  metric: text(),
  value: figure(),
  reference: orNull(figure(), 'The metric on the scored test rows.'),
  rows: count('Predictions that it is of.'),
  trust: text('What it is worth.'),
});

/** How often chance alone deals such a gap. */
const judgedShape = Type.Object({
  metric: text(),
  labels: count('The newest labels that were judged.'),
  against: count('Scored test rows.'),
  reference: orNull(figure()),
  current: orNull(figure()),
  p: figure('Share of deals of the pooled rows with a gap as large.'),
  adjustedP: figure('p × charge × what was judged.'),
  deals: count('0: a normal approximation, for bundles of before scored rows were kept.'),
});

/** A part of the rows that is answered worse than it was. */
const foundSliceShape = Type.Object({
  slice: text('`contract = Two year`, `tenure in [9, 29)`, `tenure missing`.'),
  column: text(),
  rows: count('Labelled rows of it.'),
  against: count('Scored rows of the reference that lie in it.'),
  reference: figure(),
  current: figure(),
  worsening: figure('How much larger the metric is now; it is one of which less is better.'),
  low: figure('Lower bound of the worsening, for all parts that were searched together.'),
  high: figure('Upper bound.'),
  adjustedP: figure('How often chance alone makes the worst of all parts as bad, in units of its noise.'),
  apart: flag('It got worse by more than all rows together.'),
});

/** Where it got worse, by parts of the rows. It never alarms. */
const sliceSearchShape = Type.Object({
  metric: text("The pipeline's where it is a mean over rows of which less is better, else log loss or RMSE."),
  rows: count('Labelled rows that were looked at.'),
  searched: count('Parts that had rows enough, now and in the reference.'),
  left: count('Columns that were not searched: others matter more, or all rows are alike.'),
  whole: figure('Worsening of all rows.'),
  worse: count('Parts that got worse beyond chance.'),
  found: Type.Array(foundSliceShape, {
    description: 'At most five of them, first the one that got worse than the rest of the rows most surely.',
  }),
});

/** What was promised of the champion when it was promoted, and what came. */
export const promiseShape = Type.Object(
  {
    metric: text(),
    promised: figure(),
    came: figure(),
    low: figure('Lower bound of the 95 % interval of what came.'),
    high: figure('Upper bound.'),
    labels: count('On so many labelled rows.'),
    at: instant('Of the promise'),
    kept: flag('What came is not worse than the promise by more than two standard errors.'),
  },
  { title: 'Promise' },
);
export type PromiseKept = Shape<typeof promiseShape>;

/** How good the answers were, on the labels that arrived. */
export const performanceReportShape = Type.Object(
  {
    metric: text('Which got worse, else the one of the pipeline.'),
    labelled: count('Rows whose outcome is known, however late it came.'),
    rows: count('Predictions of the same time.'),
    state: oneOf(['ok', 'worse', 'not enough labels']),
    message: Type.Optional(text('What was judged on what, or what is missing and what to set.')),
    from: Type.Optional(orNull(instant('The first labelled prediction'))),
    to: Type.Optional(orNull(instant('The last labelled prediction'))),
    looks: Type.Optional(figure('How many looks a chance has to pay for.')),
    judged: Type.Optional(
      Type.Array(judgedShape, { description: 'Windows of the newest labels and metrics that were judged.' }),
    ),
    selection: Type.Optional(orNull(selectionShape)),
    estimate: Type.Optional(orNull(estimateShape)),
    slices: Type.Optional(
      orNull(
        sliceSearchShape,
        'Null: too few labels, labels that do not stand for all rows, or a bundle or reference that keeps no parts.',
      ),
    ),
    promise: Type.Optional(
      orNull(promiseShape, 'Null: the model was not promoted by `retrain`, or too few labels came.'),
    ),
    reference: orNull(figure()),
    current: orNull(figure(), 'On the labels that got worse, else on all.'),
    low: orNull(figure()),
    high: orNull(figure()),
    metrics: Type.Record(Type.String(), Type.Object({ reference: orNull(figure()), current: figure() }), {
      description: 'Every metric on the labelled rows.',
    }),
    cost: orNull(text(), 'What it costs, in words: `of 1,000 rows, 62 more are misjudged than before`.'),
  },
  { title: 'Performance' },
);
export type PerformanceReport = Shape<typeof performanceReportShape>;

/** What a service had counted when it was last looked at: the next look judges what came since. */
export const serviceCountersShape = Type.Object(
  {
    at: instant(),
    requests: number(),
    errors: number(),
    lostRecords: number(),
    refused: Type.Optional(number()),
    restarts: Type.Optional(number()),
    buckets: Type.Array(Type.Tuple([orNull(number()), number()]), {
      description: 'Of latency: upper bound in seconds (null: none), and how many requests took no longer.',
    }),
  },
  { title: 'ServiceCounters' },
);
export type ServiceCounters = Shape<typeof serviceCountersShape>;

/** Figures of the running service since it was last looked at, from its /metrics. */
export const healthReportShape = Type.Object(
  {
    state: oneOf(['ok', 'unhealthy', 'not running', 'not asked']),
    since: orNull(instant('The look before'), 'Null: since the service started.'),
    requests: count(),
    errors: count(),
    errorRate: figure(),
    p50Ms: orNull(figure()),
    p99Ms: orNull(figure()),
    memoryMb: orNull(figure()),
    lostRecords: count('Predictions that could not be recorded.'),
    waitingRecords: Type.Optional(
      count('Predictions that waited in memory at this moment, because the disk refused them.'),
    ),
    message: text(),
    refused: Type.Optional(
      count('Requests that were refused because there was too much to do; errors, too.'),
    ),
    waiting: Type.Optional(count('Requests that waited for their turn at this moment.')),
    restarts: Type.Optional(count('Times that a process of the service had to be started again.')),
    objectives: Type.Optional(Type.Array(objectiveReportShape, { description: 'Of `monitor.slo`.' })),
    history: Type.Optional(
      Type.Array(servedPointShape, { description: 'What was answered in 30 days, look by look.' }),
    ),
    counters: orNull(serviceCountersShape),
  },
  { title: 'Health' },
);
export type HealthReport = Shape<typeof healthReportShape>;

/** Something that a person has to look at. */
export const alarmShape = Type.Object(
  {
    kind: oneOf(['drift', 'schema', 'prediction-drift', 'performance', 'health', 'slo', 'canary']),
    message: text(),
    columns: Type.Array(text()),
  },
  { title: 'Alarm' },
);
export type Alarm = Shape<typeof alarmShape>;

/** How a log was looked at. */
const lookingShape = Type.Object(
  {
    windows: Type.Array(
      Type.Object({
        rows: count(),
        from: instant('The first of them'),
        looks: figure('For how many looks p is charged.'),
        covers: orNull(text(), 'A part of a day or week: `3 of 24 hours`, `2 of 7 weekdays`.'),
        like: orNull(
          count(),
          'Earlier rows of the same hours or weekdays, which a change has to differ from too.',
        ),
        waits: Type.Boolean({
          description: 'Nothing earlier covers these hours: nothing is judged by them.',
        }),
      }),
      { description: 'The newest n, n/2, n/4 … rows.' },
    ),
    message: orNull(text(), 'What is to be known of the window before its findings are believed.'),
  },
  { title: 'Looking' },
);

/** A present population that was taken as the reference. */
const acceptedShape = Type.Object(
  {
    at: instant(),
    by: oneOf(['person', 'retrain']),
    who: text(),
    why: text(),
    seen: Type.Array(Type.Object({ kind: text(), message: text() }), {
      description: 'The alarms that were accepted.',
    }),
  },
  { title: 'Accepted' },
);
export type Accepted = Shape<typeof acceptedShape>;

/** An input that drifted, and how much of what the model makes of the change is its. */
const explainedShape = Type.Object(
  {
    column: text(),
    effect: figure(),
    importance: orNull(figure(), 'What the metric loses where the column is shuffled; null: not measured.'),
    share: figure('Importance × effect, as a share of all drifted inputs.'),
  },
  { title: 'Explained' },
);

/** What monitoring saw, and what it makes of it. */
export const monitorReportShape = Type.Object(
  {
    name: text(),
    version: orNull(count()),
    bundle: digest(),
    at: instant(),
    window: Type.Object({
      rows: count(),
      rejected: count('Records that are no rows: of a file by its schema, of the log torn lines.'),
      later: Type.Optional(
        count(
          'Predictions of the log that are dated more than an hour after now, which are not judged. Older reports and those of a file do not say.',
        ),
      ),
      repeats: Type.Optional(
        count(
          'Rows of the window that stand in it before, with the same id and the same cells; they count as often as they came. Older reports and those of a file do not say.',
        ),
      ),
      from: orNull(instant()),
      to: orNull(instant()),
    }),
    labels: labelAccountShape,
    looking: Type.Optional(lookingShape),
    drift: Type.Array(columnDriftShape),
    explained: Type.Optional(
      Type.Array(explainedShape, {
        description: 'Which drifted inputs explain the change, the most first: importance × drift.',
      }),
    ),
    schema: Type.Array(schemaAlarmShape),
    performance: performanceReportShape,
    health: healthReportShape,
    second: Type.Optional(
      orNull(secondReportShape, 'Null: nothing runs beside the version in charge. Older reports do not say.'),
    ),
    alarms: Type.Array(alarmShape),
    accepted: Type.Optional(
      orNull(acceptedShape, 'Null: the reference is the one of the bundle. Older reports do not say.'),
    ),
    decision: oneOf(['calm', 'alarm', 'accepted', 'not enough data']),
  },
  { title: 'MonitorReport' },
);
/** What `monitor` found: drift, performance, health, and what is an alarm: docs/json.md#monitorreport. */
export type MonitorReport = Shape<typeof monitorReportShape>;
