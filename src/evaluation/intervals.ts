import { bootstrapping } from '../statistics/bootstrap.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { Random } from '../random.ts';
import type { Work } from '../work.ts';
import type { Interval } from './evaluation.ts';

/** A figure with its 95 % interval; NaN bounds where it has none. */
interface Estimate extends Interval {
  readonly metric: string;
  /** For people: why it has no interval, or what that cannot be trusted with. */
  readonly note?: string;
}

interface EstimateOptions {
  readonly replicates: number;
  readonly random: Random;
}

/**
 * Metrics with their 95 % intervals on the same rows: by the closed form that is known to hold for it where a metric has
 * one, otherwise by resampling rows (percentile bootstrap, the same resamples for all).
 */
export function* estimating(
  metrics: readonly Metric[],
  scored: ScoredRows,
  { replicates, random }: EstimateOptions,
): Work<readonly Estimate[]> {
  const rows = scored.target.length;
  const once = new Int32Array(rows).fill(1);
  const estimates = new Map<Metric, Estimate>();
  const resampled: Metric[] = [];
  for (const metric of metrics) {
    const closed = rows === 0 ? undefined : metric.interval?.(scored);
    if (closed === undefined) resampled.push(metric);
    else estimates.set(metric, { metric: metric.name, value: metric.prepare(scored)(once), ...closed });
    yield rows;
  }
  if (resampled.length === 0) return metrics.map((metric) => estimates.get(metric)!);
  const estimators = resampled.map((metric) => metric.prepare(scored));
  const intervals = yield* bootstrapping(estimators, rows, { replicates, random });
  resampled.forEach((metric, i) => {
    const { value, low, high } = intervals[i]!;
    estimates.set(metric, { metric: metric.name, value, low, high });
  });
  return metrics.map((metric) => estimates.get(metric)!);
}
