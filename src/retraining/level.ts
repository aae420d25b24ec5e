import type { Comparison } from '../evaluation/evaluation.ts';
import { formatNumber } from '../statistics/figures.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';

/** How good a model is by the pipeline's metric, with its 95 % interval. */
export interface Level {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Standard errors that a level may be worse by and still be as good. */
const tolerated = 2;

const standardErrorOf = ({ low, high }: Level): number => (high - low) / (2 * normalQuantile(0.975));

const signOf = (metric: string): 1 | -1 => (metricByName(metric)?.higherIsBetter === true ? -1 : 1);

/** By how much the second is worse than the first; negative where it is better. */
const worseBy = (metric: string, before: Level, now: Level): number =>
  signOf(metric) * (now.value - before.value);

/** The best of some levels; undefined where there is none. */
export function bestLevel(metric: string, levels: readonly Level[]): Level | undefined {
  return levels.reduce<Level | undefined>(
    (best, level) =>
      Number.isFinite(level.value) && (best === undefined || worseBy(metric, best, level) < 0) ? level : best,
    undefined,
  );
}

/** Whether a level is beyond noise worse than another: by more than two standard errors of their difference. */
export function isWorse(metric: string, before: Level, now: Level): boolean {
  const noise = Math.hypot(standardErrorOf(before), standardErrorOf(now));
  return worseBy(metric, before, now) > tolerated * noise;
}

/** What the level of a promoted challenger means for what monitoring judges by. */
export interface Norm {
  /** Monitoring judges by the challenger's own level. */
  readonly moves: boolean;
  readonly because: string;
}

/**
 * The reference moves only to a level that is within two standard errors of the best that this pipeline ever served, or
 * better: else a bad level becomes the norm, step by step, and nothing alarms any more.
 */
export function decideNorm(metric: string, best: Level | undefined, next: Level): Norm {
  const label = metricByName(metric)?.label ?? metric;
  if (best === undefined || !isWorse(metric, best, next))
    return {
      moves: true,
      because: `${label} ${formatNumber(next.value)} becomes what monitoring judges by.`,
    };
  return {
    moves: false,
    because: `${label} ${formatNumber(next.value)} is worse than the ${formatNumber(best.value)} that was served before by more than two standard errors: monitoring goes on to judge by ${formatNumber(best.value)}.`,
  };
}

/** Rows that have to judge before it is believed that nothing better is to be had. */
const fewestToAccept = 500;

/** What acceptance is decided on. */
export interface Unpromoted {
  /** Champion against the best candidate. */
  readonly comparison: Comparison;
  /** The level that monitoring judges by; null where there is none. */
  readonly reference: number | null;
  /** `monitor.performance.max_worsening`. */
  readonly maxWorsening: number;
  /** Which alarms asked for this attempt: without one there is nothing to accept. */
  readonly alarms: { readonly drift: boolean; readonly performance: boolean };
  /** How long ago the first of the attempts was that the model's being worse asked for and that promoted nothing, ms; 0 where this is it. */
  readonly failingForMs: number;
}

/** So long after a change `last-7-days` still learns from rows of before it: what it does not gain says nothing yet. */
const untilLearntMs = 7 * 86_400_000;

/**
 * Why the present population becomes the reference though nothing was promoted, or null where it does not: what alarms
 * cannot be mended. On at least 500 rows, the 97.5 % bound of what the best candidate would gain is below what matters; where
 * the model got worse, it takes a week of attempts to say so, since a new world is learnt from its own rows.
 */
export function acceptBecause({
  comparison,
  reference,
  maxWorsening,
  alarms,
  failingForMs,
}: Unpromoted): string | null {
  const { rows, improvement, metric } = comparison;
  if (!(alarms.drift || alarms.performance) || reference === null || rows < fewestToAccept) return null;
  if (alarms.performance && failingForMs < untilLearntMs) return null;
  const matters = maxWorsening * Math.abs(reference);
  if (!(improvement.high < matters)) return null;
  const label = metricByName(metric)?.label ?? metric;
  return `Nothing better is to be had: on ${rows} recent rows the best candidate gains at most ${formatNumber(improvement.high)} in ${label} (97.5 % bound), and less than ${formatNumber(matters)} does not matter. The recent rows become the reference; attempts go on weekly.`;
}
