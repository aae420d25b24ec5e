import type { Bounds } from './bounds.ts';

/** `value ± reach` on the scale of log odds, for a value strictly between 0 and 1 with a standard error of its own. */
export function logitInterval(value: number, error: number, quantile: number): Bounds {
  const centre = Math.log(value / (1 - value));
  const reach = (quantile * error) / (value * (1 - value));
  const back = (odds: number): number => 1 / (1 + Math.exp(-odds));
  return { low: back(centre - reach), high: back(centre + reach) };
}
