import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentStatus } from '../../../deployment/target.ts';
import type { Context } from '../../../project/context.ts';
import { statusOf } from '../../../project/deployment/place.ts';

/** How deployments do, asked no more often than pages need it. */
export interface Statuses {
  /** What a deployment said last; null where it has not answered yet: a page does not wait for it. */
  readonly of: (name: string) => Promise<DeploymentStatus | null>;
  /** Differs where one of those that were asked for does. */
  readonly print: () => string;
}

const freshMs = 5_000;
const patienceMs = 80;

interface Known {
  readonly at: number;
  readonly status: DeploymentStatus | null;
}

/** A cluster may take seconds to answer: whoever looks sees what is known, and the page is made anew when there is more. */
export function openStatuses(context: Context): Statuses {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<DeploymentStatus | null>>();
  const ask = (name: string): Promise<DeploymentStatus | null> => {
    const going = asked.get(name);
    if (going !== undefined) return going;
    const answer = statusOf(context, name)
      .catch(() => null)
      .then((status) => {
        known.set(name, { at: context.environment.now(), status });
        asked.delete(name);
        return status;
      });
    asked.set(name, answer);
    return answer;
  };
  return {
    of: async (name) => {
      const last = known.get(name);
      if (last !== undefined && context.environment.now() - last.at < freshMs) return last.status;
      return Promise.race([ask(name), sleep(patienceMs, last?.status ?? null)]);
    },
    print: () => {
      for (const name of known.keys())
        if (context.environment.now() - (known.get(name)?.at ?? 0) >= freshMs) void ask(name);
      return JSON.stringify(
        [...known].map(([name, { status }]) => [name, status?.state, status?.version, status?.message]),
      );
    },
  };
}
