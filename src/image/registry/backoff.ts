/** How often a request is sent at most. */
export const attempts = 5;

const firstMs = 250;
const longestMs = 30_000;

/**
 * How long to wait before the next attempt (counted from 1): what the registry asks for in `Retry-After` (seconds; RFC 9110,
 * section 10.2.3), else twice as long every time. Never longer than half a minute.
 *
 * @returns ms
 */
export function waitMs(attempt: number, retryAfter: string | undefined): number {
  if (retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter))
    return Math.min(Number(retryAfter) * 1000, longestMs);
  return Math.min(firstMs * 2 ** (attempt - 1), longestMs);
}
