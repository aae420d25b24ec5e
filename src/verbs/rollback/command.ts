import { exitCodes } from '../../errors.ts';
import { deploymentVerb } from '../deploymentVerb.ts';

export const rollbackVerb = deploymentVerb({
  name: 'rollback',
  summary: 'back to the version that served before, or the end of a canary',
  description:
    'Puts the version before back to work, by the same checks and the same switch as a deployment. Twice in a row leads back to where it began. Where a canary or shadow runs, that ends and the version in charge stays.',
  examples: [
    ['aieng rollback', 'the only pipeline'],
    ['aieng rollback churn', 'by name'],
  ],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).rollbackResult,
  call: async () => (await import('./rollback.ts')).rollback,
  view: async () => (await import('./view.ts')).rollbackView,
});
