import { Option } from 'commander';
import { exitCodes } from '../../errors.ts';
import type { SetFlags } from '../flags.ts';
import { openOption, pipelineArgument, secondsOption, setOptions, settingsOf, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags extends SetFlags {
  readonly to: 'package' | 'deploy';
  readonly wait: number;
  readonly seconds?: number;
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
      .addOption(openOption())
      .addOption(
        secondsOption('family auto begins no further fold after this time; how many it fitted is set'),
      )
      .action(async (pipeline: string | undefined, { to, wait, seconds, ...flags }: Flags) => {
        const limit = seconds === undefined ? {} : { seconds };
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
            });
          },
          view: async () => (await import('./view.ts')).runView,
        });
      });
  },
};
