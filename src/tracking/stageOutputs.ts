import { Type } from '@sinclair/typebox';
import { snapshotShape } from '../data/snapshot.ts';
import { rejectionShape } from '../data/source.ts';
import { taskShape } from '../data/task.ts';
import { evaluationShape, metricsShape, verdictShape } from '../evaluation/evaluation.ts';
import { backendShape, calibrationShape, triedFamilyShape } from '../modeling/model.ts';
import { bundleDigest, count, digest, figure, flag, number, objectDigest, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { associationShape } from '../validation/association.ts';
import { findingShape } from '../validation/finding.ts';

const numbers = (says: string) => Type.Array(number(), { description: says });

/**
 * How far labels lie from answers, by the size of the answer. Part `i` are the answers up to `upTo[i]`, the last part
 * those above.
 */
const intervalBoundsShape = Type.Object(
  {
    level: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of labels that lie within.',
    }),
    rows: count('Rows that say it, none of which the model learnt from.'),
    upTo: numbers('Where parts of the answers end.'),
    below: numbers('How far the label lies below the answer at most, by part.'),
    above: numbers('How far above.'),
    floor: Type.Optional(number('No label was below it, and no interval reaches below it.')),
  },
  { title: 'IntervalBounds', additionalProperties: false },
);

/** What ingest writes down besides the snapshot itself. */
export const ingestOutputShape = Type.Object({
  snapshot: snapshotShape,
  rejections: Type.Array(rejectionShape, {
    description: 'The first ones, for the terminal; all of them are in the quarantine object.',
  }),
});
export type IngestOutput = Shape<typeof ingestOutputShape>;

/** What validate writes down. */
export const validateOutputShape = Type.Object({
  rows: count(),
  findings: Type.Array(findingShape),
  comparedWith: orNull(text(), 'Snapshot that this one was compared with.'),
  profileBefore: Type.Optional(objectDigest('The profile of that snapshot.')),
  association: Type.Optional(associationShape),
});
export type ValidateOutput = Shape<typeof validateOutputShape>;

/** The feature set: which rows do what, the fitted transforms, and the digest of the features themselves. */
export const featurizeOutputShape = Type.Object({
  features: objectDigest('The fitted transforms, `features.json`.'),
  split: objectDigest('One byte a row in training order, see `partCodes`.'),
  task: taskShape,
  rows: Type.Object({ train: count(), validation: count(), test: count(), unlabelled: count() }),
  outputs: Type.Array(text()),
  inputs: Type.Array(text()),
  own: Type.Optional(
    Type.Object(
      {
        code: objectDigest('The JavaScript.'),
        sources: digest('Of the files that it is made of.'),
        refused: count('Labelled rows that they refused, and that are left out.'),
        examples: Type.Array(text(), { description: 'Of these rows, with what was wrong.' }),
      },
      { description: "A team's own transforms." },
    ),
  ),
  prepared: digest('Of the prepared columns of all labelled rows: what reproducibility is checked against.'),
});
export type FeaturizeOutput = Shape<typeof featurizeOutputShape>;

/** A trained model's facts; its files are objects. */
export const modelFactsShape = Type.Object({
  family: text(),
  task: taskShape,
  backend: backendShape,
  files: Type.Record(Type.String(), objectDigest()),
  parameters: count(),
  rule: Type.Optional(text('The only column that it looks at, where the model is a rule on one.')),
  calibration: calibrationShape,
  history: Type.Array(Type.Object({ epoch: count(), loss: figure(), validation: figure() })),
  bestEpoch: count(),
  validation: figure('The score that training watched, on the validation part; lower is better.'),
});
export type ModelFacts = Shape<typeof modelFactsShape>;

/** What is known of a training that a program of the project did. */
export const scriptFactsShape = Type.Object(
  {
    model: objectDigest('The model that it left, as `aieng import` would write it down.'),
    features: objectDigest('How columns become the inputs of that model.'),
    log: objectDigest('What it printed.'),
    image: Type.Optional(
      text(
        'The image that it ran in, by digest: of a file of the project, what that was built to. Absent of a process, and in older records.',
      ),
    ),
    metrics: orNull(
      Type.Record(Type.String(), Type.Number()),
      'What it says of itself; nothing is decided by it.',
    ),
  },
  { title: 'ScriptFacts' },
);
export type ScriptFacts = Shape<typeof scriptFactsShape>;

/** What train writes down. */
export const trainOutputShape = Type.Object({
  model: modelFactsShape,
  tried: Type.Array(triedFamilyShape),
  because: text(),
  metric: text(),
  watched: Type.Optional(text('What training watched, where that was not the metric: `quantile_loss`.')),
  folds: Type.Optional(
    count(
      'With family auto: folds by which it was chosen. The model has learnt from the validation part too; metrics.validation is of the rows of the folds that the fits did not know.',
    ),
  ),
  metrics: Type.Object({ train: metricsShape, validation: metricsShape, test: metricsShape }),
  evaluation: evaluationShape,
  verdict: verdictShape,
  threshold: orNull(Type.Number(), 'Binary: probability from which the positive class is predicted.'),
  script: Type.Optional(scriptFactsShape),
  interval: Type.Optional(
    orNull(intervalBoundsShape, 'Numbers: how far the label lies from the answer. Absent in older records.'),
  ),
});
export type TrainOutput = Shape<typeof trainOutputShape>;

/** What package writes down. */
export const packageOutputShape = Type.Object({
  name: text(),
  version: count(),
  bundle: bundleDigest(),
  existed: flag('The same content had this version already.'),
  files: Type.Array(Type.Object({ path: text(), bytes: count() })),
});
export type PackageOutput = Shape<typeof packageOutputShape>;

/** The output of each stage. */
export const stageOutputShapes = {
  ingest: ingestOutputShape,
  validate: validateOutputShape,
  featurize: featurizeOutputShape,
  train: trainOutputShape,
  package: packageOutputShape,
};
