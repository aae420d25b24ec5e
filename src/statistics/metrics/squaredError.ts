import type { ScoredRows } from './metric.ts';

/** Squared errors by row. */
export const squaredErrors = ({ scores, target }: ScoredRows): Float64Array =>
  target.map((value, i) => (scores[i]! - value) ** 2);
