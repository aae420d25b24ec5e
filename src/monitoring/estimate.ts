import type { Task } from '../modeling/model.ts';
import { computeMetric, metricByName } from '../statistics/metrics/index.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { PerformanceReport } from './report.ts';

/** What an estimate without labels is worth: told with every one. */
export const trust =
  'What the new inputs cost if the world still answers as it did; blind where it no longer does.';

/** Fractions of a row are counted in millionths. */
const whole = 1_000_000;
/** Cells that an expectation may take. */
const affordableCells = 4_000_000;
/** Parts of the answers of an error model, and rows of each. */
const mostParts = 20;
const fewestInPart = 50;

type Estimate = NonNullable<NonNullable<PerformanceReport['estimate']>>;

/** At most so many rows, evenly spread. */
function spread(scored: ScoredRows, most: number): ScoredRows {
  const { scores, outputs } = scored;
  const rows = Math.floor(scores.length / outputs);
  const kept = Math.min(rows, most);
  const taken = new Float64Array(kept * outputs);
  for (let i = 0; i < kept; i += 1) {
    const row = Math.floor((i * rows) / kept);
    taken.set(scores.subarray(row * outputs, (row + 1) * outputs), i * outputs);
  }
  return { ...scored, scores: taken, target: new Float64Array(kept) };
}

/**
 * Confidence-based estimation (CBPE): every row stands there once for each class, counted as often as its calibrated
 * probability says that this class comes true; the metric of these rows is the one to expect. How far that is off on test
 * rows is taken off.
 */
function expectedMetric(metric: Metric, all: ScoredRows): { value: number; rows: number } {
  const { outputs } = all;
  const scored = spread(all, Math.max(1, Math.floor(affordableCells / outputs ** 2)));
  const rows = scored.target.length;
  const scores = new Float64Array(rows * outputs * outputs);
  const target = new Float64Array(rows * outputs);
  const counts = new Int32Array(rows * outputs);
  for (let code = 0; code < outputs; code += 1) {
    scores.set(scored.scores, code * rows * outputs);
    target.fill(code, code * rows, (code + 1) * rows);
    for (let row = 0; row < rows; row += 1)
      counts[code * rows + row] = Math.round(whole * scored.scores[row * outputs + code]!);
  }
  return { value: metric.prepare({ ...scored, scores, target })(counts), rows };
}

const within = ({ range: [low, high] }: Metric, value: number): number =>
  Math.min(high, Math.max(low, value));

/** Mean losses by the size of the answer, on rows that the model did not fit, at the answers of today. */
function modelledError(
  metric: Metric,
  reference: ScoredRows,
  now: ScoredRows,
): { value: number; rows: number } {
  const nothing = { value: Number.NaN, rows: now.scores.length };
  const { byRow } = metric;
  if (byRow === undefined || (byRow.slope !== undefined && byRow.ofMean === undefined)) return nothing;
  const losses = byRow.losses(reference);
  const order = [...losses.keys()]
    .filter((row) => Number.isFinite(losses[row]) && Number.isFinite(reference.scores[row]))
    .sort((left, right) => reference.scores[left]! - reference.scores[right]!);
  const parts = Math.min(mostParts, Math.floor(order.length / fewestInPart));
  if (parts < 1 || now.scores.length === 0) return nothing;
  const own = Array.from({ length: parts }, (_, part) =>
    order.slice(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts)),
  );
  const upTo = own.map((rows) => reference.scores[rows.at(-1)!]!);
  const means = own.map((rows) => rows.reduce((sum, row) => sum + losses[row]!, 0) / rows.length);
  let sum = 0;
  for (const answer of now.scores) {
    const part = upTo.findIndex((end) => answer <= end);
    sum += means[part === -1 ? parts - 1 : part]!;
  }
  return {
    value: (byRow.ofMean ?? ((mean: number) => mean))(sum / now.scores.length),
    rows: now.scores.length,
  };
}

/**
 * What a metric is to be on rows without labels: from calibrated probabilities for classes, from an error model on scored
 * rows for numbers. Null where nothing says it. Never a cause to alarm, or to promote.
 *
 * @param now today's answers; what they have for targets is not looked at
 * @param reference answers to rows that the model did not fit, with what came true
 */
export function estimatePerformance(
  task: Task,
  name: string,
  now: ScoredRows,
  reference: ScoredRows | null,
): Estimate | null {
  const metric = metricByName(name);
  if (metric === undefined || now.scores.length === 0) return null;
  if (task.kind === 'regression' && reference === null) return null;
  const before = reference === null ? Number.NaN : computeMetric(metric, reference);
  const was = Number.isFinite(before) ? before : null;
  if (task.kind === 'regression') {
    const { value, rows } = modelledError(metric, reference!, now);
    return Number.isFinite(value) ? { metric: name, value, reference: was, rows, trust } : null;
  }
  const { value, rows } = expectedMetric(metric, now);
  if (!Number.isFinite(value)) return null;
  // A model that was too sure on test rows is too sure today.
  const off = was === null || reference === null ? 0 : was - expectedMetric(metric, reference).value;
  return {
    metric: name,
    value: within(metric, value + (Number.isFinite(off) ? off : 0)),
    reference: was,
    rows,
    trust,
  };
}
