import { planLocal } from '../plan.ts';
import type { Target } from '../target.ts';
import { clearLeftBehind } from './container/leftBehind.ts';
import {
  applySupervised,
  stopSupervised,
  supervisedMetrics,
  supervisedStatus,
  timed,
} from './supervised/client.ts';
import { readState } from './supervised/stateFile.ts';

const status: Target['status'] = (name, context) => supervisedStatus(name, 'local', context);

/** Containers stand here where the deployment was one before, and its supervisor was killed. */
const stop: Target['stop'] = async (name, context) => {
  await stopSupervised(name, context);
  await clearLeftBehind(context);
};

/** Supervised background processes of this machine, which share a socket or stand behind a gateway. */
export const local: Target = {
  name: 'local',
  runs: 'bundle',
  plan: async (wish, current, { folder }) => planLocal(wish, current, await readState(folder)),
  apply: (plan, wish, context) =>
    timed(context, async () => {
      if (plan.action === 'none') return status(wish.name, context);
      if (plan.action === 'start') await clearLeftBehind(context);
      const { serveCommand = [] } = context;
      return applySupervised(plan, wish, { kind: 'process', serveCommand }, context);
    }),
  status,
  stop,
  destroy: async (name, context) => {
    const { state } = await status(name, context);
    await stop(name, context);
    return state === 'stopped' ? [] : [`the supervisor of ${name} and its process`];
  },
  metrics: supervisedMetrics,
};
