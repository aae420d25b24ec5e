import type { Comparison } from '../evaluation/evaluation.ts';
import { isBeyondNoise } from '../statistics/exchange.ts';
import { formatNumber } from '../statistics/figures.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import type { RetrainSection } from '../pipeline/pipeline.ts';

/** Whether to train a challenger, and why (not). */
export type Decision =
  | { readonly retrain: true; readonly because: string }
  | {
      readonly retrain: false;
      readonly reason: 'no-trigger' | 'cooldown' | 'not-enough-data';
      readonly because: string;
    };

/** What the decision looks at. Times are ms since 1970 UTC. */
export interface Situation {
  readonly now: number;
  readonly fired: readonly string[];
  /** When a challenger was last trained, or null. */
  readonly lastAttemptAt: number | null;
  readonly labelledRows: number;
  /** Asked for by a person: neither trigger nor cooldown is needed, data still is. */
  readonly force: boolean;
}

const hours = (ms: number): string => (ms / 3_600_000).toFixed(1);

/** Trains when a trigger fired, the cooldown is over and there are labels enough to judge a challenger. */
export function decide(
  policy: Pick<RetrainSection, 'cooldown_hours' | 'min_labelled_rows'>,
  situation: Situation,
): Decision {
  const { force, fired, lastAttemptAt, labelledRows, now } = situation;
  if (!force && fired.length === 0)
    return { retrain: false, reason: 'no-trigger', because: 'No trigger fired: nothing to do.' };
  const sinceMs = lastAttemptAt === null ? Infinity : now - lastAttemptAt;
  const cooldownMs = policy.cooldown_hours * 3_600_000;
  if (!force && sinceMs < cooldownMs)
    return {
      retrain: false,
      reason: 'cooldown',
      because: `A trigger fired, but the last challenger was trained ${hours(sinceMs)} h ago and the cooldown is ${policy.cooldown_hours} h: wait another ${hours(cooldownMs - sinceMs)} h (or use --force).`,
    };
  if (labelledRows < policy.min_labelled_rows)
    return {
      retrain: false,
      reason: 'not-enough-data',
      because: `${labelledRows} labelled recent rows, ${policy.min_labelled_rows} are needed to train and judge a challenger.`,
    };
  return {
    retrain: true,
    because: force
      ? 'Asked for with --force.'
      : `${fired.length} ${fired.length === 1 ? 'trigger' : 'triggers'} fired: ${fired[0]!}`,
  };
}

/**
 * Why there are too few rows to compare the models on, or null where there are enough: a harm to a few rows in a hundred
 * is not in fewer. `seen`: left out.
 */
export function tooFewToCompare(
  { min_compare_rows: needed }: Pick<RetrainSection, 'min_compare_rows'>,
  rows: number,
  seen: number,
): string | null {
  if (rows >= needed) return null;
  const leftOut = seen === 0 ? '' : `; ${seen} more were left out, because the champion was fitted on them`;
  return `${rows} labelled recent rows can judge, ${needed} are needed to tell a better model from luck (retrain.min_compare_rows)${leftOut}.`;
}

/** Whether the challenger replaces the champion. */
export interface Promotion {
  readonly promote: boolean;
  readonly because: string;
}

/**
 * Promotes when the improvement on the same recent rows is above the margin and beyond noise (see `improvementOf`), or
 * the champion stays. A harm that these rows do not hold cannot be seen.
 */
export function decidePromotion(comparison: Comparison, margin: number): Promotion {
  const { improvement, metric, rows, champion, challenger } = comparison;
  const chance = improvement.p === undefined ? '' : `, p ${formatNumber(improvement.p)}`;
  const label = metricByName(metric)?.label ?? metric;
  const evidence = `${label} ${formatNumber(champion)} → ${formatNumber(challenger)} on the same ${rows} recent rows, improvement ${formatNumber(improvement.value)} (95 % interval ${formatNumber(improvement.low)} to ${formatNumber(improvement.high)}${chance})`;
  if (!isBeyondNoise(improvement))
    return { promote: false, because: `Not better beyond noise: ${evidence}.` };
  if (!(improvement.value > margin))
    return { promote: false, because: `Better, but not by the margin of ${margin}: ${evidence}.` };
  return { promote: true, because: `Better beyond noise: ${evidence}.` };
}
