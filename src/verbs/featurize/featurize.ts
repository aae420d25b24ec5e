import type { StageOptions } from '../../cascade/stage.ts';
import type { FeaturizeResult } from './result.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { Context } from '../../project/context.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';
import type { Outcome } from '../../project/outcome.ts';
import { outputOf } from '../../tracking/stages.ts';

/** Splits, fits the transforms on the training part only, writes the feature set. */
export async function featurize(context: Context, options: StageOptions): Promise<Outcome<FeaturizeResult>> {
  const done = await cascade(context, 'featurize', options);
  const record = done.records.featurize;
  if (record === undefined) throw stoppedBefore(done, 'featurize');
  const { rows, inputs, outputs, task } = outputOf.featurize(record);
  return { ...cascadeOutcome(done), result: { rows, inputs: inputs.length, outputs, task: task.kind } };
}
