import { requireMetric } from './metric.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import { formatCount, formatNumber } from '../statistics/figures.ts';
import type { Metric } from '../statistics/metrics/index.ts';
import { decidingP, hardest, rowsToSettle } from './crossFitted.ts';
import type { CrossFitted } from './crossFitted.ts';
import { isBeyondNoise } from '../statistics/exchange.ts';
import { judgeFairnessGate } from './fairnessGate.ts';
import type {
  BaselineResult,
  Comparison,
  Evaluation,
  Gate,
  Improvement,
  Judged,
  Verdict,
} from './evaluation.ts';

/** Gates on a metric. */
type MetricGate = Exclude<Gate, { kind: 'fairness' }>;

/** Positive when `value` is better than `other`. */
function lead(metric: Metric, value: number, other: number): number {
  return metric.higherIsBetter ? value - other : other - value;
}

function judged(
  gate: MetricGate,
  passed: boolean,
  value: number,
  threshold: number,
  because: string,
  complaint: string,
): Judged {
  const state = passed ? 'passed' : 'failed';
  return { result: { name: `${gate.kind}:${gate.metric}`, state, value, threshold, because }, complaint };
}

function unjudged(gate: MetricGate, state: 'failed' | 'skipped', because: string): Judged {
  return {
    result: { name: `${gate.kind}:${gate.metric}`, state, value: null, threshold: null, because },
    complaint: `Cannot be judged: ${because}.`,
  };
}

function judgeAbsolute(
  gate: Gate & { kind: 'absolute' },
  metric: Metric,
  value: number,
  rows: number,
): Judged {
  const passed = lead(metric, value, gate.threshold) >= 0;
  const asked = `${metric.higherIsBetter ? 'at least' : 'at most'} ${formatNumber(gate.threshold)} is asked for`;
  const because = `${metric.label} ${formatNumber(value)} on ${formatCount(rows, 'row')}, ${asked}`;
  return judged(gate, passed, value, gate.threshold, because, `Not good enough: ${because}.`);
}

/** The trivial baseline that is hardest to beat in this metric. */
export function bestBaseline(
  baselines: readonly BaselineResult[],
  metric: Metric,
): BaselineResult | undefined {
  let best: BaselineResult | undefined;
  for (const baseline of baselines) {
    const value = baseline.metrics[metric.name];
    if (value === undefined) continue;
    if (best === undefined || lead(metric, value, best.metrics[metric.name]!) > 0) best = baseline;
  }
  return best;
}

/** How often chance alone would give as much, in the brackets behind an interval. */
const chanceOf = ({ p }: Improvement): string => (p === undefined ? '' : `, p ${formatNumber(p)}`);

/** How many more rows of the test part would tell a gain that is within noise; nothing where none would. */
function settlingWords(interval: Improvement | undefined, rows: number): string {
  if (interval === undefined) return '';
  const t = (interval.value * normalQuantile(0.975)) / (interval.value - interval.low);
  const more = rowsToSettle(rows, t);
  return more === null || more === 0
    ? ''
    : ` About ${formatCount(more, 'more test row')} like these would settle it.`;
}

/** Metrics that are a mean of losses by row (or its root): what a paired test over rows can judge. */
const lossMetrics: ReadonlySet<string> = new Set(['log_loss', 'rmse']);

/** A margin says how much is enough; without one any improvement is, but it has to be beyond noise. */
const asksBeyondNoise = (
  gate: Gate,
  { metric }: Pick<Evaluation, 'metric'>,
): gate is Gate & { kind: 'baseline' } =>
  gate.kind === 'baseline' && gate.margin === 0 && gate.metric === metric;

/**
 * Whether a baseline gate is left open by the test part: the interval of the improvement holds 0, so that neither
 * "better" nor "worse" can be said.
 */
export function isUndecided(gates: readonly Gate[], evaluation: Evaluation): boolean {
  const open = gates.find((gate) => asksBeyondNoise(gate, evaluation));
  if (open === undefined || !lossMetrics.has(open.metric)) return false;
  const best = bestBaseline(evaluation.baselines, requireMetric(open.metric, evaluation.task.kind));
  return best?.improvement !== undefined && !isBeyondNoise(best.improvement) && best.improvement.high >= 0;
}

/** A model that is worse than a baseline does not pay; of one that is to replace another that says nothing about the other. */
const notWorthIt = (champion: Comparison | undefined): string =>
  champion === undefined ? '; as it is, AI does not pay here.' : '.';

