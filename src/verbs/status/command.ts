import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

export const statusVerb: Verb = {
  name: 'status',
  group: 'Look after',
  summary: 'what runs where, since when, and how it does',
  description:
    'Shows each deployment with its version, address, history and last monitoring report, and the newest version of each pipeline. A service that should answer and does not is an alarm.',
  examples: [
    ['aieng status', 'everything'],
    ['aieng status churn --json', 'one deployment, for a script'],
    ['aieng status churn --history', 'who served what, when, and why'],
  ],
  exits: [exitCodes.alarm, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).statusResult,
  define: (command, session) =>
    command
      .argument('[name]', 'only this deployment')
      .option('--history', 'all that was ever deployed: which version, when, by whom and why')
      .action(async (name: string | undefined, { history = false }: { readonly history?: boolean }) => {
        await session.perform(command, {
          pipeline: name,
          rootOptional: true,
          call: async (context) => {
            const { status } = await import('./status.ts');
            return status(context, { history, ...(name === undefined ? {} : { name }) });
          },
          view: async () => (await import('./view.ts')).statusView,
        });
      }),
};
