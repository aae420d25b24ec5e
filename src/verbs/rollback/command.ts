import { exitCodes } from '../../errors.ts';
import { waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const rollbackVerb: Verb = {
  name: 'rollback',
  group: 'Serve',
  summary: 'back to the version that served before, or the end of a canary',
  description:
    'Puts the version before back to work, by the same checks and the same switch as a deployment. Twice in a row leads back to where it began. Where a canary or shadow runs, that ends and the version in charge stays.',
  examples: [
    ['aieng rollback', 'the only pipeline'],
    ['aieng rollback churn', 'by name'],
  ],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).rollbackResult,
  define: (command, session) =>
    command
      .argument('[name]', 'the deployment (default: that of the only pipeline)')
      .addOption(waitOption())
      .action(async (name: string | undefined, { wait }: { readonly wait: number }) => {
        await session.perform(command, {
          pipeline: name,
          rootOptional: name !== undefined,
          call: async (context) => {
            const { rollback } = await import('./rollback.ts');
            return rollback(context, { ...(name === undefined ? {} : { name }), waitMs: wait });
          },
          view: async () => (await import('./view.ts')).rollbackView,
        });
      }),
};
