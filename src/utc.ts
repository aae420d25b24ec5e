/**
 * An instant (ms since 1970) as people are told it, everywhere: to the minute, in UTC; an impossible one as a dash.
 * JSON has the number.
 *
 * @example utcMinute(0) === '1970-01-01 00:00 UTC'
 */
export const utcMinute = (at: number | null): string =>
  at !== null && Math.abs(at) <= 8.64e15
    ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : '–';

/**
 * An instant to the second, in UTC, as part of a file's name.
 *
 * @example utcFileName(0) === '1970-01-01T00-00-00Z'
 */
export const utcFileName = (at: number): string =>
  new Date(at).toISOString().slice(0, 19).replaceAll(':', '-') + 'Z';
