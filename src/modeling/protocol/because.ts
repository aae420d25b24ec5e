import { formatCount, formatDigits, formatList, formatNumber } from '../../statistics/figures.ts';
import { metricByName } from '../../statistics/metrics/index.ts';
import type { Task } from '../model.ts';
import { meanOfLosses } from './blend.ts';
import { isBetter, pairedGain } from './choose.ts';
import type { LossName } from './choose.ts';
import type { OutOfFold } from './outOfFold.ts';

/** What was found, and what was kept. */
interface Told {
  readonly task: Task;
  readonly metric: string;
  readonly loss: LossName;
  readonly results: readonly OutOfFold[];
  /** Those that the blend is of. */
  readonly alike: readonly OutOfFold[];
  readonly folds: number;
  readonly kept: OutOfFold;
  readonly best: OutOfFold;
  /** The column of the rule that is kept. */
  readonly rule: string | null;
  readonly blend: {
    readonly losses: Float64Array;
    readonly weights: readonly number[];
    readonly value: number;
  } | null;
  /** Names of those that the first round left out. */
  readonly left: readonly string[];
}

/** A metric's value for people, from what training watches (lower is better). */
function figure(metric: string, value: number): string {
  const known = metricByName(metric);
  return formatDigits(known?.higherIsBetter === true ? -value : value, 4);
}

/**
 * Why the model is what it is: the figures of all candidates in the metric's own unit, and what decided. The rows are
 * those that each fit knew nothing of.
 */
export function because(told: Told): string {
  const { metric, results, folds, kept, best, blend } = told;
  const unit = metricByName(metric)?.label ?? metric;
  const rows = formatCount(kept.rows.length, 'row');
  const where = folds === 1 ? `on ${rows} that no fit had seen` : `out of fold on ${rows} (${folds} folds)`;
  const left = leftOut(told);
  if (results.length === 1)
    return `${kept.name} is the only candidate: ${unit} ${figure(metric, kept.value)} ${where}.${left}`;
  if (blend !== null) {
    const parts = told.alike.flatMap(({ name }, at) =>
      blend.weights[at]! > 0 ? [`${name} ${formatNumber(blend.weights[at]!)}`] : [],
    );
    return `A blend of ${formatList(parts, parts.length)} is better than each alone beyond noise: ${unit} ${figure(metric, blend.value)} against ${against(told, null)}, ${where}; ${gained(told, best.losses, blend.losses)}.${left}`;
  }
  const start = `${unit} ${figure(metric, kept.value)} against ${against(told, kept)}, ${where}`;
  if (told.rule !== null) return `${ruleShips(told)}: ${start}; ${gained(told, ...apart(told))}.${left}`;
  if (kept !== best)
    return `${kept.name} is kept, being simpler: ${start}; ${best.name} is not better ${isBetter(kept.losses, best.losses) ? 'by a hundredth' : 'beyond noise'} (${gained(told, kept.losses, best.losses)}).${left}`;
  const next = bestOfOthers(results, kept);
  const how = isBetter(next.losses, kept.losses) ? ' beyond noise' : '';
  return `${kept.name} is best${how}: ${start}; ${gained(told, next.losses, kept.losses)}.${left}`;
}

const ruleShips = ({ rule, kept, best }: Told): string =>
  kept === best
    ? `One rule on ${rule} is better than anything more complex, and ships`
    : `One rule on ${rule} is as good as ${best.name} (not better ${isBetter(kept.losses, best.losses) ? 'by a hundredth' : 'beyond noise'}): it ships`;

/** Losses of the worse and of the better one: what is kept, and the best of the others. */
function apart({ results, kept, best }: Told): [worse: Float64Array, better: Float64Array] {
  if (kept !== best) return [kept.losses, best.losses];
  return [bestOfOthers(results, kept).losses, kept.losses];
}

const bestOfOthers = (results: readonly OutOfFold[], kept: OutOfFold): OutOfFold =>
  results
    .filter((each) => each !== kept)
    .reduce((one, other) => (meanOfLosses(other.losses) < meanOfLosses(one.losses) ? other : one));

function against({ results, metric }: Told, kept: OutOfFold | null): string {
  const others = results
    .filter((each) => each !== kept)
    .map(({ name, value }) => `${figure(metric, value)} of ${name}`);
  return formatList(others, others.length);
}

function gained({ loss }: Told, worse: Float64Array, better: Float64Array): string {
  const { gain, margin } = pairedGain(worse, better);
  return `mean ${loss} ${formatNumber(meanOfLosses(better))} against ${formatNumber(meanOfLosses(worse))}, a gain of ${formatNumber(gain)} ± ${formatNumber(margin)}`;
}

function leftOut({ left }: Told): string {
  return left.length === 0 ? '' : ` ${formatList(left, left.length)} did not pass the cheap first round.`;
}
