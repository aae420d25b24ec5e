import { kolmogorovSmirnovTail } from './kolmogorov.ts';
import { chiSquareTail, normalCdf } from './special.ts';

/** A test's statistic and its p: how probable a statistic this large is if nothing changed. */
export interface TestResult {
  readonly statistic: number;
  readonly p: number;
}

/**
 * Two-sample Kolmogorov–Smirnov statistic: the largest distance of the two empirical distribution functions.
 * Both samples in ascending order, without NaN.
 */
export function ksStatistic(left: Float64Array, right: Float64Array): number {
  const m = left.length;
  const n = right.length;
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < m && j < n) {
    const value = Math.min(left[i]!, right[j]!);
    while (i < m && left[i]! <= value) i += 1;
    while (j < n && right[j]! <= value) j += 1;
    largest = Math.max(largest, Math.abs(i / m - j / n));
  }
  return largest;
}

/**
 * Exact P(D ≥ d) for samples of m and n values without ties: every interleaving is equally probable, and a path's
 * last step into (i, j) comes from the left with probability i/(i+j). Walked forwards as the probability of having
 * left the band, so that no digits cancel. O(m·n) time, O(n) memory.
 */
export function ksExactP(d: number, m: number, n: number): number {
  const limit = d - 1e-12;
  const left = new Float64Array(n + 1);
  for (let i = 0; i <= m; i += 1)
    for (let j = 0; j <= n; j += 1) {
      if (Math.abs(i / m - j / n) >= limit) left[j] = 1;
      else if (i + j === 0) left[j] = 0;
      else left[j] = ((i > 0 ? i * left[j]! : 0) + (j > 0 ? j * left[j - 1]! : 0)) / (i + j);
    }
  return Math.min(1, left[n]!);
}

/**
 * Asymptotic P(D ≥ d): the one-sample distribution at the effective size mn/(m+n), rounded (as scipy's
 * `ks_2samp(method='asymp')`).
 */
export function ksAsymptoticP(d: number, m: number, n: number): number {
  return kolmogorovSmirnovTail(Math.round((m * n) / (m + n)), d);
}

/** Up to this many cells the exact p costs a few milliseconds. */
const exactCells = 200_000;

/** P(D ≥ d) for samples of m and n values: exact where that is cheap. 1 when a sample is empty. */
export function ksP(d: number, m: number, n: number): number {
  if (m === 0 || n === 0 || d <= 0) return 1;
  return m * n <= exactCells ? ksExactP(d, m, n) : ksAsymptoticP(d, m, n);
}

/** Two-sample Kolmogorov–Smirnov test of two ascending samples without NaN. With ties p errs on the safe side. */
export function kolmogorovSmirnov(left: Float64Array, right: Float64Array): TestResult {
  const statistic = ksStatistic(left, right);
  return { statistic, p: ksP(statistic, left.length, right.length) };
}

/**
 * Pearson's χ² test that two rows of counts have the same distribution. Empty columns do not count. `yates`
 * moves each count up to ½ towards its expectation, for 2 × 2 tables only (as scipy's `chi2_contingency`).
 */
export function chiSquare(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  yates = false,
): TestResult & { readonly dof: number } {
  let leftTotal = 0;
  let rightTotal = 0;
  let columns = 0;
  for (let k = 0; k < left.length; k += 1) {
    leftTotal += left[k]!;
    rightTotal += right[k]!;
    if (left[k]! + right[k]! > 0) columns += 1;
  }
  const dof = columns - 1;
  const total = leftTotal + rightTotal;
  if (dof < 1 || leftTotal === 0 || rightTotal === 0) return { statistic: 0, p: 1, dof: Math.max(0, dof) };
  let statistic = 0;
  for (let k = 0; k < left.length; k += 1) {
    const column = left[k]! + right[k]!;
    if (column === 0) continue;
    for (const [observed, row] of [
      [left[k]!, leftTotal],
      [right[k]!, rightTotal],
    ] as const) {
      const expected = (row * column) / total;
      const distance = Math.abs(observed - expected);
      statistic += (distance - (yates && dof === 1 ? Math.min(0.5, distance) : 0)) ** 2 / expected;
    }
  }
  return { statistic, p: chiSquareTail(statistic, dof), dof };
}

/**
 * One-sided p that a normal estimate with this standard error is above 0 by chance alone. Without noise: 0 above
 * 0, else 1; NaN where the noise is not known.
 */
export function normalDifferenceP(difference: number, standardError: number): number {
  if (Number.isNaN(standardError)) return Number.NaN;
  if (standardError <= 0) return difference > 0 ? 0 : 1;
  return normalCdf(-difference / standardError);
}
