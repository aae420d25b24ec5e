import { exitCodes } from '../../errors.ts';
import { deploymentVerb } from '../deploymentVerb.ts';

export const destroyVerb = deploymentVerb({
  name: 'destroy',
  summary: 'take away what a deployment made where it runs; data stays',
  description:
    'Drains the deployment and removes its processes, containers or cluster objects. Prediction logs, volume claims, bundles and the history stay: `aieng deploy` brings it back. Never touches what aieng did not make.',
  examples: [['aieng destroy churn', 'everything but its data']],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).destroyResult,
  call: async () => (await import('./destroy.ts')).destroy,
  view: async () => (await import('./view.ts')).destroyView,
});
