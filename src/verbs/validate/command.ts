import { exitCodes } from '../../errors.ts';
import { stageVerb } from '../stageVerb.ts';

export const validateVerb = stageVerb({
  name: 'validate',
  summary: 'check the snapshot against the schema, and against the one before',
  description:
    'Checks the snapshot against the schema and its expectations, and compares it with the previous snapshot. Ingests first where that is stale.',
  examples: [
    ['aieng validate', 'the only pipeline of the project'],
    ['aieng validate churn --only', 'this stage alone; what it reads must be fresh'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).validateResult,
  call: async () => (await import('./validate.ts')).validate,
  view: async () => (await import('./view.ts')).validateView,
});
