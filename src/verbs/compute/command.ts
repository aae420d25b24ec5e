import type { Verb } from '../verb.ts';

/** What runs inside a container that computes a stage; nobody types it. */
export const computeVerb: Verb = {
  name: '__compute',
  group: 'hidden',
  summary: 'computes one stage from a store into a folder',
  description:
    'Computes one stage of a pipeline from what its job says, without the project, and says how far it is as JSON lines.',
  examples: [],
  exits: [],
  define: (command, session) =>
    command
      .argument('<job>', 'what is to be computed (JSON)')
      .argument('<store>', 'the store that is read')
      .argument('<output>', 'folder for the result')
      .action(async (job: string, store: string, output: string) => {
        await session.perform(command, {
          rootOptional: true,
          call: async (context) => {
            const { compute } = await import('./compute.ts');
            const progress: typeof context.progress = (event) => session.print(`${JSON.stringify(event)}\n`);
            return compute({ ...context, progress }, { job, store, output });
          },
          view: async () => ({ blocks: () => [], essential: () => [] }),
        });
      }),
};
