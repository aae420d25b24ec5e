import type { Verb } from '../verb.ts';

/** The process behind a local deployment; only `aieng deploy` starts it. */
export const superviseVerb: Verb = {
  name: '__supervise',
  group: 'hidden',
  summary: 'the process behind a local deployment',
  description: 'Owns the public port of a deployment and keeps its backend alive, until it is stopped.',
  examples: [],
  exits: [],
  define: (command, session) =>
    command.argument('<folder>', "the deployment's folder").action(async (folder: string) => {
      await session.perform(command, {
        rootOptional: true,
        call: async (context) => {
          const { supervise } = await import('./supervise.ts');
          return supervise(context, { folder });
        },
        view: async () => ({ blocks: () => [], essential: () => [] }),
      });
    }),
};
