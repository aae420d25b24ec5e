import { Type } from '@sinclair/typebox';
import { taskShape } from '../data/task.ts';
import { crossFittedShape } from './crossFitted.ts';
import { correlationsShape } from './correlations.ts';
import { learningCurveShape } from './learningCurve.ts';
import { overTimeShape } from './overTime.ts';
import { fairnessShape } from './fairnessShape.ts';
import type { FairnessMeasure } from './fairnessShape.ts';
import { count, figure, flag, number, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** Predictions on labelled rows. `scores` is `rows × outputs`, as `Scorer.predict` gives it. */
export interface Scored {
  readonly scores: Float64Array;
  readonly target: Float64Array;
}

/** A figure with the bounds of its 95 % interval. */
export const intervalShape = Type.Object(
  {
    value: figure(),
    low: figure('Lower bound of the 95 % interval.'),
    high: figure('Upper bound.'),
  },
  { title: 'Interval' },
);
export type Interval = Shape<typeof intervalShape>;

/** How much better one model is than another on the same rows, in units of the metric; positive = better. */
export const improvementShape = Type.Object(
  {
    ...intervalShape.properties,
    p: Type.Optional(
      number(
        'How often chance alone would give as much: the two answers exchanged in random rows, one-sided.',
      ),
    ),
    better: Type.Optional(
      flag(
        'Better beyond noise: p is at most .025 and, for a metric that is a mean over rows, the interval excludes 0. Not there in records of before 0.3: the interval decides.',
      ),
    ),
  },
  { title: 'Improvement' },
);
export type Improvement = Shape<typeof improvementShape>;

/** Figures by the name of their metric. */
export const metricsShape = Type.Record(Type.String(), figure(), { title: 'Metrics' });
export type Metrics = Shape<typeof metricsShape>;

/** How the model does on a part of the rows. */
export const sliceResultShape = Type.Object(
  {
    slice: text('`column = value`, `column missing`, `column in [a, b)`.'),
    rows: count(),
    metrics: metricsShape,
    interval: Type.Optional(
      Type.Object(intervalShape.properties, {
        description:
          "Of the evaluation's metric. Not there in records of before 0.3, and where these rows give none.",
      }),
    ),
    worse: flag("The slice's metric is worse than the whole beyond noise."),
  },
  { title: 'Slice' },
);
export type SliceResult = Shape<typeof sliceResultShape>;

/** What a dumb model does on the same rows. */
export const baselineResultShape = Type.Object(
  {
    name: text('`majority`, `mean`, `one-rule: contract`.'),
    description: text(
      'What it does, to be read after "than": `always answering \'No\'`, `looking at contract alone`.',
    ),
    metrics: metricsShape,
    improvement: Type.Optional(
      Type.Object(improvementShape.properties, {
        description:
          "How much better the model is in the evaluation's metric, paired on the same rows; positive = better.",
      }),
    ),
  },
  { title: 'Baseline' },
);
export type BaselineResult = Shape<typeof baselineResultShape>;

/** How much a model depends on one column of the table. */
export const importanceShape = Type.Object(
  {
    column: text(),
    drop: figure(
      'How much worse the metric is where the column is shuffled among the rows, the mean of its repeats: 0 or less = it tells nothing that other columns do not.',
    ),
    deviation: figure('Standard deviation of the drop over the repeats.'),
    gain: Type.Optional(figure('Share of what all splits of the trees gained on the training rows.')),
  },
  { title: 'Importance' },
);

/** Importance of columns, and on what it was measured. */
export const importancesShape = Type.Object(
  {
    metric: text(),
    rows: count('Rows of the test part whose cells were shuffled.'),
    repeats: count(),
    columns: Type.Array(importanceShape, { description: 'The most important first.' }),
    left: count(
      'Columns that were not shuffled: trees gain less than half a percent by them, or they matter least at a first look.',
    ),
  },
  { title: 'Importances' },
);
export type Importances = Shape<typeof importancesShape>;

/** How intervals did on labelled rows. */
const coverageShape = Type.Object(
  {
    level: number('Share of labels that are meant to lie within.'),
    coverage: number('Share that did, on the rows that judge.'),
    width: number('Mean width.'),
  },
  { title: 'Coverage' },
);

/** How an answer that is a quantile did on labelled rows. */
const quantileShape = Type.Object(
  {
    asked: number('Share of labels that are meant to lie at or below their answers.'),
    below: number('Share that did, on the rows that judge.'),
  },
  { title: 'QuantileAnswered' },
);

/** How good a model is on rows that it never saw. */
export const evaluationShape = Type.Object(
  {
    task: taskShape,
    rows: count(),
    metric: text("The pipeline's metric: `log_loss`."),
    metrics: metricsShape,
    intervals: Type.Record(Type.String(), intervalShape),
    caveats: Type.Optional(
      Type.Array(text(), {
        description: 'What the intervals cannot be trusted with, and which figures have none.',
      }),
    ),
    slices: Type.Array(sliceResultShape),
    baselines: Type.Array(baselineResultShape),
    rule: Type.Optional(
      text(
        'The column that the model looks at, where it is one rule: it is judged against always the same answer, for the baseline one-rule would be itself.',
      ),
    ),
    beside: Type.Optional(
      Type.Array(baselineResultShape, {
        description:
          'Reported beside the baselines and part of no gate: the linear model, where another family was kept.',
      }),
    ),
    crossFitted: Type.Optional(crossFittedShape),
    importance: Type.Optional(importancesShape),
    overTime: Type.Optional(overTimeShape),
    learningCurve: Type.Optional(learningCurveShape),
    correlations: Type.Optional(correlationsShape),
    fairness: Type.Optional(
      Type.Array(fairnessShape, { description: 'How the groups of `evaluation.fairness` are answered.' }),
    ),
    threshold: Type.Optional(number("Decision threshold on the positive class's probability (binary).")),
    coverage: Type.Optional(coverageShape),
    quantile: Type.Optional(quantileShape),
    confusion: Type.Optional(
      Type.Array(Type.Array(count()), {
        description: '`confusion[actual][predicted]`, classes in task order.',
      }),
    ),
    reliability: Type.Optional(
      Type.Array(Type.Object({ predicted: figure(), observed: figure(), rows: count() }), {
        description:
          'Reliability diagram: mean predicted and observed per bin (binary; top class of several).',
      }),
    ),
    roc: Type.Optional(Type.Array(Type.Object({ falsePositiveRate: figure(), truePositiveRate: figure() }))),
    thresholds: Type.Optional(
      Type.Array(
        Type.Object({
          threshold: figure('From this probability of the positive class on it is answered.'),
          said: figure('Share of all rows that are answered so.'),
          precision: figure(),
          recall: figure(),
          cost: Type.Optional(figure('Mean cost of an answer, where costs are known.')),
        }),
        {
          description:
            'What becomes of each threshold (binary), highest first: precision, recall, lift, cost.',
        },
      ),
    ),
    residuals: Type.Optional(
      Type.Object(
        {
          points: Type.Array(Type.Object({ predicted: figure(), actual: figure() }), {
            description: 'Some rows, evenly by the rank of their answer.',
          }),
          tenths: Type.Array(
            Type.Object({
              predicted: figure('Mean answer.'),
              actual: figure('Mean truth.'),
              low: figure('Of a tenth of the rows the truth less the answer is below this.'),
              high: figure('Of a tenth of the rows the truth less the answer is above this.'),
              rows: count(),
            }),
            { description: 'Rows in tenths of their answers.' },
          ),
        },
        { description: 'Answers beside the truth (numbers).' },
      ),
    ),
  },
  { title: 'Evaluation' },
);
/** How good a model is, by part and slice, beside its baselines: docs/json.md#evaluation. */
export type Evaluation = Shape<typeof evaluationShape>;

/** One gate, as the pipeline states it. */
export type Gate =
  | { readonly kind: 'absolute'; readonly metric: string; readonly threshold: number }
  | { readonly kind: 'baseline'; readonly metric: string; readonly margin: number }
  | { readonly kind: 'champion'; readonly metric: string; readonly margin: number }
  | {
      readonly kind: 'fairness';
      readonly measure: FairnessMeasure;
      readonly atMost: number;
      /** null = every declared column. */
      readonly column: string | null;
      readonly undecided: 'fail' | 'pass';
    };

/** What became of one gate. */
export const gateResultShape = Type.Object(
  {
    name: text('`baseline:log_loss`.'),
    state: oneOf(['passed', 'failed', 'skipped']),
    value: orNull(figure()),
    threshold: orNull(figure()),
    because: text('Plain words: `log loss .41 on the test part, best baseline .49 (one-rule: contract)`.'),
  },
  { title: 'Gate' },
);
export type GateResult = Shape<typeof gateResultShape>;

/** A gate that was judged. */
export interface Judged {
  readonly result: GateResult;
  /** For a product owner, if this gate failed. */
  readonly complaint: string;
}

/** Whether a model may be used. */
export const verdictShape = Type.Object(
  {
    passed: flag(),
    gates: Type.Array(gateResultShape),
    sentence: text('One plain sentence for a product owner.'),
  },
  { title: 'Verdict' },
);
/** May the model be used, and which gate says what: docs/json.md#verdict. */
export type Verdict = Shape<typeof verdictShape>;

/** A paired comparison on the same rows. */
export const comparisonShape = Type.Object(
  {
    metric: text(),
    rows: count(),
    champion: figure(),
    challenger: figure(),
    improvement: Type.Object(improvementShape.properties, {
      description: 'Difference of the metric; positive = the challenger is better.',
    }),
  },
  { title: 'Comparison' },
);
export type Comparison = Shape<typeof comparisonShape>;
