import { exitCodes } from '../../errors.ts';
import { pipelineArgument, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly export: string;
  readonly validation: boolean;
  readonly wait: number;
}

export const splitVerb: Verb = {
  name: 'split',
  group: 'Stages',
  summary: 'hand out the rows that a model may learn from',
  description:
    'Writes the rows of the training part as Parquet, dealt out as `train` deals them: for whoever trains elsewhere. The rows that judge stay here. What was trained on the file comes back by `aieng import model.txt --trained-on <file>`.',
  examples: [
    ['aieng split churn --export train.parquet', 'the training part'],
    ['aieng split churn --export train.parquet --validation', 'also the rows to stop or tune by'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).splitResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .requiredOption('--export <file.parquet>', 'where the rows go')
      .option('--validation', 'also the rows of the validation part', false)
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { export: exportTo, validation, wait }: Flags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { split } = await import('./split.ts');
            return split(context, { ...pipelineOption(pipeline), exportTo, validation, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).splitView,
        });
      }),
};
