import { exitCodes } from '../../errors.ts';
import { waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const destroyVerb: Verb = {
  name: 'destroy',
  group: 'Serve',
  summary: 'take away what a deployment made where it runs; data stays',
  description:
    'Drains the deployment and removes its processes, containers or cluster objects. Prediction logs, volume claims, bundles and the history stay: `aieng deploy` brings it back. Never touches what aieng did not make.',
  examples: [['aieng destroy churn', 'everything but its data']],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).destroyResult,
  define: (command, session) =>
    command
      .argument('[name]', 'the deployment (default: that of the only pipeline)')
      .addOption(waitOption())
      .action(async (name: string | undefined, { wait }: { readonly wait: number }) => {
        await session.perform(command, {
          pipeline: name,
          rootOptional: name !== undefined,
          call: async (context) => {
            const { destroy } = await import('./destroy.ts');
            return destroy(context, { ...(name === undefined ? {} : { name }), waitMs: wait });
          },
          view: async () => (await import('./view.ts')).destroyView,
        });
      }),
};
