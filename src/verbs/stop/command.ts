import { exitCodes } from '../../errors.ts';
import { deploymentVerb } from '../deploymentVerb.ts';

export const stopVerb = deploymentVerb({
  name: 'stop',
  summary: 'drain and end a deployment',
  description:
    'Answers what is in flight, then ends the deployment. Its history stays: `aieng deploy` or `aieng rollback` brings it back.',
  examples: [
    ['aieng stop', 'the only pipeline'],
    ['aieng stop churn', 'by name'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).stopResult,
  call: async () => (await import('./stop.ts')).stop,
  view: async () => (await import('./view.ts')).stopView,
});
