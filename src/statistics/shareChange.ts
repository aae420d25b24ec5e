/**
 * A share of rows that changes by so much matters: ten points. The one size for checks of a snapshot and for
 * monitoring, so that what warns at the one alarms at the other.
 */
const smallestShareChange = 0.1;

/** Numbers with no more different values than this are looked at like categories: by the share of each value. */
export const discreteValues = 10;

/**
 * Did a share, `then` of m rows and `now` of n, change by ten points or more, beyond noise? The standard error of the
 * difference of two shares is at most ½ √(1/m + 1/n); four of them are beyond noise, also where a table has dozens of
 * columns with as many words. What rounding takes from .4 − .3 is forgiven.
 */
export const shareChanged = (then: number, m: number, now: number, n: number): boolean =>
  m > 0 &&
  n > 0 &&
  Math.abs(now - then) >= Math.max(smallestShareChange - 1e-12, 2 * Math.sqrt(1 / m + 1 / n));

/** The largest change of a share that `shareChanged` speaks of, of rows of counts of the same words; 0 = there is none. */
export function largestShareChange(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let [m, n] = [0, 0];
  for (let k = 0; k < before.length; k += 1) {
    m += before[k]!;
    n += after[k]!;
  }
  let largest = 0;
  for (let k = 0; k < before.length; k += 1) {
    const [then, now] = [before[k]! / m, after[k]! / n];
    if (shareChanged(then, m, now, n)) largest = Math.max(largest, smallestShareChange, Math.abs(now - then));
  }
  return largest;
}
