import { exitCodes } from '../../errors.ts';
import type { StageFlags } from '../flags.ts';
import { onlyOption, openOption, pipelineArgument, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags extends StageFlags {
  readonly accept: readonly string[];
}

const collect = (name: string, before: readonly string[]): readonly string[] => [...before, name];

export const validateVerb: Verb = {
  name: 'validate',
  group: 'Stages',
  summary: 'check the snapshot against the schema, and against the one before',
  description:
    'Checks the snapshot against the schema and the checks of the pipeline, and compares it with the previous snapshot. Ingests first where that is stale. --accept writes what was found into the row schema (new words, a wider range, missing cells, a new column, a wider type), shows each change, and checks again; nothing that is not named is changed.',
  examples: [
    ['aieng validate', 'the only pipeline of the project'],
    ['aieng validate churn --only', 'this stage alone; what it reads must be fresh'],
    ['aieng validate churn --accept unexpected-value:plan', 'the new words of plan belong there'],
    ['aieng validate churn --accept all', 'all that the schema can take in'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).validateResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .addOption(openOption())
      .option(
        '--accept <finding>',
        'write it into the schema: <check>:<column>, or all; may be repeated',
        collect,
        [] as readonly string[],
      )
      .action(async (pipeline: string | undefined, { only, wait, accept }: Flags) => {
        const options = { ...pipelineOption(pipeline), only, waitMs: wait, accept };
        await session.perform(command, {
          pipeline,
          call: async (context) => (await import('./validate.ts')).validate(context, options),
          view: async () => (await import('./view.ts')).validateView,
        });
      }),
};
