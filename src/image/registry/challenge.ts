/** One way to prove who asks, as a registry offers it. */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const maxHeader = 8192;
const parameter = /^\s*,?\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/;
const scheme = /^[\s,]*([\w!#$%&'*+.^`|~-]+)(?=\s|,|$)/;

/**
 * The challenges of a `WWW-Authenticate` header (RFC 9110, section 11.6.1): several, with quoted parameters that may hold commas.
 * What cannot be read ends the list.
 *
 * @example parseChallenges('Bearer realm="https://a/token",service="r"')[0]?.parameters.service === 'r'
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  for (let rest = header.slice(0, maxHeader); rest.trim() !== '';) {
    const named = scheme.exec(rest);
    if (named === null) break;
    rest = rest.slice(named[0].length);
    const parameters: [string, string][] = [];
    for (let found = parameter.exec(rest); found !== null; found = parameter.exec(rest)) {
      const [whole, name = '', quoted, bare = ''] = found;
      parameters.push([name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare]);
      rest = rest.slice(whole.length);
    }
    challenges.push({ scheme: (named[1] ?? '').toLowerCase(), parameters: Object.fromEntries(parameters) });
  }
  return challenges;
}

/** What is known of the user for one registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token that an identity provider gave (`docker login` with a browser). */
  | { readonly kind: 'identity'; readonly token: string };

/** `Basic …` (RFC 7617). */
export const basicAuthorization = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** A request for a token, ready to be sent. */
export interface TokenRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/**
 * How a bearer token is asked for (distribution spec, "Token Authentication"): GET with the user's name and password, or without for
 * public images; POST with the refresh token (OAuth 2).
 *
 * @returns undefined where the challenge names no usable address, or one without TLS although `isPlain` is false.
 */
export function tokenRequest(
  challenge: Challenge,
  scope: string,
  credentials: Credentials | null,
  isPlain: boolean,
): TokenRequest | undefined {
  const { realm = '', service = '' } = challenge.parameters;
  if (!URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !(isPlain && url.protocol === 'http:')) return undefined;
  if (credentials?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      service,
      scope,
      client_id: 'aieng',
      refresh_token: credentials.token,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { url, method: 'POST', headers, body: new TextEncoder().encode(form.toString()) };
  }
  if (service !== '') url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const headers: Record<string, string> =
    credentials === null
      ? {}
      : { authorization: basicAuthorization(credentials.username, credentials.password) };
  return { url, method: 'GET', headers, body: null };
}

/** The token of an answer, where it is one that a header can hold. */
export function tokenOf(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const token =
    'token' in value && value.token !== ''
      ? value.token
      : 'access_token' in value
        ? value.access_token
        : null;
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
