import { moments, sampleStd } from '../statistics/moments.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import type { Costs } from '../statistics/costs.ts';
import { ascending, plainThreshold, scoreColumn, scoredRows } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { Scored } from './evaluation.ts';

/** Of a two-sided 95 % interval. */
const z95 = normalQuantile(0.975);
/** What a mistake costs where only the share of right answers counts. */
const mistakes: Costs = [
  [0, 1],
  [1, 0],
];

/** How good it is to answer the positive class for the `called` rows of highest score, `hits` of which are positive. */
type Worth = (called: number, hits: number) => number;

/** Rows that have a label and a score, by falling probability of the positive class. */
interface Ordered {
  readonly rows: ScoredRows;
  readonly probability: Float64Array;
  readonly order: Int32Array;
  readonly positives: number;
}

function ordered(task: Task, scored: Scored): Ordered {
  const rows = scoredRows(task, scored.scores, scored.target);
  const probability = scoreColumn(rows, rows.positive);
  const known = Int32Array.from(rows.target.keys()).filter(
    (row) => !Number.isNaN(rows.target[row]) && !Number.isNaN(probability[row]),
  );
  const order = ascending(Float64Array.from(known, (row) => -probability[row]!)).map((at) => known[at]!);
  let positives = 0;
  for (let at = 0; at < order.length; at += 1) if (rows.target[order[at]!] === rows.positive) positives += 1;
  return { rows, probability, order, positives };
}

/**
 * The threshold of highest worth, half-way between two neighbouring scores, so that it does not sit on a row; of equally
 * good ones the nearest to `home`.
 */
function best(
  { rows, probability, order }: Ordered,
  worth: Worth,
  least: number,
  home: number,
): { readonly threshold: number; readonly value: number } {
  let highest = least;
  let threshold = home;
  let hits = 0;
  order.forEach((row, index) => {
    if (rows.target[row] === rows.positive) hits += 1;
    const here = probability[row]!;
    const next = order[index + 1];
    const below = next === undefined ? 0 : probability[next]!;
    if (here === below) return;
    const value = worth(index + 1, hits);
    const candidate = (here + below) / 2;
    const better = value > highest + 1e-12;
    const nearer =
      value > highest - 1e-12 && value > least && Math.abs(candidate - home) < Math.abs(threshold - home);
    if (!better && !nearer) return;
    highest = Math.max(highest, value);
    threshold = candidate;
  });
  return { threshold, value: highest };
}

/** Above every score; where a row is certain no threshold is. */
const aboveAll = ({ probability, order }: Ordered): number =>
  order.length === 0 ? 1 : Math.min(1, (probability[order[0]!]! + 1) / 2);

/**
 * The threshold that honest probabilities call for, unless another one costs less on these rows beyond noise: the best
 * of many thresholds always looks cheaper on the rows that chose it.
 */
function cheapest(seen: Ordered, costs: Costs, home: number): number {
  const { rows, probability, order, positives } = seen;
  const { positive } = rows;
  const negative = 1 - positive;
  const costOf = (row: number, threshold: number): number =>
    costs[rows.target[row]!]![probability[row]! >= threshold ? positive : negative]!;
  const worth: Worth = (called, hits) =>
    -(
      hits * costs[positive]![positive]! +
      (called - hits) * costs[negative]![positive]! +
      (positives - hits) * costs[positive]![negative]! +
      (order.length - called - positives + hits) * costs[negative]![negative]!
    );
  const found = best(seen, worth, -Infinity, home);
  const other = worth(0, 0) > found.value ? aboveAll(seen) : found.threshold;
  const saved = moments(Float64Array.from(order, (row) => costOf(row, home) - costOf(row, other)));
  const noise = (z95 * sampleStd(saved)) / Math.sqrt(saved.count);
  return saved.count > 1 && saved.mean > noise ? other : home;
}

/**
 * Decision threshold on the positive class's probability, chosen on these rows (never the rows that judge): of least
 * cost where the task has costs, of most right answers where `metric` is accuracy, else of highest F1: the positive class
 * is the rarer one, and .5 would seldom be reached. .5 for tasks without a positive class and for rows without a positive.
 */
export function chooseThreshold(task: Task, scored: Scored, metric = 'f1'): number {
  if (task.kind !== 'binary') return 0.5;
  const seen = ordered(task, scored);
  if (task.costs !== undefined) return cheapest(seen, task.costs, plainThreshold(task));
  if (metric === 'accuracy') return cheapest(seen, mistakes, 0.5);
  const { positives } = seen;
  return best(seen, (called, hits) => (2 * hits) / (called + positives), 0, 0.5).threshold;
}
