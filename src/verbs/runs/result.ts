import { Type } from '@sinclair/typebox';
import {
  comparisonShape,
  gateResultShape,
  intervalShape,
  metricsShape,
} from '../../evaluation/evaluation.ts';
import { runComparisonShape } from '../../evaluation/runChanges.ts';
import { triedFamilyShape } from '../../modeling/model.ts';
import { count, digest, flag, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { stageOutcomeShape } from '../../tracking/runs/runs.ts';
import { runActions } from './actions.ts';

export const runLineShape = Type.Object(
  {
    id: text(),
    pipeline: text(),
    command: text(),
    startedAt: instant(),
    durationMs: number(),
    outcome: text("`ok`, `stopped`, a retraining's decision, or the code of the error that ended it."),
    because: orNull(text(), 'Why its first stage that was not taken from the cache had to run.'),
    model: orNull(
      Type.Object({
        family: text(),
        metric: text('That the gates are about.'),
        test: orNull(Type.Object(intervalShape.properties), 'That metric on the test part.'),
        passed: flag('Whether it passed its gates.'),
      }),
      'Null where the run made none, or its record is gone.',
    ),
    bundle: orNull(
      Type.Object({ digest: digest(), name: text(), version: count() }),
      'What the model was packaged as, in this run or a later one.',
    ),
    git: orNull(Type.Object({ commit: text(), dirty: flag('The work tree had changes.') })),
    host: text('The machine.'),
    set: Type.Array(text(), { description: 'Keys of the pipeline that were set for that run: `key=value`.' }),
    tags: Type.Array(text()),
    note: orNull(text()),
  },
  { title: 'TriedRun' },
);
export type RunLine = Shape<typeof runLineShape>;

const differenceShape = Type.Object({
  run: runLineShape,
  changed: Type.Array(Type.Object({ stage: text(), what: Type.Array(text()) }), {
    description: 'What its stages were handed that those of the first run were not.',
  }),
  figures: runComparisonShape,
  paired: orNull(
    Type.Object(comparisonShape.properties),
    'Both models on the same test rows; the first run is `champion`.',
  ),
  unpaired: orNull(text(), 'Why there is no paired comparison.'),
});
export type RunDifference = Shape<typeof differenceShape>;

export const runsResult = Type.Object({
  action: oneOf(runActions),
  runs: Type.Array(runLineShape, {
    description: 'Newest first, or the best first; what was named, in its order.',
  }),
  more: flag('There are older ones that fit.'),
  shown: orNull(
    Type.Object({
      stages: Type.Array(stageOutcomeShape),
      environment: Type.Object({ platform: text(), node: text(), aieng: text() }),
      tried: Type.Array(triedFamilyShape),
      because: orNull(text(), 'Why this family.'),
      gates: Type.Array(gateResultShape),
      baselines: Type.Array(Type.Object({ name: text(), metrics: metricsShape })),
      metrics: metricsShape,
      rows: orNull(Type.Object({ train: count(), validation: count(), test: count(), unlabelled: count() })),
      snapshot: orNull(digest()),
      inputs: Type.Array(text(), { description: 'Columns that the features read.' }),
      facts: Type.Array(text(), { description: 'What the command said of itself: `name: value`.' }),
    }),
    '`show`: more of the run.',
  ),
  differences: Type.Array(differenceShape, { description: '`compare`: each further run against the first.' }),
  exported: Type.Array(
    Type.Object({
      run: text(),
      mlflowRun: text(),
      known: flag('It was there already; what was said of it since is there now too.'),
    }),
    { description: '`export`: what the server holds now.' },
  ),
  server: orNull(text(), '`export`: scheme, host and port.'),
  files: Type.Array(text(), { description: 'What was written.' }),
});
export type RunsResult = Shape<typeof runsResult>;
