import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly dryRun?: boolean;
}

export const gcVerb: Verb = {
  name: 'gc',
  group: 'More',
  summary: 'removes from the store what nobody needs any more',
  description:
    'Removes objects that nothing refers to, bundle folders and images that nothing needs, files of killed commands, reports older than 30 days beside newer ones, and predictions older than logs.keep_days. It keeps what is current, every version and every bundle that was ever served with the rows it was trained on, folded training rows, and whatever is younger than 24 hours. Commands may run meanwhile. Where something of the store is damaged, nothing that it may refer to is removed.',
  examples: [
    ['aieng gc --dry-run', 'what would go, and why the rest stays'],
    ['aieng gc', 'once a week'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).gcResult,
  define: (command, session) =>
    command.option('--dry-run', 'say what would go, and remove nothing').action(async (flags: Flags) => {
      await session.perform(command, {
        call: async (context) => (await import('./gc.ts')).gc(context, { dryRun: flags.dryRun ?? false }),
        view: async () => (await import('./view.ts')).gcView,
      });
    }),
};
