import { moments, sampleStd } from '../moments.ts';
import { studentQuantile } from '../student.ts';
import type { Bounds } from './bounds.ts';
import { confidenceTail, nowhere } from './bounds.ts';

/** What the mean of a sample says of the mean that it was drawn from. */
interface MeanInterval extends Bounds {
  readonly mean: number;
  /** Of the population moments; 0 where all values are equal. */
  readonly skewness: number;
  readonly count: number;
}

/** Third standardised moment of the finite values. */
function skewnessOf(values: ArrayLike<number>, mean: number, std: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    sum += ((value - mean) / std) ** 3;
    count += 1;
  }
  return sum / count;
}

/** Under this the cubic is a line to all digits. */
const straight = 1e-7;

/** Hall's cubic turned round: what a standardised mean is worth once its skewness is taken out. */
function untransform(z: number, slope: number, shift: number): number {
  if (Math.abs(slope) < straight) return z - shift;
  return (Math.cbrt(1 + 3 * slope * (z - shift)) - 1) / slope;
}

/**
 * 95 % interval of a mean whose sample is skewed, by Hall's monotone cubic (1992, JRSS B 54: 221) with quantiles of
 * Student's t. Values that are not finite are left out; NaN bounds for fewer than two.
 */
export function meanInterval(values: ArrayLike<number>): MeanInterval {
  const own = moments(values);
  const { count, mean, std } = own;
  if (count < 2) return { ...nowhere, mean, skewness: 0, count };
  if (std === 0) return { mean, low: mean, high: mean, skewness: 0, count };
  const skewness = skewnessOf(values, mean, std);
  const error = sampleStd(own) / Math.sqrt(count);
  const slope = skewness / (3 * Math.sqrt(count));
  const shift = skewness / (6 * Math.sqrt(count));
  const z = studentQuantile(confidenceTail, count - 1);
  return {
    mean,
    low: mean - error * untransform(z, slope, shift),
    high: mean - error * untransform(-z, slope, shift),
    skewness,
    count,
  };
}
