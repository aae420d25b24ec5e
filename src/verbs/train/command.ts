import { exitCodes } from '../../errors.ts';
import { onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const trainVerb: Verb = {
  name: 'train',
  group: 'Stages',
  summary: 'fit the model and its baselines, evaluate, judge the gates',
  description:
    'Fits the model and the dumb baselines, calibrates probabilities, evaluates on the test part and judges the gates of the pipeline. A model that does not beat the baselines fails, in plain words. Runs the stages before it where they are stale.',
  examples: [
    ['aieng train', 'the only pipeline of the project'],
    ['aieng train churn --verbose', 'every step and epoch'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.gateFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).trainResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { only, wait }: StageFlags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { train } = await import('./train.ts');
            return train(context, { ...pipelineOption(pipeline), only, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).trainView,
        });
      }),
};
