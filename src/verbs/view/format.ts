import { formatNumber } from '../../statistics/figures.ts';

/** Numbers, times and names as a person reads them. */

const digits = /\B(?=(\d{3})+(?!\d))/g;

/** `12,345`. */
export const count = (value: number): string => String(Math.round(value)).replaceAll(digits, ',');

/** `1 row`, `12,345 rows`. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** A figure as it stands in the reports and the pages too, `–` for nothing. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return formatNumber(value);
}

/** `12.5 %`. */
export const percent = (share: number): string => `${String(Number((share * 100).toFixed(1)))} %`;

/** `180 ms`, `2.4 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
}

/** `512 B`, `12.3 kB`, `4.0 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(1)} GB`;
}

/** The first 12 characters of a digest: enough to recognise it. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256[:-]/, '').slice(0, 12);

/** `churn@3`, or the name alone where there is no version. */
export const versioned = (name: string, version: number | null | undefined): string =>
  version === null || version === undefined ? name : `${name}@${version}`;
