import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';
import { isSameSecret, judgeCaller } from './judge.ts';

export interface GuardOptions {
  readonly access: Access;
  /** Route patterns that anybody may ask, by any name: probes and figures, which hold no data. */
  readonly openRoutes: ReadonlySet<string>;
  /** Whoever says this in `x-aieng-probe` is the supervisor of this very process. */
  readonly probeToken?: string;
}

/** Has every request judged by its head, before anything of its body is read. */
export function addGuard(app: FastifyInstance, { access, openRoutes, probeToken }: GuardOptions): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    const probe = request.headers['x-aieng-probe'];
    const isProbe = probeToken !== undefined && typeof probe === 'string' && isSameSecret(probe, probeToken);
    if (isProbe || (route !== undefined && openRoutes.has(route))) {
      done();
      return;
    }
    const problem = judgeCaller(request.headers, route === '/feedback' ? 'feedback' : 'predict', access);
    if (problem === null) done();
    else done(problem);
  });
}
