import { exitCodes } from '../../errors.ts';
import { onlyOption, pipelineArgument, waitOption } from '../flags.ts';
import type { StageFlags } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const ingestVerb: Verb = {
  name: 'ingest',
  group: 'Stages',
  summary: 'read the source into an immutable snapshot; bad rows go to quarantine with reasons',
  description:
    'Reads the source of the pipeline by its row schema into an immutable Parquet snapshot and profiles it. Records that cannot become rows are kept aside with line, column and reason; clean + quarantined = input, always.',
  examples: [
    ['aieng ingest', 'the only pipeline of the project'],
    ['aieng ingest churn --json', 'for a script: digests, counts and rejections'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).ingestResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { only, wait }: StageFlags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { ingest } = await import('./ingest.ts');
            return ingest(context, { ...pipelineOption(pipeline), only, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).ingestView,
        });
      }),
};
