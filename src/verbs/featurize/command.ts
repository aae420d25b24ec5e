import { exitCodes } from '../../errors.ts';
import { onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const featurizeVerb: Verb = {
  name: 'featurize',
  group: 'Stages',
  summary: 'split the rows and fit the transforms on the training part',
  description:
    'Splits the rows, fits the feature transforms on the training part only and writes the feature set. Runs the stages before it where they are stale.',
  examples: [
    ['aieng featurize', 'the only pipeline of the project'],
    ['aieng featurize churn', 'by name'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).featurizeResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { only, wait }: StageFlags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { featurize } = await import('./featurize.ts');
            return featurize(context, { ...pipelineOption(pipeline), only, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).featurizeView,
        });
      }),
};
