import { exitCodes } from '../../errors.ts';
import { fullOption } from '../flags.ts';
import { stageVerb } from '../stageVerb.ts';

export const ingestVerb = stageVerb({
  name: 'ingest',
  summary: 'read the source into an immutable snapshot; bad rows go to quarantine with reasons',
  description:
    'Reads the source of the pipeline by its row schema into an immutable Parquet snapshot and profiles it. Records that cannot become rows are kept aside with line, column and reason; clean + quarantined = input, always.',
  examples: [
    ['aieng ingest', 'the only pipeline of the project'],
    ['aieng ingest churn --full', 'all of a source that has a cursor, not only its new rows'],
    ['aieng ingest churn --json', 'for a script: digests, counts and rejections'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).ingestResult,
  call: async () => (await import('./ingest.ts')).ingest,
  view: async () => (await import('./view.ts')).ingestView,
  own: [fullOption()],
});
