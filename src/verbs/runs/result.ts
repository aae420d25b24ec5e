import { Type } from '@sinclair/typebox';
import { gateResultShape, metricsShape } from '../../evaluation/evaluation.ts';
import { triedFamilyShape } from '../../modeling/model.ts';
import { count, digest, flag, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { stageOutcomeShape } from '../../tracking/runs/runs.ts';
import { differenceShape } from '../../cascade/tried/differences.ts';
import { runLineShape } from '../../project/tried/line.ts';
import { runActions } from './actions.ts';

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
      image: orNull(text(), 'The image that its stages were computed in, by digest (`run --image`).'),
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
  imported: Type.Array(Type.Object({ run: text(), mlflowRun: text(), known: flag('It was here already.') }), {
    description: '`import`: what is here now.',
  }),
  server: orNull(text(), '`export`, `import`: scheme, host and port.'),
  files: Type.Array(text(), { description: 'What was written.' }),
});
/** What `runs` gives, member by member: docs/json.md#runs. */
export type RunsResult = Shape<typeof runsResult>;
