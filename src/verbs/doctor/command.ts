import { exitCodes } from '../../errors.ts';
import { waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const doctorVerb: Verb = {
  name: 'doctor',
  group: 'More',
  summary: 'is this machine able, is the store whole',
  description:
    'Checks Node, the columnar engine, the training backend, the store and its free space, and the pipelines of the project, and says what to do about each thing that is not well. It only reads; `--upgrade` brings a store of aieng 0.1 over first, and may be stopped and run again.',
  examples: [
    ['aieng doctor', 'before the first run, and when something is strange'],
    ['aieng doctor --upgrade', 'a store that aieng 0.1 made'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).doctorResult,
  define: (command, session) =>
    command
      .option('--upgrade', 'bring a store of aieng 0.1 to the layout of today, then check')
      .addOption(waitOption())
      .action(async ({ upgrade, wait: waitMs }: { readonly upgrade?: true; readonly wait: number }) => {
        await session.perform(command, {
          rootOptional: true,
          call: async (context) =>
            (await import('./doctor.ts')).doctor(context, { upgrade: upgrade ?? false, waitMs }),
          view: async () => (await import('./view.ts')).doctorView,
        });
      }),
};
