import { Option } from 'commander';
import { exitCodes, usageError } from '../../errors.ts';
import type { SetFlags } from '../flags.ts';
import {
  offering,
  openOption,
  parseCpus,
  parseMegabytes,
  pipelineArgument,
  secondsOption,
  setOptions,
  settingsOf,
  waitOption,
} from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';
import type { RunOptions } from './options.ts';

interface Flags extends SetFlags {
  readonly to: 'package' | 'deploy';
  readonly wait: number;
  readonly seconds?: number;
  readonly image?: string;
  readonly base?: string;
  readonly memoryMb: number;
  readonly cpus?: number;
}

/** A flag about the image says nothing where none is asked for. */
function imageWish({
  image,
  base,
  memoryMb,
  cpus,
}: Pick<Flags, 'memoryMb'> & {
  readonly image: string | undefined;
  readonly base: string | undefined;
  readonly cpus: number | undefined;
}): RunOptions['inImage'] {
  if (image === undefined && (base ?? cpus) !== undefined)
    throw usageError({
      code: 'image-not-asked-for',
      message: '--base and --cpus are about an image to train in, and none is named.',
      hint: 'Add --image <name>, e.g. --image aieng-training.',
    });
  if (image === undefined) return undefined;
  return {
    image,
    memoryMb,
    ...(base === undefined ? {} : { base }),
    ...(cpus === undefined ? {} : { cpus }),
  };
}

export const runVerb: Verb = {
  name: 'run',
  group: 'Stages',
  summary: 'every stage that is stale, in order, up to package (or on to deploy)',
  description:
    'Runs what is stale, from ingest to package, and says why each stage is stale. Nothing stale: it says so and is done.',
  examples: [
    ['aieng run churn', 'up to the bundle'],
    ['aieng run churn --to deploy', 'on to the running service'],
    ['aieng run churn --image aieng-training', 'features, training and packaging in a container of aieng'],
  ],
  exits: [
    exitCodes.dataRejected,
    exitCodes.gateFailed,
    exitCodes.deployFailed,
    exitCodes.busy,
    exitCodes.storeDamaged,
  ],
  result: async () => (await import('./result.ts')).runResult,
  define: (command, session) => {
    for (const option of setOptions()) command.addOption(option);
    return command
      .addArgument(pipelineArgument())
      .addOption(
        new Option('--to <stage>', 'how far to go').choices(['package', 'deploy']).default('package'),
      )
      .addOption(waitOption())
      .option(
        '--image <ref>',
        'compute features, model and bundle in the full image of aieng, by docker or podman; made under this name, or pulled by its digest',
      )
      .addOption(
        offering('--base <image>', "what that image is made on (default: the pipeline's)", ['this-machine']),
      )
      .addOption(
        new Option('--memory-mb <MB>', 'most memory of its container')
          .argParser(parseMegabytes)
          .default(4096, '4096'),
      )
      .addOption(new Option('--cpus <n>', 'most CPUs of it (default: all)').argParser(parseCpus))
      .addOption(openOption())
      .addOption(
        secondsOption('family auto begins no further fold after this time; how many it fitted is set'),
      )
      .action(
        async (
          pipeline: string | undefined,
          { to, wait, seconds, image, base, memoryMb, cpus, ...flags }: Flags,
        ) => {
          const limit = seconds === undefined ? {} : { seconds };
          const inImage = imageWish({ image, base, memoryMb, cpus });
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { run } = await import('./run.ts');
              return run(context, {
                ...pipelineOption(pipeline),
                to,
                waitMs: wait,
                ...settingsOf(flags),
                ...limit,
                ...(inImage === undefined ? {} : { inImage }),
              });
            },
            view: async () => (await import('./view.ts')).runView,
          });
        },
      );
  },
};
