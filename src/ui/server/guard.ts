import type { Context, MiddlewareHandler } from 'hono';

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
  readonly status: 403 | 404;
  constructor(status: 403 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

/** Names of this machine for itself. A page elsewhere whose name was bound to 127.0.0.1 sends its own. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

const nameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

const hostOf = ({ req }: Context): string => req.header('host') ?? '';

function checkHost(context: Context, also: string): void {
  const known = [...ownNames, also.includes(':') ? `[${also}]` : also.toLowerCase()];
  if (!known.includes(nameOf(hostOf(context))))
    throw new Refused(403, 'This service answers to names of this machine only.');
}

/**
 * What changes something comes from a page of ours, and from nowhere else. A browser that tells nobody where it was says
 * `null` of its own pages too; then what it says of the request itself counts, which no page can set.
 */
function checkOrigin(context: Context): void {
  const { method } = context.req;
  if (method === 'GET' || method === 'HEAD') return;
  const origin = context.req.header('origin');
  const own =
    origin === `http://${hostOf(context)}` ||
    (origin === 'null' && context.req.header('sec-fetch-site') === 'same-origin');
  if (!own) throw new Refused(403, 'That did not come from a page of this service.');
}

/** Judges every request by its head, before anything of it is read. */
export const guard =
  (host: string): MiddlewareHandler =>
  async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    checkHost(context, host);
    checkOrigin(context);
    await next();
  };
