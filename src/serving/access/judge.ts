import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { RequestProblem } from '../problem.ts';
import { tokenHash } from './access.ts';
import type { Access, KnownToken, Purpose } from './access.ts';

/** `api.example.com:8080` → `api.example.com`, `[::1]:8080` → `::1`; lower case, without the dot of the root. */
function hostName(authority: string): string {
  const name = /^\[([^\]]*)\](?::\d*)?$/.exec(authority)?.[1] ?? authority.replace(/:\d*$/, '');
  return name.toLowerCase().replace(/\.$/, '');
}

const fits = (name: string, allowed: string): boolean =>
  allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;

/**
 * A page of a stranger reaches a service on loopback by a name of its own that it lets point there (DNS rebinding). It
 * cannot do so by an address, so addresses are as good as names that are allowed.
 */
const isOurName = (name: string, { hosts }: Access): boolean =>
  isIP(name) !== 0 ||
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  hosts.some((allowed) => fits(name, allowed));

const quoted = (value: string): string => JSON.stringify(value.slice(0, 100));

function judgeHost(host: string | undefined, access: Access): RequestProblem | null {
  // A browser always says it.
  if (host === undefined || isOurName(hostName(host), access)) return null;
  return new RequestProblem(
    403,
    `This service does not answer to the name ${quoted(host)}. Who looks after it can add it to deploy.allowed_hosts of the pipeline.`,
  );
}

function judgeOrigin({ origin, host }: IncomingHttpHeaders, access: Access): RequestProblem | null {
  if (origin === undefined) return null;
  const authority = /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
  const isSame = authority !== undefined && authority.toLowerCase() === host?.toLowerCase();
  if (isSame) return null;
  if (authority !== undefined && access.hosts.some((allowed) => fits(hostName(authority), allowed)))
    return null;
  return new RequestProblem(
    403,
    `Pages of ${quoted(origin)} may not call this service. Who looks after it can add the name to deploy.allowed_hosts of the pipeline.`,
  );
}

/** Equal, found out in a time that says nothing about where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(tokenHash(one), 'hex'), Buffer.from(tokenHash(other), 'hex'));
}

/** The token that was given, of all that are known: each is compared, whichever fits. */
function findToken(given: string, tokens: readonly KnownToken[]): KnownToken | undefined {
  const hash = Buffer.from(tokenHash(given), 'hex');
  let found: KnownToken | undefined;
  for (const token of tokens) if (timingSafeEqual(hash, Buffer.from(token.hash, 'hex'))) found = token;
  return found;
}

function judgeToken(
  authorization: string | undefined,
  purpose: Purpose,
  { tokens }: Access,
): RequestProblem | null {
  if (tokens.length === 0) return null;
  const given = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const token = given === undefined ? undefined : findToken(given, tokens);
  if (token === undefined)
    return new RequestProblem(
      401,
      given === undefined
        ? 'A token is needed: send the header "Authorization: Bearer <token>".'
        : 'The token is not known here.',
      [],
      { 'www-authenticate': 'Bearer' },
    );
  if (token.purposes.includes(purpose)) return null;
  return new RequestProblem(
    403,
    purpose === 'feedback'
      ? 'This token may not give feedback; there is another one for that.'
      : 'This token may give feedback and nothing else.',
  );
}

/** Why a request gets no answer, from its head alone; null where it may go on. */
export function judgeCaller(
  headers: IncomingHttpHeaders,
  purpose: Purpose,
  access: Access,
): RequestProblem | null {
  return (
    judgeHost(headers.host, access) ??
    judgeOrigin(headers, access) ??
    judgeToken(headers.authorization, purpose, access)
  );
}
