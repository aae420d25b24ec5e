import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

export const doctorVerb: Verb = {
  name: 'doctor',
  group: 'More',
  summary: 'is this machine able, is the store whole',
  description:
    'Checks Node, the columnar engine, the training backend, the store and its free space, and the pipelines of the project, and says what to do about each thing that is not well.',
  examples: [['aieng doctor', 'before the first run, and when something is strange']],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).doctorResult,
  define: (command, session) =>
    command.action(async () => {
      await session.perform(command, {
        rootOptional: true,
        call: async (context) => (await import('./doctor.ts')).doctor(context, {}),
        view: async () => (await import('./view.ts')).doctorView,
      });
    }),
};
