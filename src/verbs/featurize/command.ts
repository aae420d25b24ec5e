import { exitCodes } from '../../errors.ts';
import { stageVerb } from '../stageVerb.ts';

export const featurizeVerb = stageVerb({
  name: 'featurize',
  summary: 'split the rows and fit the transforms on the training part',
  description:
    'Splits the rows, fits the feature transforms on the training part only and writes the feature set. Runs the stages before it where they are stale.',
  examples: [
    ['aieng featurize', 'the only pipeline of the project'],
    ['aieng featurize churn', 'by name'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).featurizeResult,
  call: async () => (await import('./featurize.ts')).featurize,
  view: async () => (await import('./view.ts')).featurizeView,
});
