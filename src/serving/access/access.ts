import { isIP } from 'node:net';
import { sha256 } from '../../digest.ts';
import { socketPathOf } from '../../serviceAddress.ts';

/** What a token is good for: asking the model, or telling it what was true. */
export const purposes = ['predict', 'feedback'] as const;
export type Purpose = (typeof purposes)[number];

/** A token as the service knows it: never itself. */
export interface KnownToken {
  /** Whose it is, in the words of the pipeline. */
  readonly name: string;
  /** SHA-256 of the token, in hexadecimal. */
  readonly hash: string;
  readonly purposes: readonly Purpose[];
}

/** Who may call a service. */
export interface Access {
  /** Names by which callers reach it, beside addresses and `localhost`; `*.example.com` means every name below. */
  readonly hosts: readonly string[];
  /** Empty: whoever reaches it may call. */
  readonly tokens: readonly KnownToken[];
}

/** Whoever is on this machine, by its address or as localhost. */
export const openAccess: Access = { hosts: [], tokens: [] };

/** A token's hash: it has 256 random bits, so that nothing slower is needed to hide it. */
export const tokenHash = (token: string): string => sha256(token);

/** Does this address reach nobody but this machine? */
export const isLoopback = (host: string): boolean =>
  socketPathOf(host) !== null ||
  host === 'localhost' ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string');

function parseToken(value: unknown): KnownToken {
  const { name, hash, purposes: given } = value as Partial<Record<keyof KnownToken, unknown>>;
  const known = isTexts(given) ? purposes.filter((purpose) => given.includes(purpose)) : [];
  if (
    typeof name !== 'string' ||
    typeof hash !== 'string' ||
    !/^[0-9a-f]{64}$/.test(hash) ||
    known.length === 0
  )
    throw new TypeError('a token has a name, a hash and what it is good for');
  return { name, hash, purposes: known };
}

/** Reads what `serve --access` is given. Throws a TypeError or SyntaxError for what is none: nothing is open by mistake. */
export function parseAccess(text: string): Access {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError('access is an object');
  const { hosts, tokens } = value as Partial<Record<keyof Access, unknown>>;
  if (!isTexts(hosts) || !Array.isArray(tokens)) throw new TypeError('access has hosts and tokens');
  return { hosts, tokens: tokens.map(parseToken) };
}
