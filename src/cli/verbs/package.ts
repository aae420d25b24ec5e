import { exitCodes, usageError } from '../../errors.ts';
import { onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const packageVerb: Verb = {
  name: 'package',
  group: 'Stages',
  summary: 'make a verifiable, versioned bundle of a model that passed its gates',
  description:
    'Packs model, features, schema, reference profile, golden rows and model card into a bundle that is named after the pipeline and numbered. Identical content is never packaged twice. Runs the stages before it where they are stale.',
  examples: [
    ['aieng package churn', 'the next version, e.g. churn@3'],
    ['aieng package churn -o churn.tar', 'also as one file, to deploy elsewhere'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.gateFailed, exitCodes.busy, exitCodes.storeDamaged],
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('-o, --output <file.tar>', 'also write the bundle as one deterministic tar')
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, flags: StageFlags & { readonly output?: string }) => {
        const { output, only, wait } = flags;
        if (output === '-')
          throw usageError({
            code: 'output-is-stdout',
            message: '`package -o -` would mix a tar with text.',
            hint: 'Name a file: `aieng package -o bundle.tar`.',
          });
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { packageModel } = await import('../../lifecycle/package.ts');
            const tar = output === undefined ? {} : { output };
            return packageModel(context, { ...pipelineOption(pipeline), ...tar, only, waitMs: wait });
          },
          view: async () => (await import('../render/views/package.ts')).packageView,
        });
      }),
};
