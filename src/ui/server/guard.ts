import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a browser may do with our pages: nothing from elsewhere, nothing inline, in no frame. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** A request that is refused, in a few plain words. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Names of this machine for itself. A page elsewhere whose name was bound to 127.0.0.1 sends its own. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

const nameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

function checkHost({ headers: { host = '' } }: FastifyRequest, also: string): void {
  const known = [...ownNames, also.includes(':') ? `[${also}]` : also.toLowerCase()];
  if (!known.includes(nameOf(host)))
    throw new Refused(403, 'This service answers to names of this machine only.');
}

/** What changes something comes from a page of ours, and from nowhere else. */
function checkOrigin({ method, headers: { host = '', origin } }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (origin !== `http://${host}`) throw new Refused(403, 'That did not come from a page of this service.');
}

/** Judges every request by its head, before anything of it is read. */
export function addGuard(app: FastifyInstance, host: string): void {
  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of Object.entries(headers)) void reply.header(name, value);
    checkHost(request, host);
    checkOrigin(request);
  });
}
