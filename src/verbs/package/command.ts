import type { ImageFlags } from './options.ts';
import { Option } from 'commander';
import { exitCodes, usageError } from '../../errors.ts';
import { offering, onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

type Flags = StageFlags & ImageFlags & { readonly output?: string; readonly dockerfile?: string };

/** Flags that shape an image say nothing where none is made. */
function refuseIdle({ image, push, dockerfile, base, variant, platform }: Flags): void {
  const idle = image === undefined && (push || (dockerfile === undefined && (base ?? variant ?? platform)));
  if (idle === true || typeof idle === 'string')
    throw usageError({
      code: 'image-not-asked-for',
      message: '--push, --base, --variant and --platform are about an image, and none is made.',
      hint: 'Add --image <name>, e.g. --image registry.example.com/ml/churn.',
    });
}

export const packageVerb: Verb = {
  name: 'package',
  group: 'Stages',
  summary: 'make a verifiable, versioned bundle of a model that passed its gates',
  description:
    'Packs model, features, schema, reference profile, golden rows and model card into a bundle that is named after the pipeline and numbered. Identical content is never packaged twice. Runs the stages before it where they are stale. With --image also a reproducible OCI image, without docker.',
  examples: [
    ['aieng package churn', 'the next version, e.g. churn@3'],
    ['aieng package churn -o churn.tar', 'also as one file, to deploy elsewhere'],
    ['aieng package churn --image registry.example.com/ml/churn --push', 'also as an image'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.gateFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).packageResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('-o, --output <file.tar>', 'also write the bundle as one deterministic tar')
      .option('--image <ref>', 'also write an OCI image of this name (layout folder and tar)')
      .addOption(
        offering(
          '--base <image>',
          "a registry reference, oci:<dir> or this-machine (default: the pipeline's)",
          ['this-machine'],
        ),
      )
      .addOption(new Option('--variant <kind>', 'what the image can do').choices(['serve', 'full']))
      .option('--platform <os/arch>', 'e.g. linux/arm64 (default: Linux on the processor of this machine)')
      .option('--push', 'push the image to its registry')
      .option('--dockerfile <dir>', 'write a Dockerfile and all it needs into this folder')
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { wait, ...flags }: Flags) => {
        if (flags.output === '-')
          throw usageError({
            code: 'output-is-stdout',
            message: '`package -o -` would mix a tar with text.',
            hint: 'Name a file: `aieng package -o bundle.tar`.',
          });
        refuseIdle({ wait, ...flags });
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { packageModel } = await import('./package.ts');
            return packageModel(context, { ...pipelineOption(pipeline), ...flags, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).packageView,
        });
      }),
};