/** The verdict on all labelled rows, where the test part could not decide. */
function judgeCrossFitted(
  gate: MetricGate,
  metric: Metric,
  value: number,
  other: BaselineResult,
  fit: CrossFitted,
  champion: Comparison | undefined,
): Judged {
  const { p, improvement, description, rowsToSettle: needed } = hardest(fit);
  const passed = p <= decidingP;
  const how = `each of ${formatCount(fit.rows, 'labelled row')} judged by models that did not learn from it`;
  const test = `${metric.label} ${formatNumber(value)} against ${formatNumber(other.metrics[metric.name]!)} by ${other.description} is within noise on the test part alone`;
  const figures = `${fit.loss} ${formatNumber(Math.abs(improvement))} ${improvement > 0 ? 'better' : 'worse'} a row than ${description}, p ${formatNumber(p)}`;
  const more =
    needed === null || needed === 0
      ? ''
      : ` About ${formatCount(needed, 'more labelled row')} like these would settle it.`;
  const because = `${test}; ${how}: ${figures}`;
  const complaint =
    improvement > 0
      ? `Not reliably better than ${description}: ${how}, the ${fit.loss} is better by ${formatNumber(improvement)} a row, which is within noise (p ${formatNumber(p)}).${more}`
      : `Not better than ${description}: ${how}, the ${fit.loss} is not better${notWorthIt(champion)}`;
  return judged(gate, passed, value, other.metrics[metric.name]!, because, complaint);
}

function judgeBaseline(
  gate: Gate & { kind: 'baseline' },
  metric: Metric,
  value: number,
  evaluation: Evaluation,
  champion: Comparison | undefined,
): Judged {
  const best = bestBaseline(evaluation.baselines, metric);
  if (best === undefined) return unjudged(gate, 'skipped', `no baseline has a ${metric.label} on these rows`);
  const { crossFitted } = evaluation;
  if (crossFitted !== undefined && asksBeyondNoise(gate, evaluation))
    return judgeCrossFitted(gate, metric, value, best, crossFitted, champion);
  const other = best.metrics[metric.name]!;
  const ahead = lead(metric, value, other);
  const interval = gate.metric === evaluation.metric ? best.improvement : undefined;
  const certain = gate.margin > 0 || interval === undefined || isBeyondNoise(interval);
  const figures = `${metric.label} ${formatNumber(value)} against ${formatNumber(other)} by ${best.description}`;
  const passed = ahead > 0 && ahead >= gate.margin && certain;
  const complaint =
    ahead <= 0
      ? `Not better than ${best.description}: ${metric.label} ${formatNumber(value)} against ${formatNumber(other)}${notWorthIt(champion)}`
      : ahead < gate.margin
        ? `Better than ${best.description}, but by less than the ${formatNumber(gate.margin)} asked for: ${metric.label} ${formatNumber(value)} against ${formatNumber(other)}.`
        : `Not reliably better than ${best.description}: ${metric.label} ${formatNumber(value)} against ${formatNumber(other)} is within noise on ${formatCount(evaluation.rows, 'row')}.${settlingWords(interval, evaluation.rows)}`;
  const threshold = metric.higherIsBetter ? other + gate.margin : other - gate.margin;
  const noise =
    interval === undefined
      ? ''
      : ` (better by ${formatNumber(interval.low)} to ${formatNumber(interval.high)}${chanceOf(interval)})`;
  return judged(gate, passed, value, threshold, `${figures} (${best.name})${noise}`, complaint);
}

function judgeChampion(
  gate: Gate & { kind: 'champion' },
  metric: Metric,
  champion: Comparison | undefined,
): Judged {
  if (champion === undefined) return unjudged(gate, 'skipped', 'there is no champion yet');
  if (champion.metric !== gate.metric)
    return unjudged(gate, 'failed', `the champion was compared in ${champion.metric}, not in ${gate.metric}`);
  const { value, low, high } = champion.improvement;
  const better = isBeyondNoise(champion.improvement);
  // A negative margin asks for "not worse by more than": there noise has to stay above the margin itself.
  const passed = gate.margin >= 0 ? value >= gate.margin && better : low >= gate.margin;
  const threshold = metric.higherIsBetter ? champion.champion + gate.margin : champion.champion - gate.margin;
  const figures = `${metric.label} ${formatNumber(champion.challenger)} against ${formatNumber(champion.champion)} on the same ${formatCount(champion.rows, 'row')}`;
  const because = `${figures} (better by ${formatNumber(low)} to ${formatNumber(high)}${chanceOf(champion.improvement)})`;
  const complaint =
    gate.margin >= 0
      ? `Not better beyond noise than the model that serves now: ${figures}.`
      : `Worse than the model that serves now: ${figures}.`;
  return judged(gate, passed, champion.challenger, threshold, because, complaint);
}

function judgeGate(gate: Gate, evaluation: Evaluation, champion: Comparison | undefined): Judged {
  if (gate.kind === 'fairness') return judgeFairnessGate(gate, evaluation.fairness ?? []);
  const metric = requireMetric(gate.metric, evaluation.task.kind);
  if (gate.kind === 'champion') return judgeChampion(gate, metric, champion);
  if (champion !== undefined && evaluation.crossFitted === undefined && isUndecided([gate], evaluation))
    return unjudged(
      gate,
      'skipped',
      `${formatCount(evaluation.rows, 'row')} cannot tell it from the best baseline; it has to beat the model that serves beyond noise`,
    );
  const value = evaluation.metrics[gate.metric];
  if (value === undefined)
    return unjudged(
      gate,
      'failed',
      `${metric.label} is undefined on these ${formatCount(evaluation.rows, 'row')}`,
    );
  return gate.kind === 'absolute'
    ? judgeAbsolute(gate, metric, value, evaluation.rows)
    : judgeBaseline(gate, metric, value, evaluation, champion);
}

