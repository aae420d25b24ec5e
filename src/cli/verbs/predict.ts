import { Option } from 'commander';
import { exitCodes } from '../../errors.ts';
import { bundleHelp } from '../flags.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly output: string;
  readonly format?: 'csv' | 'ndjson' | 'parquet';
  readonly log: boolean;
}

export const predictVerb: Verb = {
  name: 'predict',
  group: 'Serve',
  summary: 'answer a file or stdin in batches, in constant memory',
  description:
    'Predicts every row of a file or of stdin with the same code as the service. Each answer has the id of its row, `prediction` and, for classes, `probabilities`. Rows that the schema rejects are told with line and column.',
  examples: [
    ['aieng predict churn new.csv -o scored.csv', 'the newest version of churn'],
    ['cat rows.ndjson | aieng predict churn@3 - -o -', 'as a filter'],
    ['aieng predict churn new.parquet -o out.parquet --log', 'recorded for monitoring'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.storeDamaged],
  define: (command, session) =>
    command
      .argument('<bundle>', bundleHelp)
      .argument('<in>', 'rows: .csv, .ndjson, .parquet (.gz), or - for stdin')
      .requiredOption('-o, --output <file>', 'answers: .csv, .ndjson, .parquet (.gz), or - for stdout')
      .addOption(
        new Option('--format <format>', 'format of stdin and stdout (default: ndjson)').choices([
          'csv',
          'ndjson',
          'parquet',
        ]),
      )
      .option('--log', 'record the predictions for monitoring', false)
      .action(async (bundle: string, input: string, { output, format, log }: Flags) => {
        await session.perform(command, {
          rootOptional: true,
          stdoutIsData: output === '-',
          call: async (context) => {
            const { predict } = await import('../../lifecycle/predict.ts');
            const named = format === undefined ? {} : { format };
            return predict(context, { bundle, input, output, ...named, log });
          },
          view: async () => (await import('../render/views/predict.ts')).predictView,
        });
      }),
};
