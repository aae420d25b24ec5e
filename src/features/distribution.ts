import { finiteRange, moments } from '../statistics/moments.ts';
import { quantile } from '../statistics/quantiles.ts';

// What is fitted is written down as JSON: where a column has no finite value, its figures are 0.
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** Mean and population standard deviation of the finite values; 0, 0 where there is none. */
export function fittedMoments(values: Float64Array): { readonly mean: number; readonly std: number } {
  const { mean, std } = moments(values);
  return { mean: orZero(mean), std: orZero(std) };
}

/** Smallest and largest finite value; 0, 0 where there is none. */
export function fittedRange(values: Float64Array): { readonly low: number; readonly high: number } {
  const { low, high } = finiteRange(values);
  return { low: orZero(low), high: orZero(high) };
}

/** Quantile of ascending finite values; 0 where there is none. */
export const fittedQuantile = (ascending: Float64Array, probability: number): number =>
  orZero(quantile(ascending, probability));

/** Are there missing values? */
export function hasMissing(values: Float64Array): boolean {
  return values.some(Number.isNaN);
}

/** Where a value stands between two bounds, 0 at `low` and 1 at `high`; without overflow. `low < high`. */
export function shareBetween(value: number, low: number, high: number): number {
  const width = high - low;
  return Number.isFinite(width) ? (value - low) / width : (value / 2 - low / 2) / (high / 2 - low / 2);
}

/** A number in a feature's name: at most six significant digits. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));
