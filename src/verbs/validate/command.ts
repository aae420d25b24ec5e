import { exitCodes } from '../../errors.ts';
import { onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const validateVerb: Verb = {
  name: 'validate',
  group: 'Stages',
  summary: 'check the snapshot against the schema, and against the one before',
  description:
    'Checks the snapshot against the schema and its expectations, and compares it with the previous snapshot. Ingests first where that is stale.',
  examples: [
    ['aieng validate', 'the only pipeline of the project'],
    ['aieng validate churn --only', 'this stage alone; what it reads must be fresh'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).validateResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { only, wait }: StageFlags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { validate } = await import('./validate.ts');
            return validate(context, { ...pipelineOption(pipeline), only, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).validateView,
        });
      }),
};
