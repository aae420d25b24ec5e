import { normalQuantile } from '../normalQuantile.ts';
import type { Bounds } from './bounds.ts';
import { confidenceTail, nowhere } from './bounds.ts';

/** 95 % interval of a share, `hits` of `count` (Wilson 1927). */
export function shareInterval(hits: number, count: number): Bounds {
  if (!(count > 0)) return nowhere;
  const z2 = normalQuantile(1 - confidenceTail) ** 2;
  const centre = (hits + z2 / 2) / (count + z2);
  const share = hits / count;
  const half = (Math.sqrt(z2) * Math.sqrt(count * share * (1 - share) + z2 / 4)) / (count + z2);
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === count ? 1 : Math.min(1, centre + half),
  };
}

/**
 * 95 % interval of the difference of two independent shares, left − right (Newcombe 1998, method 10: of the two Wilson
 * intervals).
 */
export function shareDifferenceInterval(
  left: { readonly hits: number; readonly count: number },
  right: { readonly hits: number; readonly count: number },
): Bounds {
  const own = shareInterval(left.hits, left.count);
  const other = shareInterval(right.hits, right.count);
  const [p, q] = [left.hits / left.count, right.hits / right.count];
  return {
    low: p - q - Math.hypot(p - own.low, other.high - q),
    high: p - q + Math.hypot(own.high - p, q - other.low),
  };
}

/** 95 % interval of F1: Wilson's on TP / (TP + FP + FN), of which F1 is a monotone function (Lam et al. 2023). */
export function f1Interval(hits: number, misses: number): Bounds {
  const { low, high } = shareInterval(hits, hits + misses);
  return { low: (2 * low) / (1 + low), high: (2 * high) / (1 + high) };
}
