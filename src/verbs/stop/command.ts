import { exitCodes } from '../../errors.ts';
import { waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const stopVerb: Verb = {
  name: 'stop',
  group: 'Serve',
  summary: 'drain and end a deployment',
  description:
    'Answers what is in flight, then ends the deployment. Its history stays: `aieng deploy` or `aieng rollback` brings it back.',
  examples: [
    ['aieng stop', 'the only pipeline'],
    ['aieng stop churn', 'by name'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).stopResult,
  define: (command, session) =>
    command
      .argument('[name]', 'the deployment (default: that of the only pipeline)')
      .addOption(waitOption())
      .action(async (name: string | undefined, { wait }: { readonly wait: number }) => {
        await session.perform(command, {
          pipeline: name,
          rootOptional: name !== undefined,
          call: async (context) => {
            const { stop } = await import('./stop.ts');
            return stop(context, { ...(name === undefined ? {} : { name }), waitMs: wait });
          },
          view: async () => (await import('./view.ts')).stopView,
        });
      }),
};
