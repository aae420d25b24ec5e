import type { ImageFlags } from './options.ts';
import { Option } from 'commander';
import { portableTargets } from '../../portable/targets.ts';
import type { PortableTarget } from '../../portable/targets.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { offering, onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

type Flags = StageFlags &
  ImageFlags & {
    readonly output?: string;
    readonly dockerfile?: string;
    readonly target?: PortableTarget;
    readonly onnx?: boolean;
    readonly into?: string;
  };

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

/** A folder without a place, or a version that nothing is to be done with. */
function refuseAimless(
  pipeline: string | undefined,
  {
    target,
    onnx = false,
    into,
    output,
    image,
    dockerfile,
  }: Pick<Flags, 'target' | 'onnx' | 'into' | 'output' | 'image' | 'dockerfile'>,
): void {
  const version = pipeline?.includes('@') === true;
  if (target === undefined && !onnx && (into !== undefined || version))
    throw usageError({
      code: 'target-not-asked-for',
      message:
        into === undefined
          ? `${pipeline} is packaged already.`
          : '--into is about a file that --target or --onnx asks for.',
      hint: `Add --onnx, or --target <place>: ${portableTargets.join(', ')}.`,
    });
  if (version && (output ?? image ?? dockerfile) !== undefined)
    throw usageError({
      code: 'version-is-packaged',
      message: `${pipeline} is packaged already: tar, image and Dockerfile are written by who packages it.`,
      hint: `Name the pipeline for them: \`aieng package ${pipeline.replace(/@.*$/, '')}\`.`,
    });
}

export const packageVerb: Verb = {
  name: 'package',
  group: 'Stages',
  summary: 'make a verifiable, versioned bundle of a model that passed its gates',
  description:
    'Packs model, features, schema, reference profile, golden rows and model card into a bundle that is named after the pipeline and numbered. Identical content is never packaged twice. Runs the stages before it where they are stale. With --image also a reproducible OCI image, without docker; with --target also one file that answers in a browser, at an edge, in Node or in AWS Lambda, without aieng, and with --onnx the model and its features as an ONNX file.',
  examples: [
    ['aieng package churn', 'the next version, e.g. churn@3'],
    ['aieng package churn -o churn.tar', 'also as one file, to deploy elsewhere'],
    ['aieng package churn@3 --target browser', 'version 3 as one module, with types and a page to try it'],
    ['aieng package churn@3 --onnx', 'version 3 with its features in ONNX, compared in ONNX Runtime'],
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
      .addOption(
        new Option('--target <place>', 'also write the model as a file that needs no aieng').choices(
          portableTargets,
        ),
      )
      .option('--onnx', 'also write the model with its features as one ONNX file, checked in ONNX Runtime')
      .option('--into <dir>', 'folder for these files (default: <name>-<place>, <name>-onnx)')
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
        refuseAimless(pipeline, flags);
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