/**
 * Whether a gate asks for a model that is better than the baselines, and looking at one column alone is what it is not better
 * than.
 */
export function lostToRule(gates: readonly Gate[], evaluation: Evaluation): boolean {
  return gates.some((gate) => {
    if (gate.kind !== 'baseline') return false;
    if (judgeGate(gate, evaluation, undefined).result.state !== 'failed') return false;
    const { crossFitted } = evaluation;
    const open = crossFitted !== undefined && asksBeyondNoise(gate, evaluation);
    const other = open
      ? hardest(crossFitted)
      : bestBaseline(evaluation.baselines, requireMetric(gate.metric, evaluation.task.kind));
    return other?.name.startsWith('one-rule') === true;
  });
}

/** By how little the model is better than one rule, or that it is not. */
export function againstRule({ crossFitted: fitted, baselines, metric }: Evaluation): string {
  if (fitted !== undefined) {
    const { improvement, p } = hardest(fitted);
    const how = improvement > 0 ? 'better' : 'worse';
    return `${fitted.loss} ${formatNumber(Math.abs(improvement))} ${how} a row on ${formatCount(fitted.rows, 'labelled row')}, p ${formatNumber(p)}`;
  }
  const interval = baselines.find(({ name }) => name.startsWith('one-rule'))?.improvement;
  return interval === undefined
    ? `by ${metric}`
    : `${metric} better by ${formatNumber(interval.low)} to ${formatNumber(interval.high)} on the test part`;
}

/** That the model is a rule, where it is one. */
const ruleShips = ({ rule }: Evaluation): string =>
  rule === undefined ? '' : ` The model is one rule: it looks at ${rule} alone.`;

/** What speaks for a model that the test part alone could not decide on. */
function praiseCrossFitted(fit: CrossFitted, rows: number): string {
  const { description, improvement } = hardest(fit);
  return `Worth having: each of ${formatCount(fit.rows, 'labelled row')} judged by models that did not learn from it, ${fit.loss} ${formatNumber(improvement)} better a row than ${description} (${formatCount(rows, 'row')} of the test part alone cannot tell).`;
}

function praise(evaluation: Evaluation): string {
  if (evaluation.crossFitted !== undefined) return praiseCrossFitted(evaluation.crossFitted, evaluation.rows);
  const metric = requireMetric(evaluation.metric, evaluation.task.kind);
  const value = evaluation.metrics[evaluation.metric];
  if (value === undefined) return 'Passed every gate.';
  const figures = `${metric.label} ${formatNumber(value)} on ${formatCount(evaluation.rows, 'row')} that it never saw`;
  const best = bestBaseline(evaluation.baselines, metric);
  const other = best?.metrics[metric.name];
  if (best === undefined || other === undefined) return `Passed every gate: ${figures}.`;
  const compared = `${figures}, against ${formatNumber(other)} by ${best.description}`;
  // Gates may ask for something else; that a model is better than a baseline is said only where it is.
  if (lead(metric, value, other) <= 0) return `Passed every gate, and is not better: ${compared}.`;
  const interval = best.improvement;
  if (interval !== undefined && !isBeyondNoise(interval))
    return `Passed every gate: ${compared}; that difference is within noise.`;
  return `Worth having: ${compared}.`;
}

/**
 * Judges every gate. Absolute: the metric reaches the threshold. Baseline: it beats the best trivial baseline by the
 * margin (in the metric's unit); without a margin by anything that is beyond noise (the paired 95 % interval of the
 * difference excludes 0, and exchanging the answers in random rows gives as much in at most 2.5 %), or, where that cannot be said on the test part and the rows were cross-fitted, by a paired t
 * over all labelled rows.
 * Few recent rows cannot tell a challenger from a baseline: it has to beat the model that serves, and the gate is skipped.
 * Fairness: see `judgeFairnessGate`. Champion: the same against the model that serves (skipped while there is none); with a negative margin it only must
 * not be worse by more than that. A metric that is undefined fails its gate. A model that is one rule has no one-rule among its
 * baselines: it is judged against always the same answer.
 *
 * @throws usage error for a gate on a metric that does not judge the task.
 */
export function judge(gates: readonly Gate[], evaluation: Evaluation, champion?: Comparison): Verdict {
  const results = gates.map((gate) => judgeGate(gate, evaluation, champion));
  const failed = results.find(({ result }) => result.state === 'failed');
  return {
    passed: failed === undefined,
    gates: results.map(({ result }) => result),
    sentence: failed?.complaint ?? `${praise(evaluation)}${ruleShips(evaluation)}`,
  };
}
