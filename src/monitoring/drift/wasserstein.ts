import { wasserstein as distance } from '../../statistics/distances.ts';
import type { NumericPair } from './measure.ts';

/** Wasserstein distance in reference standard deviations: .1 = on average a tenth of a standard deviation away. */
export const wasserstein = {
  name: 'wasserstein',
  gives: 'effect',
  of: 'numeric',
  compute: ({ reference, referenceStd, current }: NumericPair): number => {
    const effect = distance(reference, current) / referenceStd;
    return Number.isNaN(effect) ? 0 : Math.min(effect, Number.MAX_VALUE);
  },
} as const;
