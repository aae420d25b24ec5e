import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

export const reproduceVerb: Verb = {
  name: 'reproduce',
  group: 'Look after',
  summary: 'make a bundle once more from what was written down, and compare',
  description:
    'Computes features, training and packaging of a bundle again from its recorded lineage (rows of the snapshot, sections of the pipeline, seed, script), in a store of its own, and compares byte by byte. What `aieng retrain` made is gathered, trained and packaged again from the source as it was and the prediction log, whose rows and labels have to be there still. A script that does not give the same twice is compared by the metric. A program runs only where it is the present one of the project’s own pipeline, or with --allow-code.',
  examples: [
    ['aieng reproduce churn@3', 'is it what its record says?'],
    ['aieng reproduce churn@1 --allow-code', 'its training script has changed since: run it as it was'],
  ],
  exits: [exitCodes.gateFailed, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).reproduceResult,
  define: (command, session) =>
    command
      .argument('<bundle>', 'name@version, name (its newest version), or a bundle')
      .action(async (bundle: string) => {
        await session.perform(command, {
          call: async (context) => {
            const { reproduce } = await import('./reproduce.ts');
            return reproduce(context, { bundle, allowCode: context.allowCode ?? false });
          },
          view: async () => (await import('./view.ts')).reproduceView,
        });
      }),
};
