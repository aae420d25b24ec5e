import type { Verb } from '../verb.ts';

/** What the CronJobs of a cluster do first; nobody types it. */
export const adoptVerb: Verb = {
  name: '__adopt',
  group: 'hidden',
  summary: 'record the bundle of an image as what serves',
  description: 'Takes a bundle folder into the store and records that it serves somewhere else.',
  examples: [],
  exits: [],
  define: (command, session) =>
    command.argument('<bundle>', 'folder of the bundle').action(async (bundle: string) => {
      await session.perform(command, {
        rootOptional: true,
        call: async (context) => {
          const { adopt } = await import('./adopt.ts');
          return adopt(context, { bundle });
        },
        view: async () => ({ blocks: () => [], essential: () => [] }),
      });
    }),
};
