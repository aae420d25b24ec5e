/**
 * A figure for people: three significant digits, whole numbers from 1,000 on, never an exponent in between.
 *
 * @example formatNumber(0.41234) === '0.412'
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'undefined';
  const size = Math.abs(value);
  if (size >= 1000 && size < 1e15) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** `1 row`, `1,200 rows`. */
export function formatRows(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
}
