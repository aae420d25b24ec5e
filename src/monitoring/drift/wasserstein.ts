import { wasserstein as distance } from '../../statistics/distances.ts';
import type { NumericPair } from './measure.ts';

/**
 * Mean Wasserstein distance of two samples of the same population, E∫|Fₘ − Gₙ|: at every x the difference is about
 * normal with variance F(1 − F)(1/m + 1/n), and E|Z| = √(2/π).
 */
function distanceByChance({ reference, referenceRows, current }: NumericPair): number {
  let spread = 0;
  for (let i = 1; i < reference.length; i += 1) {
    const below = i / reference.length;
    spread += Math.sqrt(below * (1 - below)) * (reference[i]! - reference[i - 1]!);
  }
  return Math.sqrt(2 / Math.PI) * Math.sqrt(1 / referenceRows + 1 / current.length) * spread;
}

/**
 * Wasserstein distance in reference standard deviations (.1 = on average a tenth of one away), less what chance alone
 * gives on average: with 270 rows that is .09, and would nearly look like drift.
 */
export const wasserstein = {
  name: 'wasserstein',
  gives: 'effect',
  of: 'numeric',
  compute: (pair: NumericPair): number => {
    const { reference, referenceStd, current } = pair;
    const effect = (distance(reference, current) - distanceByChance(pair)) / referenceStd;
    return Number.isNaN(effect) ? 0 : Math.min(Math.max(0, effect), Number.MAX_VALUE);
  },
} as const;
