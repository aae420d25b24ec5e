import { exitCodes, usageError } from '../../errors.ts';
import { waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly upgrade?: true;
  readonly repair?: true;
  readonly wait: number;
}

export const doctorVerb: Verb = {
  name: 'doctor',
  group: 'More',
  summary: 'is this machine able, is the store whole',
  description:
    'Checks Node, the columnar engine, the training backend, the store and its free space, and the pipelines of the project, and says what to do about each thing that is not well. It only reads; `--repair` first gives back what objects, folders of bundles, refs and records can give back, and keeps what was damaged in `damaged/`; `--upgrade` first brings a store of aieng 0.1 over. Both may be stopped and run again.',
  examples: [
    ['aieng doctor', 'before the first run, and when something is strange'],
    ['aieng doctor --repair', 'something of the store is damaged'],
    ['aieng doctor --repair churn.tar', 'with the objects of that bundle'],
    ['aieng doctor --upgrade', 'a store that aieng 0.1 made'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).doctorResult,
  define: (command, session) =>
    command
      .argument('[bundles...]', 'with --repair: tars or folders of bundles to give objects back from')
      .option('--repair', 'give back what can be given back, then check')
      .option('--upgrade', 'bring a store of aieng 0.1 to the layout of today, then check')
      .addOption(waitOption())
      .action(async (bundles: readonly string[], options: Options) => {
        const { upgrade = false, repair = false, wait: waitMs } = options;
        if (bundles.length > 0 && !repair)
          throw usageError({
            code: 'option-conflict',
            message: 'Bundles are given to be repaired from.',
            hint: 'Add `--repair`, or leave them out.',
          });
        await session.perform(command, {
          rootOptional: true,
          call: async (context) =>
            (await import('./doctor.ts')).doctor(context, { upgrade, repair, bundles, waitMs }),
          view: async () => (await import('./view.ts')).doctorView,
        });
      }),
};
