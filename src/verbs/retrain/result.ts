import { Type } from '@sinclair/typebox';
import { deploymentStatusShape } from '../../deployment/target.ts';
import { comparisonShape, verdictShape } from '../../evaluation/evaluation.ts';
import { count, digest, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { labelAccountShape } from '../../traffic/account.ts';

export const retrainResult = Type.Object({
  decision: oneOf([
    'no-trigger',
    'cooldown',
    'not-enough-data',
    'busy',
    'challenger-not-better',
    'gate-failed',
    'promoted',
    'promoted-and-deployed',
  ]),
  because: text(),
  triggers: Type.Array(text()),
  trainingRows: orNull(count()),
  comparisonRows: orNull(count()),
  comparison: orNull(comparisonShape, 'Champion against challenger on the recent rows that only judge.'),
  onSource: orNull(
    comparisonShape,
    "The same two on the source's test part: what the change means for the old population.",
  ),
  schemaChanges: Type.Array(text(), {
    description: 'What the recent rows added to open domains and ranges.',
  }),
  verdict: orNull(verdictShape),
  champion: orNull(Type.Object({ version: orNull(count()), bundle: digest() })),
  challenger: orNull(Type.Object({ version: count(), bundle: digest() })),
  deployed: orNull(deploymentStatusShape),
  labels: orNull(labelAccountShape, 'What became of the labels of the recent window.'),
});
export type RetrainResult = Shape<typeof retrainResult>;
export type RetrainDecision = RetrainResult['decision'];
