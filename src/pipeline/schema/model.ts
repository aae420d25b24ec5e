import { historySection } from './history.ts';
import type { KeySchema } from './keys.ts';
import { fairnessMeasures } from '../../statistics/fairnessMeasures.ts';
import { choice, columnNames, key, section } from './keys.ts';

/** What the schema has to know of other rooms: transforms and model families with the JSON Schema of their parameters, and metrics. */
export interface Vocabulary {
  /** Transform name → JSON Schema of its parameters. */
  readonly transforms: Readonly<Record<string, KeySchema>>;
  readonly metrics: readonly MetricWord[];
  /** Model families by name, with the section of their parameters where they have some. */
  readonly families: Readonly<Record<string, KeySchema | undefined>>;
}

/** What a pipeline may say about a metric. */
export interface MetricWord {
  readonly name: string;
  readonly higherIsBetter: boolean;
  readonly tasks?: readonly string[];
}

/** Parameters stand in the pipeline as they were written: the transform itself knows its defaults. */
function withoutDefaults(schema: KeySchema): KeySchema {
  const { default: _, properties, ...rest } = schema;
  if (properties === undefined) return rest;
  const bare = Object.entries(properties).map(([name, child]) => [name, withoutDefaults(child)] as const);
  return { ...rest, properties: Object.fromEntries(bare) };
}

/** One step in its long form: `{clip: {min: 0}}`. */
export function stepSchema(transforms: Vocabulary['transforms']): KeySchema {
  return {
    type: 'object',
    description: 'One transform: its name, or `{name: {parameter: value}}`.',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(transforms).map(([name, params]) => [name, withoutDefaults(params)]),
    ),
  };
}

function featuresSection(transforms: Vocabulary['transforms']): KeySchema {
  return section(
    'What is derived from the columns: `auto`, or an object. Fitted on the training part only; the same code in training and serving.',
    {
      auto: key('boolean', true, 'Columns that are not named get the default chain for their kind.'),
      drop: columnNames('Columns that give no features.'),
      interactions: key(
        'array',
        [],
        'Pairs of columns that tell something together: of two numbers their product, of two columns of words each pair as a category, of two times the days between (these also without being asked). They get the default chain for what they give.',
        {
          items: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'string', minLength: 1 } },
          uniqueItems: true,
          examples: [[['rooms', 'area']]],
        },
      ),
      transforms: key(
        'array',
        [],
        "Files of a team's own transforms, relative to the project's root: each `defineTransform` of them makes one column, which gets the default chain for its kind, or that of `columns` (docs/transforms.md).",
        {
          items: { type: 'string', minLength: 1 },
          uniqueItems: true,
          examples: [['./features.ts']],
        },
      ),
      history: historySection,
      columns: key(
        'object',
        {},
        'Column → chain of transforms: a transform, a list of them (one after the other), or a list of such lists (several chains of one column, side by side). Replaces `auto` for that column.',
        {
          additionalProperties: {
            type: 'array',
            minItems: 1,
            items: { type: 'array', minItems: 1, items: stepSchema(transforms) },
          },
          examples: [
            {
              contract: 'one_hot',
              charges: ['log1p', 'standard'],
              age: [['standard'], [{ clip: { min: 0 } }]],
            },
          ],
        },
      ),
    },
  );
}

const sharedKeys: Readonly<Record<string, KeySchema>> = {
  backend: choice(
    ['auto', 'native', 'wasm'],
    'auto',
    'What computes networks: native = @tensorflow/tfjs-node, wasm = WebAssembly; auto = native where it loads. Trees need neither.',
  ),
  seed: key('integer', 1, 'Seed of weights, batches and dropout, and of the rows and columns of trees.', {
    minimum: 0,
    maximum: 4294967295,
  }),
  target: choice(
    ['auto', 'none', 'log', 'quantile'],
    'auto',
    'Numbers are learnt as they are (none), by their logarithm (labels from 0 on) or by their quantiles as of a normal distribution, and answered in their own unit; auto = none, unless another way is better beyond noise on rows that were not learnt from.',
  ),
  folds: key(
    ['integer', 'null'],
    null,
    'How many of five folds family `auto` fits to choose; null = five, or fewer where there are many cells (rows × columns).',
    { minimum: 1, maximum: 5 },
  ),
  interval: key(
    ['number', 'null'],
    0.9,
    'Every number is answered with an interval in which this share of the true values lies (`prediction_interval`); null = none.',
    { minimum: 0.5, maximum: 0.999 },
  ),
  inputs: key(
    'object',
    {},
    'Of a model that `aieng import` takes in: its input → the column that it takes, or `{column, codes}` where the column has words, which are given to the model as their places in `codes`. Inputs that are called as their column need no line.',
    {
      additionalProperties: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            additionalProperties: false,
            required: ['column'],
            properties: {
              column: { type: 'string', minLength: 1 },
              codes: { type: 'array', minItems: 1, items: { type: 'string' } },
            },
          },
        ],
      },
      examples: [{ f0: 'tenure', f1: { column: 'contract', codes: ['Month-to-month', 'One year'] } }],
    },
  ),
  class_weights: choice(
    ['none', 'balanced'],
    'none',
    'balanced = rare classes weigh more in the loss. Not needed for AUC or log loss.',
  ),
  calibration: choice(
    ['auto', 'none'],
    'auto',
    'auto = probabilities are calibrated where that helps: on the validation part, or with family auto on rows that the fits of its folds did not know.',
  ),
};

