import { pairedBootstrapping } from '../statistics/bootstrap.ts';
import { exchangingAnswers, exchangingGains } from '../statistics/exchange.ts';
import { meanInterval } from '../statistics/intervals/hall.ts';
import { stackAnswers } from '../statistics/metrics/stacked.ts';
import { requireMetric, scoredFor } from './metric.ts';
import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { RowLosses } from '../statistics/metrics/metric.ts';
import type { Task } from '../modeling/model.ts';
import type { Comparison, Improvement, Interval, Scored } from './evaluation.ts';

/** Replicates of an interval that has no closed form. */
const defaultReplicates = 1000;
/** Better is what chance alone gives at most so often, one-sided. */
const beyondChance = 0.025;

/**
 * How much better `challenger` is than `champion` (positive = better, whichever way the metric points) on the same rows,
 * and whether that is beyond noise. The one place where two models are compared.
 *
 * `better` asks two things: exchanging the two answers in random rows gives as large a gain in at most 2.5 % (999
 * exchanges), and, where the metric orders models as a mean of losses does, Hall's 95 % interval of the mean gain excludes 0,
 * which sees rare large harm. Other metrics have a paired bootstrap interval to look at, and the exchange decides alone.
 */
export function improvementOf(...asked: Parameters<typeof improving>): Improvement {
  return finish(improving(...asked));
}

/** `improvementOf` in pieces. */
export function* improving(
  metric: Metric,
  champion: ScoredRows,
  challenger: ScoredRows,
  replicates: number,
  random: Random,
): Work<Improvement> {
  yield champion.target.length;
  return metric.byRow === undefined
    ? yield* improvingFigure(metric, champion, challenger, replicates, random)
    : yield* improvingLosses(metric, metric.byRow, champion, challenger, random);
}

/** Positive = `right` is better. */
function gainOf(metric: Metric, left: ScoredRows, right: ScoredRows): number {
  const once = new Int32Array(left.target.length).fill(1);
  const difference = metric.prepare(right)(once) - metric.prepare(left)(once);
  // Never -0, which is no other figure but looks like one.
  return (metric.higherIsBetter ? difference : -difference) + 0;
}

const meanOf = (losses: Float64Array): number => meanInterval(losses).mean;

function* improvingLosses(
  metric: Metric,
  { losses, slope }: RowLosses,
  champion: ScoredRows,
  challenger: ScoredRows,
  random: Random,
): Work<Improvement> {
  const before = losses(champion);
  const after = losses(challenger);
  const gains = before.map((loss, row) => loss - after[row]!);
  const unit = slope?.(meanOf(before), meanOf(after), champion) ?? 1;
  const { low, high } = meanInterval(gains);
  const { p } = yield* exchangingGains(gains, random);
  const value = gainOf(metric, champion, challenger);
  return { value, low: low * unit, high: high * unit, p, better: low > 0 && p <= beyondChance };
}

function* improvingFigure(
  metric: Metric,
  champion: ScoredRows,
  challenger: ScoredRows,
  replicates: number,
  random: Random,
): Work<Improvement> {
  const worse = metric.prepare(metric.higherIsBetter ? champion : challenger);
  const better = metric.prepare(metric.higherIsBetter ? challenger : champion);
  const rows = champion.target.length;
  const shown: Interval = yield* pairedBootstrapping(worse, better, rows, { replicates, random });
  const stacked = metric.prepare(stackAnswers(metric, champion, challenger));
  const { p } = yield* exchangingAnswers(stacked, rows, metric.higherIsBetter, random.fork('exchange'));
  return { value: shown.value, low: shown.low, high: shown.high, p, better: p <= beyondChance };
}

export interface CompareOptions {
  readonly replicates?: number;
  /** Each model's own decision threshold (binary). */
  readonly championThreshold?: number;
  readonly challengerThreshold?: number;
}

/**
 * Champion against challenger on the same labelled rows.
 *
 * @throws RangeError when they were not scored on the same rows: a comparison of different rows is meaningless.
 */
export function compareModels(...asked: Parameters<typeof comparing>): Comparison {
  return finish(comparing(...asked));
}

/** `compareModels` in pieces. */
export function* comparing(
  metricName: string,
  champion: Scored,
  challenger: Scored,
  task: Task,
  random: Random,
  options: CompareOptions = {},
): Work<Comparison> {
  const metric = requireMetric(metricName, task.kind);
  const rows = champion.target.length;
  if (
    challenger.target.length !== rows ||
    challenger.target.some((value, i) => !Object.is(value, champion.target[i]))
  )
    throw new RangeError('champion and challenger must be scored on the same rows');
  const before = scoredFor(task, champion, options.championThreshold);
  const after = scoredFor(task, challenger, options.challengerThreshold);
  const once = new Int32Array(rows).fill(1);
  return {
    metric: metricName,
    rows,
    champion: metric.prepare(before)(once),
    challenger: metric.prepare(after)(once),
    improvement: yield* improving(metric, before, after, options.replicates ?? defaultReplicates, random),
  };
}
