/** What came of one try: an answer's status, or an exchange that broke. */
export type Tried =
  { readonly status: number; readonly retryAfterSeconds: number | null } | { readonly broken: unknown };

/** Tries of one call, the first included. */
export const mostTries = 5;
/** A server may ask for patience, but not for any amount of it. */
const longestWaitMs = 30_000;
const firstWaitMs = 250;

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
  const backOffMs = firstWaitMs * 2 ** (tries - 1);
  if ('broken' in tried) return isDistrust(tried.broken) ? null : backOffMs;
  if (tried.status === 401) return tries === 1 ? 0 : null;
  if (!passing.has(tried.status)) return null;
  const asked = tried.retryAfterSeconds;
  return asked === null ? backOffMs : Math.min(asked * 1000, longestWaitMs);
}
