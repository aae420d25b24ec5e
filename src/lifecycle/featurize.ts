import { cascade } from './cascade.ts';
import { cascadeOutcome } from './cascadeOutcome.ts';
import type { Context } from './context.ts';
import { stoppedBefore } from './stopped.ts';
import type { Outcome } from './outcome.ts';
import { outputOf } from './stageOutput.ts';
import type { FeaturizeResult, StageOptions } from './verbs.ts';

/** Splits, fits the transforms on the training part only, writes the feature set. */
export async function featurize(context: Context, options: StageOptions): Promise<Outcome<FeaturizeResult>> {
  const done = await cascade(context, 'featurize', options);
  const record = done.records.featurize;
  if (record === undefined) throw stoppedBefore(done, 'featurize');
  const { rows, inputs, outputs, task } = outputOf.featurize(record);
  return { ...cascadeOutcome(done), result: { rows, inputs: inputs.length, outputs, task: task.kind } };
}
