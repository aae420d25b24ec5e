import type { Asked } from '../http/exchange.ts';
import type { RequestProblem } from '../problem.ts';
import type { Access } from './access.ts';
import { isSameSecret, judgeCaller } from './judge.ts';

export interface GuardOptions {
  readonly access: Access;
  /** Route patterns that anybody may ask, by any name: probes and figures, which hold no data. */
  readonly openRoutes: ReadonlySet<string>;
  /** Whoever says this in `x-aieng-probe` is the supervisor of this very process. */
  readonly probeToken?: string;
}

/** Judges requests by their heads: why one gets no answer, or null. */
export function createGuard({
  access,
  openRoutes,
  probeToken,
}: GuardOptions): (request: Asked) => RequestProblem | null {
  return ({ route, headers }) => {
    const probe = headers['x-aieng-probe'];
    const isProbe = probeToken !== undefined && typeof probe === 'string' && isSameSecret(probe, probeToken);
    if (isProbe || (route !== null && openRoutes.has(route))) return null;
    return judgeCaller(headers, route === '/feedback' ? 'feedback' : 'predict', access);
  };
}
