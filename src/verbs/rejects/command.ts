import { exitCodes } from '../../errors.ts';
import { pipelineArgument } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly export?: string;
  readonly requeue?: string;
}

export const rejectsVerb: Verb = {
  name: 'rejects',
  group: 'Stages',
  summary: 'the records that the last ingest refused, by reason',
  description:
    'Lists the records that could not become rows when the source was last ingested, by column and reason, with counts and examples; also those of an ingest that failed because there were too many. --export writes every one of them whole: file, line, column, reason and the record as it stands in the file. --requeue takes such a file back, once you have mended the records in its column "raw": the next ingest reads them in the place of the rejected ones, counts them, and keeps where each came from.',
  examples: [
    ['aieng rejects churn', 'what was refused, and why'],
    ['aieng rejects churn --export rejects.csv', 'all of them, to be looked at or mended'],
    ['aieng rejects churn --requeue rejects.csv', 'the mended records, into the next snapshot'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).rejectsResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('--export <file>', 'write all of them: .ndjson, .csv (.gz), .parquet, or - for stdout (NDJSON)')
      .option('--requeue <file>', 'records as --export wrote them, with "raw" mended: for the next ingest')
      .action(async (pipeline: string | undefined, flags: Flags) => {
        await session.perform(command, {
          pipeline,
          stdoutIsData: flags.export === '-',
          call: async (context) => {
            const { rejects } = await import('./rejects.ts');
            const to = flags.export === undefined ? {} : { exportTo: flags.export };
            const mended = flags.requeue === undefined ? {} : { requeue: flags.requeue };
            return rejects(context, { ...pipelineOption(pipeline), ...to, ...mended });
          },
          view: async () => (await import('./view.ts')).rejectsView,
        });
      }),
};
