import { mostTries, waitMs } from '../../../../retry.ts';

/** What came of one try: an answer's status, or an exchange that broke. */
export type Tried =
  { readonly status: number; readonly retryAfterSeconds: number | null } | { readonly broken: unknown };

/** The server's certificate is not one that we trust: it will not be in a second either. */
export const isDistrust = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /CERT|SELF_SIGNED|VERIFY/.test(error.code);

/** The server did not do what was asked, or doing it twice changes nothing: every call of ours is of that kind. */
const passing = new Set([429, 500, 502, 503, 504]);

/**
 * How long to wait before the next try (ms), or null: the answer stands. 429 and 5xx wait as long as `Retry-After`
 * says (at most 30 s), else 250 ms, doubled with each try. 401 is tried once more, with new credentials.
 *
 * @param tries how many were made
 */
export function waitBeforeNext(tried: Tried, tries: number): number | null {
  if (tries >= mostTries) return null;
  if ('broken' in tried) return isDistrust(tried.broken) ? null : waitMs(tries, null);
  if (tried.status === 401) return tries === 1 ? 0 : null;
  if (!passing.has(tried.status)) return null;
  return waitMs(tries, tried.retryAfterSeconds);
}