function modelSection(families: Vocabulary['families']): KeySchema {
  const own = Object.entries(families).flatMap(([name, parameters]) =>
    parameters === undefined
      ? []
      : [[name, section(parameters.description ?? name, parameters.properties ?? {})] as const],
  );
  return section('How the model is fitted.', {
    family: choice(
      ['auto', ...Object.keys(families)],
      'auto',
      'auto = choose by folds of the training and validation parts: the simplest family that is as good as the best on rows that the fits did not know, or a blend where it is better beyond noise; then fit it on both parts.',
    ),
    ...sharedKeys,
    ...Object.fromEntries(own),
  });
}

/** What one answer costs. */
const cost: KeySchema = { type: 'number', minimum: 0, maximum: 1e12 };

function gateSchema(metrics: readonly string[]): KeySchema {
  return {
    type: 'object',
    description: 'One condition: exactly one of at_least, at_most and better_than; or fairness with at_most.',
    additionalProperties: false,
    properties: {
      metric: {
        type: 'string',
        enum: ['auto', ...metrics],
        default: 'auto',
        description: 'Metric on the test part; auto = `evaluation.metric`.',
      },
      at_least: { type: 'number', description: 'Pass from this value on (metrics where more is better).' },
      at_most: { type: 'number', description: 'Pass up to this value (metrics where less is better).' },
      better_than: {
        type: 'string',
        enum: ['baseline', 'champion'],
        description:
          'Pass when better than the best trivial baseline, or than the model that serves, by more than the margin. Skipped where there is no champion.',
      },
      fairness: {
        type: 'string',
        enum: [...fairnessMeasures],
        description:
          'How far the groups of `evaluation.fairness` may differ (with at_most): in the share that is answered with the positive class, in the share of positives that is found, or in either rate of true and false positives. Passed where the 95 % interval of the gap lies within at_most.',
      },
      column: {
        type: 'string',
        minLength: 1,
        description: 'With fairness: of this column only. Default: of every declared one.',
      },
      undecided: {
        type: 'string',
        enum: ['fail', 'pass'],
        description:
          'With fairness: what to do where groups are too small to say. Default fail; pass accepts that on purpose.',
      },
      margin: {
        type: 'number',
        minimum: 0,
        description:
          'How much better, in units of the metric (with better_than). Default 0: any improvement, but beyond noise (the paired 95 % interval excludes 0; where it does not, all labelled rows decide by cross-fitting).',
      },
    },
  };
}

function evaluationSection(metrics: readonly string[]): KeySchema {
  return section('How the model is judged, on the test part.', {
    metric: key(
      ['string', 'null'],
      null,
      'The metric that drives early stopping, family `auto`, gates and promotion; null = log_loss for classes, rmse for numbers.',
      { enum: [null, ...metrics] },
    ),
    costs: key(
      ['object', 'null'],
      null,
      'What wrong answers cost: `false_positive` and `false_negative`, or by class what each answer costs (actual → answered → cost; what is not named costs 1, and 0 where it is right). The class of least expected cost is answered, and the metric `cost` is their mean.',
      {
        minProperties: 1,
        additionalProperties: {
          anyOf: [cost, { type: 'object', additionalProperties: cost }],
        },
        examples: [{ false_positive: 1, false_negative: 5 }],
      },
    ),
    slices: columnNames('Columns whose values are judged one by one.'),
    min_slice_rows: key('integer', 30, 'Smaller slices are not judged.', { minimum: 1 }),
    fairness: section(
      'Groups that are to be treated alike (two classes): told with intervals in the report, and judged by a gate where there is one.',
      {
        columns: columnNames('Columns whose groups are compared. They need not be features.'),
        min_rows: key('integer', 30, 'Shares of fewer rows are shown and not judged.', { minimum: 2 }),
      },
    ),
    bootstrap: key('integer', 1000, 'Resamples for 95 % intervals that have no closed form.', {
      minimum: 100,
      maximum: 100_000,
    }),
    gates: key(
      'array',
      [{ better_than: 'baseline' }],
      'Conditions that a model must meet to be packaged. `[]` = none.',
      { items: gateSchema(metrics), examples: [[{ metric: 'roc_auc', at_least: 0.8 }]] },
    ),
  });
}

/** Keys that say what the model is. */
export function modelKeys({
  transforms,
  metrics,
  families,
}: Vocabulary): Readonly<Record<string, KeySchema>> {
  const names = metrics.map((metric) => metric.name);
  return {
    features: featuresSection(transforms),
    model: modelSection(families),
    evaluation: evaluationSection(names),
    package: section('What goes into the bundle.', {
      golden_rows: key(
        'integer',
        20,
        'Rows whose features and predictions are replayed before a bundle may serve.',
        { minimum: 1, maximum: 1000 },
      ),
    }),
  };
}
