import { setTimeout as wait } from 'node:timers/promises';
import { AiengError, dataError, interruptedError, usageError } from '../../errors.ts';
import { mostTries, waitMs } from '../../retry.ts';
import type { RemoteSource } from './remoteSource.ts';

/** The code of a fault, in the words of Node or of the server. */
export const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';

/** What a fault says, on one line; an error of several (a host with two addresses) says what its first one does. */
export function saidBy(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return saidBy(cause.errors[0]);
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text || codeOf(cause) || 'no reason')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 300);
}

const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // The server is starting, stopping, or full.
  '57P03',
  '57P01',
  '53300',
  'ER_CON_COUNT_ERROR',
  'PROTOCOL_CONNECTION_LOST',
]);

/** May the same call succeed in a moment? */
export const isPassing = (cause: unknown): boolean =>
  passing.has(codeOf(cause)) || (cause instanceof AggregateError && cause.errors.some(isPassing));

/** Seconds that an answer asks us to wait; null = it does not say. */
const askedFor = (cause: unknown): number | null =>
  typeof cause === 'object' && cause !== null && 'retryAfter' in cause && typeof cause.retryAfter === 'number'
    ? cause.retryAfter
    : null;

/** Tries a call that begins something again, while its fault may pass. */
export async function patiently<Result>(
  { access: { signal } }: RemoteSource,
  call: () => Promise<Result>,
  isOver: (cause: unknown) => boolean = isPassing,
): Promise<Result> {
  const heed = (): void => {
    if (signal.aborted) throw interruptedError();
  };
  for (let failures = 1; ; failures += 1) {
    heed();
    try {
      return await call();
    } catch (cause) {
      heed();
      if (!isOver(cause) || failures === mostTries) throw cause;
      await wait(waitMs(failures, askedFor(cause)), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A server that cannot be spoken with. What the driver said is told; its error is not kept: it may hold the password. */
export const unreachable = ({ displayPath }: RemoteSource, cause: unknown, what = 'the server'): AiengError =>
  usageError({
    code: 'source-unreachable',
    message: `${displayPath}: ${what} cannot be reached: ${saidBy(cause)}.`,
    hint: 'Check that it runs, that host and port are right, and that this machine may connect to it.',
    at: { file: displayPath },
  });

/** Codes of certificates that prove nothing, as TLS has them. */
const unprovenCodes = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

/** Is this the fault of a server that cannot encrypt, or does not prove who it is? */
export const isUnproven = (cause: unknown): boolean =>
  unprovenCodes.test(codeOf(cause)) || /does not support SSL/.test(saidBy(cause));

/** A server that does not encrypt, or does not prove who it is, where the address asks for it. */
export const unproven = ({ displayPath }: RemoteSource, cause: unknown, parameter: string): AiengError =>
  usageError({
    code: 'source-unproven',
    message: `${displayPath}: there is no encrypted connection as ${parameter} asks for it: ${saidBy(cause)}.`,
    hint: unprovenCodes.test(codeOf(cause))
      ? `Name the authority that signed the server's certificate: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem. Without proof of who it is: ${parameter}=require.`
      : `Turn TLS on at the server, or write ${parameter}=prefer (or disable) where the way to it is safe.`,
    at: { file: displayPath },
  });

/** Who asks is not let in. */
export const refused = ({ displayPath }: RemoteSource, cause: unknown, variable: string): AiengError =>
  usageError({
    code: 'source-refused',
    message: `${displayPath}: the server does not let us in: ${saidBy(cause)}.`,
    hint: `Check the user in the address, and the password in the environment: export ${variable}=…`,
    at: { file: displayPath },
  });

/** The server does not take the query. */
export const badQuery = (
  { displayPath, access: { table, query } }: RemoteSource,
  cause: unknown,
): AiengError =>
  usageError({
    code: 'source-query',
    message: `${displayPath}: the ${query === null ? `table ${table ?? ''}` : 'query'} cannot be read: ${saidBy(cause)}.`,
    hint: `Correct source.${query === null ? 'table' : 'query'} (and source.cursor, where there is one), or ask for the right to read it.`,
    at: { file: displayPath },
  });

/** It was too long silent. */
export const tooSlow = ({ displayPath, access: { timeoutMs } }: RemoteSource, rows: number): AiengError =>
  dataError({
    code: 'source-slow',
    message: `${displayPath}: no answer within ${timeoutMs / 1000} s${rows === 0 ? '' : `, after ${rows} rows`}. Nothing was written.`,
    hint: 'Raise source.timeout (seconds), or make the query faster: an index on the cursor column helps most.',
    at: { file: displayPath },
  });

/** The connection broke while rows came. */
export const lost = ({ displayPath }: RemoteSource, cause: unknown, rows: number): AiengError =>
  dataError({
    code: 'source-lost',
    message: `${displayPath}: the connection was lost after ${rows} rows: ${saidBy(cause)}. Nothing was written.`,
    hint: 'Run the same command again; where it happens again, look into the log of the server.',
    at: { file: displayPath },
  });

/** A fault that was told already passes on as it is. */
export const isTold = (cause: unknown): cause is AiengError => cause instanceof AiengError;
