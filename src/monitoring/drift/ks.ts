import { ksP, ksStatistic } from '../../statistics/tests.ts';
import type { NumericPair } from './measure.ts';

/**
 * p of the two-sample Kolmogorov–Smirnov test, with the true number of rows on both sides. Where the reference is k
 * order statistics of more rows its distribution function is known to within 1/(2k) only; that much is taken off
 * the distance, so that a large reference does not alarm on its own rounding.
 */
export const ks = {
  name: 'ks',
  gives: 'p',
  of: 'numeric',
  compute: ({ reference, referenceRows, current }: NumericPair): number => {
    const rounding = reference.length < referenceRows ? 1 / (2 * reference.length) : 0;
    return ksP(Math.max(0, ksStatistic(reference, current) - rounding), referenceRows, current.length);
  },
} as const;
