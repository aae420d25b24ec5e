import type { Comparison } from '../evaluation/evaluation.ts';
import { isBeyondNoise } from '../statistics/exchange.ts';
import { formatNumber } from '../statistics/figures.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import type { RetrainSection } from '../pipeline/pipeline.ts';
import type { Past } from './waits.ts';
import { hasPassed, restMs, weekMs } from './waits.ts';

/** Whether to train a challenger, and why (not). */
export type Decision =
  | { readonly retrain: true; readonly because: string }
  | {
      readonly retrain: false;
      readonly reason: 'no-trigger' | 'cooldown' | 'budget-spent';
      readonly because: string;
    };

/** What the decision looks at. Times are ms since 1970 UTC. */
export interface Situation {
  readonly now: number;
  readonly fired: readonly string[];
  readonly past: Past;
  /** The model is worse, or nobody knows, or somebody asked for a training: drift alone of a model that is as good as ever can wait. */
  readonly isUrgent: boolean;
  /** Asked for by a person: neither trigger, cooldown nor budget is needed. */
  readonly force: boolean;
}

type Policy = Pick<RetrainSection, 'cooldown_hours' | 'budget'>;

const hours = (ms: number): string => (ms / 3_600_000).toFixed(1);
const times = (count: number): string => (count === 1 ? 'once' : `${count} times in a row`);

function restWords(rest: number, cooldown: number | null, failures: number, isUrgent: boolean): string {
  if (cooldown === null && !isUrgent)
    return 'only drift asks for another, while the model is as good as before on the labels that came (a week lies between)';
  return cooldown === null && failures > 0
    ? `nothing was promoted ${times(failures)}, so the next attempt waits for ${hours(rest)} h`
    : `the cooldown is ${hours(rest).replace(/\.0$/, '')} h`;
}

/** What holds an attempt back though a trigger fired, or null. */
function heldBack(
  { cooldown_hours: cooldown, budget }: Policy,
  { now, past, isUrgent }: Situation,
): { readonly reason: 'cooldown' | 'budget-spent'; readonly because: string } | null {
  const { lastAttemptAt, failures, thisWeek } = past;
  const sinceMs = lastAttemptAt === null ? Infinity : now - lastAttemptAt;
  const rest = cooldown === null && !isUrgent ? weekMs : restMs(cooldown, failures);
  if (!hasPassed(sinceMs, rest)) {
    const why = restWords(rest, cooldown, failures, isUrgent);
    return {
      reason: 'cooldown',
      because: `A trigger fired, but the last challenger was trained ${hours(sinceMs)} h ago and ${why}: wait another ${hours(rest - sinceMs)} h (or use --force).`,
    };
  }
  if (budget === null || thisWeek.length < budget) return null;
  const freeIn = thisWeek[thisWeek.length - budget]! + weekMs - now;
  return {
    reason: 'budget-spent',
    because: `A trigger fired, but ${thisWeek.length} challengers were trained in the last seven days and the budget is ${budget} (retrain.budget): wait another ${hours(freeIn)} h (or use --force).`,
  };
}

/** Trains when a trigger fired, and the rest and the budget allow it. */
export function decide(policy: Policy, situation: Situation): Decision {
  const { force, fired } = situation;
  if (!force && fired.length === 0)
    return { retrain: false, reason: 'no-trigger', because: 'No trigger fired: nothing to do.' };
  const held = force ? null : heldBack(policy, situation);
  if (held !== null) return { retrain: false, ...held };
  return {
    retrain: true,
    because: force
      ? 'Asked for with --force.'
      : `${fired.length} ${fired.length === 1 ? 'trigger' : 'triggers'} fired: ${fired[0]!}`,
  };
}

/** Why there are too few labels to train and judge a challenger, or null where there are enough. */
export const tooFewToTrain = (
  { min_labelled_rows: needed }: Pick<RetrainSection, 'min_labelled_rows'>,
  rows: number,
): string | null =>
  rows >= needed
    ? null
    : `${rows} labelled recent rows, ${needed} are needed to train and judge a challenger.`;

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

/** Who was compared: the more there were, the likelier is it that one of them was lucky. */
const amongWords = (candidates: number): string =>
  candidates <= 1 ? '' : ` (the best of ${candidates} candidates)`;

/**
 * Promotes when the improvement on the same recent rows is above the margin and beyond noise (see `improvementOf`), or
 * the champion stays. A harm that these rows do not hold cannot be seen.
 */
export function decidePromotion(comparison: Comparison, margin: number, candidates = 1): Promotion {
  const { improvement, metric, rows, champion, challenger } = comparison;
  const chance = improvement.p === undefined ? '' : `, p ${formatNumber(improvement.p)}`;
  const label = metricByName(metric)?.label ?? metric;
  const evidence = `${label} ${formatNumber(champion)} → ${formatNumber(challenger)} on the same ${rows} recent rows${amongWords(candidates)}, improvement ${formatNumber(improvement.value)} (95 % interval ${formatNumber(improvement.low)} to ${formatNumber(improvement.high)}${chance})`;
  if (!isBeyondNoise(improvement))
    return { promote: false, because: `Not better beyond noise: ${evidence}.` };
  if (!(improvement.value > margin))
    return { promote: false, because: `Better, but not by the margin of ${margin}: ${evidence}.` };
  return { promote: true, because: `Better beyond noise: ${evidence}.` };
}
