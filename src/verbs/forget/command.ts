import { exitCodes } from '../../errors.ts';
import { pipelineArgument } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly rowId: string;
  readonly why: string;
}

export const forgetVerb: Verb = {
  name: 'forget',
  group: 'More',
  summary: 'takes a row out of the prediction log and what came of it, on record',
  description:
    'Removes the predictions of a row and every label of them from the prediction log, its labelled rows that had expired, and the records of it that ingests rejected, durably, while services go on writing. The record of it says when, why and how many, and keeps a salted hash instead of the id. What cannot be removed (the source, snapshots, bundles, rejected records whose id cannot be read) is said, with what to do.',
  examples: [
    ['aieng forget churn --row-id C-17 --why "letter of 3 May"', 'the id as it stands in the answers'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).forgetResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .requiredOption('--row-id <id>', 'of the row, as it stands in the answers')
      .option('--why <text>', 'the reason, for the record', 'asked for')
      .action(async (pipeline: string | undefined, { rowId, why }: Flags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { forget } = await import('./forget.ts');
            return forget(context, { ...pipelineOption(pipeline), rowId, why });
          },
          view: async () => (await import('./view.ts')).forgetView,
        });
      }),
};
