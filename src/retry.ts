/** How patient somebody is who tries again. */
export interface Patience {
  /** Wait after the first failure, ms. */
  readonly firstMs: number;
  /** No wait is longer, ms. */
  readonly longestMs: number;
}

/**
 * Exponential back-off: `firstMs` after the first failure, twice as long after each further one, never above `longestMs`.
 *
 * @param failures in a row, from 1
 * @returns ms
 * @example backOffMs(3, { firstMs: 250, longestMs: 30_000 }) === 1000
 */
export const backOffMs = (failures: number, { firstMs, longestMs }: Patience): number =>
  Math.min(firstMs * 2 ** (failures - 1), longestMs);

/** Tries of one call over a network, the first included. */
export const mostTries = 5;

/** With servers of others. */
export const serverPatience: Patience = { firstMs: 250, longestMs: 30_000 };

/**
 * The wait before the next try: what the server asks for in `Retry-After` (whole seconds; RFC 9110, section 10.2.3), else
 * the back-off. A server may ask for patience, but not for any amount of it.
 *
 * @returns ms
 */
export const waitMs = (
  failures: number,
  retryAfterSeconds: number | null,
  patience: Patience = serverPatience,
): number =>
  retryAfterSeconds === null
    ? backOffMs(failures, patience)
    : Math.min(retryAfterSeconds * 1000, patience.longestMs);

/** `Retry-After` as whole seconds, or null: dates and nonsense are not waited for. */
export const retryAfterSeconds = (header: string | null | undefined): number | null =>
  typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : null;
