import type { Verb } from '../verb.ts';

/** What a crontab line or a timer calls; only `aieng schedule` writes it there. */
export const scheduledVerb: Verb = {
  name: '__scheduled',
  group: 'hidden',
  summary: 'runs what a schedule is due',
  description: 'Runs the verbs of a schedule where a slot of it is due, and says nothing: it has a log.',
  examples: [],
  exits: [],
  define: (command, session) =>
    command.argument('<record>', "the schedule's record").action(async (file: string) => {
      await session.perform(command, {
        rootOptional: true,
        call: async (context) => {
          const { scheduled } = await import('./scheduled.ts');
          return scheduled(context, { file });
        },
        view: async () => ({ blocks: () => [], essential: () => [] }),
      });
    }),
};
