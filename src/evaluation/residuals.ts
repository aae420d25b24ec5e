import type { ScoredRows } from '../statistics/metrics/index.ts';
import { quantile } from '../statistics/quantiles.ts';
import type { Evaluation } from './evaluation.ts';

type Residuals = NonNullable<Evaluation['residuals']>;

const bins = 10;
const mostPoints = 200;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Answers beside the truth: rows evenly by the rank of their answer, and what is left over in tenths of the answers. */
export function residualsOf({ scores, target }: ScoredRows): Residuals {
  const order = [...target.keys()].sort((left, right) => scores[left]! - scores[right]! || left - right);
  const rows = order.length;
  const count = Math.min(mostPoints, rows);
  const points = Array.from({ length: count }, (_, k) => {
    const row = order[count === 1 ? 0 : Math.round((k * (rows - 1)) / (count - 1))]!;
    return { predicted: scores[row]!, actual: target[row]! };
  });
  const parts = Math.min(bins, rows);
  const tenths = Array.from({ length: parts }, (_, part) => {
    const own = order.slice(Math.floor((part * rows) / parts), Math.floor(((part + 1) * rows) / parts));
    const over = Float64Array.from(own, (row) => target[row]! - scores[row]!).sort();
    return {
      predicted: mean(Float64Array.from(own, (row) => scores[row]!)),
      actual: mean(Float64Array.from(own, (row) => target[row]!)),
      low: quantile(over, 0.1),
      high: quantile(over, 0.9),
      rows: own.length,
    };
  });
  return { points, tenths };
}
