import { setTimeout as wait } from 'node:timers/promises';
import type { ImageContext } from '../image.ts';
import type { Reference } from '../reference.ts';
import { apiHost, formatReference, isLoopback } from '../reference.ts';
import { mostTries, retryAfterSeconds, waitMs } from '../../retry.ts';
import { basicAuthorization, parseChallenges, tokenOf, tokenRequest } from './challenge.ts';
import type { Challenge, Credentials } from './challenge.ts';
import { findCredentials } from './credentials.ts';
import type { Place, Purpose } from './faults.ts';
import { isBusy, isNetworkFault, isPassing, refusal, strange, unreachable } from './faults.ts';
import type { Answer, Exchange } from './transport.ts';
import { drain, exchange, readText } from './transport.ts';

const maxToken = 1 << 20;
const maxRedirects = 5;

export interface RegistryRequest {
  readonly method: Exchange['method'];
  /** Below `/v2/<repository>/`, or a whole address that the registry gave. */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Exchange['body'];
  /** Statuses to give back; every other one is thrown as what it says. */
  readonly expected: readonly number[];
  /** Not to be sent again by itself: what the first attempt left behind is in the way. */
  readonly once?: boolean;
}

/** A registry, spoken to for one repository. */
export interface Registry {
  readonly place: Place;
  /** Whether plain HTTP is spoken: with this machine, or where the user said so. */
  readonly isPlain: boolean;
  readonly send: (request: RegistryRequest) => Promise<Answer>;
}

interface Session {
  readonly place: Place;
  readonly reference: Reference;
  readonly root: URL;
  readonly isPlain: boolean;
  readonly context: ImageContext;
  credentials: Promise<Credentials | null> | null;
  /** Of the `Authorization` header; a secret. */
  authorization: string | null;
}

/** Sends again what was kept from an answer by something that passes. The last answer is given back as it is. */
async function patiently(
  { place, context: { signal } }: Session,
  most: number,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    let retryAfter: string | undefined;
    try {
      const answer = await send();
      if (!isBusy(answer.status) || attempt >= most) return answer;
      retryAfter = answer.headers['retry-after'];
      await drain(answer);
    } catch (error) {
      signal.throwIfAborted();
      if (!isNetworkFault(error)) throw error;
      if (!isPassing(error) || attempt >= most) throw unreachable(place, error);
    }
    await pause(waitMs(attempt, retryAfterSeconds(retryAfter)), signal);
  }
}

/** Waits, or throws what the signal was aborted with. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/** Pulls and pushes need different rights of a token. */
const scopeOf = ({ place, reference }: Session): string =>
  `repository:${reference.repository}:${place.purpose === 'push' ? 'pull,push' : 'pull'}`;

async function askForToken(session: Session, challenge: Challenge): Promise<string> {
  const { place, context } = session;
  const asked = tokenRequest(challenge, scopeOf(session), await session.credentials, session.isPlain);
  if (asked === undefined) throw strange(place, 'it names no usable address for tokens');
  const { signal } = context;
  const answer = await patiently(session, mostTries, () => exchange({ ...asked, signal }));
  if (answer.status !== 200) {
    await drain(answer);
    throw refusal(place, answer.status === 400 ? 401 : answer.status, null);
  }
  const token = tokenOf((await readText(answer, maxToken)) ?? '');
  if (token === undefined) throw strange(place, 'its token server gave no token');
  return `Bearer ${token}`;
}

/** Answers the registry's challenge. @returns null where nothing more can be tried. */
async function authorize(session: Session, answer: Answer): Promise<string | null> {
  session.credentials ??= findCredentials(session.context, session.reference);
  const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '');
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) return askForToken(session, bearer);
  const known = await session.credentials;
  if (known?.kind !== 'password' || !challenges.some(({ scheme }) => scheme === 'basic')) return null;
  return basicAuthorization(known.username, known.password);
}

/** Where a redirect leads; undefined for one that must not be followed, as from TLS to plain HTTP. */
function redirected({ isPlain }: Session, { headers, url }: Answer): URL | undefined {
  const { location = '' } = headers;
  if (!URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  return next.protocol === 'https:' || (isPlain && next.protocol === 'http:') ? next : undefined;
}

/** Sends to an address and on to where it redirects. Only the registry itself ever sees the authorization. */
async function follow(session: Session, request: RegistryRequest, start: URL): Promise<Answer> {
  const { method, headers = {}, body = null } = request;
  let url = start;
  for (let redirects = 0; ; redirects += 1) {
    const isRegistry = url.origin === session.root.origin;
    const proof =
      isRegistry && session.authorization !== null ? { authorization: session.authorization } : {};
    const answer = await exchange({
      url,
      method,
      headers: { ...headers, ...proof },
      body,
      signal: session.context.signal,
    });
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
    if (!isRedirect || (method !== 'GET' && method !== 'HEAD')) return answer;
    await drain(answer);
    const next = redirects < maxRedirects ? redirected(session, answer) : undefined;
    if (next === undefined) throw strange(session.place, 'it redirects to where nobody should follow');
    url = next;
  }
}

/** The first error code of a refusal's JSON. */
async function errorCode(answer: Answer): Promise<string | null> {
  const text = await readText(answer, 1 << 16).catch(() => undefined);
  answer.body.destroy();
  return /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(text ?? '')?.[1] ?? null;
}

async function send(session: Session, request: RegistryRequest): Promise<Answer> {
  const { target } = request;
  const url =
    typeof target === 'string'
      ? new URL(`/v2/${session.reference.repository}/${target}`, session.root)
      : target;
  const most = request.once === true ? 1 : mostTries;
  let answer = await patiently(session, most, () => follow(session, request, url));
  if (answer.status === 401 && answer.url.origin === session.root.origin) {
    const authorization = await authorize(session, answer);
    await drain(answer);
    if (authorization === null) throw refusal(session.place, 401, null);
    session.authorization = authorization;
    answer = await patiently(session, most, () => follow(session, request, url));
  }
  if (request.expected.includes(answer.status)) return answer;
  throw refusal(session.place, answer.status, await errorCode(answer));
}

/**
 * Opens the registry of a reference for its repository. Nothing is sent yet; credentials are looked up when it asks for some.
 */
export function openRegistry(
  context: ImageContext,
  reference: Reference,
  purpose: Purpose,
  insecure: boolean,
): Registry {
  const host = apiHost(reference.registry);
  const isPlain = insecure || isLoopback(host);
  const place = { registry: reference.registry, where: formatReference(reference), purpose };
  const session: Session = {
    place,
    reference,
    root: new URL(`${isPlain ? 'http' : 'https'}://${host}/`),
    isPlain,
    context,
    credentials: null,
    authorization: null,
  };
  return { place, isPlain, send: (request) => send(session, request) };
}
