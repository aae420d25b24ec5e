import { doubleOrder } from '../ordering.ts';
import type { Placements } from '../intervals/auc.ts';
import { scoreColumn } from './metric.ts';
import type { Estimator, ScoredRows } from './metric.ts';

/** From so many rows on, sorting by digits is faster than by comparing. */
const manyRows = 8192;

/** Row numbers in ascending order of a value that is no NaN; equal values keep their order. */
export function ascending(values: Float64Array): Int32Array {
  if (values.length >= manyRows) return doubleOrder(values);
  const order = new Int32Array(values.length);
  for (let i = 0; i < order.length; i += 1) order[i] = i;
  return order.sort((left, right) => values[left]! - values[right]!);
}

/** Rows in ascending score order, with the last row of each run of equal scores marked. */
export interface Ranking {
  readonly order: Int32Array;
  /** 1 where the row at that rank is positive. */
  readonly positive: Uint8Array;
  /** 1 where the next rank has another score. */
  readonly last: Uint8Array;
}

/** Sorts once what ROC and precision-recall curves walk along. Undefined when a score is NaN. */
export function rank(scores: Float64Array, isPositive: (row: number) => boolean): Ranking | undefined {
  const n = scores.length;
  for (let i = 0; i < n; i += 1) if (Number.isNaN(scores[i])) return undefined;
  const order = ascending(scores);
  const positive = new Uint8Array(n);
  const last = new Uint8Array(n);
  for (let i = 0; i < n; i += 1) {
    positive[i] = isPositive(order[i]!) ? 1 : 0;
    last[i] = i === n - 1 || scores[order[i]!] !== scores[order[i + 1]!] ? 1 : 0;
  }
  return { order, positive, last };
}

const rankings = new WeakMap<ScoredRows, { readonly ranking: Ranking | undefined }>();

/**
 * The rows of a binary task by the probability of the positive class. Sorted once for the same scored rows, however many
 * metrics walk along them.
 */
export function rankPositives(scored: ScoredRows): Ranking | undefined {
  const known = rankings.get(scored);
  if (known !== undefined) return known.ranking;
  const ranking = rank(scoreColumn(scored, scored.positive), (row) => scored.target[row] === scored.positive);
  rankings.set(scored, { ranking });
  return ranking;
}

/** For each positive the share of negatives below it, for each negative the share of positives above it. */
export function placementsOf({ positive, last }: Ranking): Placements {
  const count = positive.reduce((sum, each) => sum + each, 0);
  const positives = new Float64Array(count);
  const negatives = new Float64Array(positive.length - count);
  let above = 0;
  let below = 0;
  for (let from = 0, i = 0; i < positive.length; i += 1) {
    if (last[i] === 0) continue;
    let tied = 0;
    for (let k = from; k <= i; k += 1) tied += positive[k]!;
    const others = i + 1 - from - tied;
    positives.fill((below + others / 2) / negatives.length, above, above + tied);
    negatives.fill((count - above - tied / 2) / count, below, below + others);
    above += tied;
    below += others;
    from = i + 1;
  }
  return { positives, negatives };
}

/**
 * Area under the ROC curve as the Mann–Whitney statistic: the share of (positive, negative) pairs in the right
 * order, ties counting one half (Hanley & McNeil 1982). NaN with one class only.
 */
export function rocAucOf(ranking: Ranking | undefined): Estimator {
  if (ranking === undefined) return () => Number.NaN;
  const { order, positive, last } = ranking;
  return (counts) => {
    let below = 0;
    let positives = 0;
    let pairs = 0;
    let tiedPositive = 0;
    let tiedNegative = 0;
    for (let i = 0; i < order.length; i += 1) {
      const count = counts[order[i]!]!;
      if (positive[i] === 1) tiedPositive += count;
      else tiedNegative += count;
      if (last[i] === 0) continue;
      pairs += tiedPositive * (below + tiedNegative / 2);
      below += tiedNegative;
      positives += tiedPositive;
      tiedPositive = 0;
      tiedNegative = 0;
    }
    return pairs / (positives * below);
  };
}

/**
 * Average precision Σ (recallₙ − recallₙ₋₁) · precisionₙ over the thresholds from high to low; equal scores are one
 * threshold. NaN without a positive.
 */
export function averagePrecisionOf(ranking: Ranking | undefined): Estimator {
  if (ranking === undefined) return () => Number.NaN;
  const { order, positive, last } = ranking;
  return (counts) => {
    let truePositive = 0;
    let predicted = 0;
    let tied = 0;
    let sum = 0;
    for (let i = order.length - 1; i >= 0; i -= 1) {
      const count = counts[order[i]!]!;
      predicted += count;
      if (positive[i] === 1) tied += count;
      if (i > 0 && last[i - 1] === 0) continue;
      truePositive += tied;
      if (tied > 0) sum += (tied * truePositive) / predicted;
      tied = 0;
    }
    return sum / truePositive;
  };
}
