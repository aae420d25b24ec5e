import { binomialTail } from '../src/statistics/special.ts';

/** The largest rate that so many hits of n do not exclude at 95 % (Clopper & Pearson 1934). */
export function upperBound(hits: number, n: number): number {
  let [low, high] = [hits / n, 1];
  for (let step = 0; step < 50; step += 1) {
    const rate = (low + high) / 2;
    if (1 - binomialTail(hits + 1, n, rate) > 0.05) low = rate;
    else high = rate;
  }
  return high;
}
