import { hypergeometricP } from './special.ts';

/**
 * A share of rows that changes by so much matters: five points. The one size for checks of a snapshot and for
 * monitoring, so that what warns at the one alarms at the other. A true change of ten points is then seen nearly always,
 * where a border at ten would miss every other one.
 */
export const smallestShareChange = 0.05;

/** Numbers with no more different values than this are looked at like categories: by the share of each value. */
export const discreteValues = 10;

/** What rounding takes from .4 − .3 is forgiven. */
export const shareMatters = (change: number, floor = smallestShareChange): boolean =>
  Math.abs(change) >= floor - 1e-12;

/** How two rows of counts of the same words differ. */
export interface ShareChange {
  /**
   * The smallest exact two-sided p of one word's count (hypergeometric: how the rows that have it fall to the two sides
   * by chance), times the number of words that occur; at most 1.
   */
  readonly p: number;
  /** The largest change of one word's share, without its sign. */
  readonly change: number;
}

/** Compares the shares of each word, `before` of m rows and `after` of n; of an empty side nothing can be said (p = 1, change 0). */
export function compareShares(before: ArrayLike<number>, after: ArrayLike<number>): ShareChange {
  let m = 0;
  let n = 0;
  let words = 0;
  for (let k = 0; k < before.length; k += 1) {
    m += before[k]!;
    n += after[k]!;
    if (before[k]! + after[k]! > 0) words += 1;
  }
  let p = 1;
  let change = 0;
  if (m === 0 || n === 0) return { p, change };
  for (let k = 0; k < before.length; k += 1) {
    const rows = before[k]! + after[k]!;
    // A word that is everywhere or nowhere has no other way to fall.
    if (rows === 0 || rows === m + n) continue;
    p = Math.min(p, hypergeometricP(after[k]!, m + n, rows, n));
    change = Math.max(change, Math.abs(after[k]! / n - before[k]! / m));
  }
  return { p: Math.min(1, p * words), change };
}

/** One word's share: `before` of m rows, `after` of n, the one among `words` words whose share changed most. */
export function compareOneShare(
  before: number,
  m: number,
  after: number,
  n: number,
  words: number,
): ShareChange {
  if (m === 0 || n === 0) return { p: 1, change: 0 };
  const p = hypergeometricP(after, m + n, before + after, n);
  return { p: Math.min(1, p * words), change: Math.abs(after / n - before / m) };
}

/** Cells that never were missing matter from one row of a hundred on, as a word does that never was there. */
export const smallestNewShare = 0.01;

/** A check of a snapshot is one look, at dozens of columns. */
const chance = 0.001;

/** Does a change of a share matter, and does chance alone not make it? */
export const shareChanged = ({ p, change }: ShareChange): boolean => shareMatters(change) && p <= chance;

/** The same of missing cells, which also matter where there were none. */
export function missingChanged(before: number, m: number, after: number, n: number): boolean {
  const compared = compareOneShare(before, m, after, n, 2);
  const isNew = before === 0 && compared.p <= chance && shareMatters(compared.change, smallestNewShare);
  return isNew || shareChanged(compared);
}
