import { moments } from '../../statistics/moments.ts';
import type { Target, Task } from '../model.ts';
import { scoreWidth } from '../outputs.ts';
import { rowLosses } from './choose.ts';
import type { LossName } from './choose.ts';

/** Members are taken so often at most, with replacement: a weight is how often it was taken. */
const steps = 20;

/** Answers of several candidates on the same rows, with what they are judged by. */
export interface BlendRows {
  readonly task: Task;
  readonly loss: LossName;
  readonly target: Target;
  /** `rows × scoreWidth(task)` of each candidate. */
  readonly scores: readonly Float64Array[];
}

/** Answers of a weighted blend. */
export function blendScores(scores: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const blended = new Float64Array(scores[0]!.length);
  for (const [member, own] of scores.entries()) {
    const weight = weights[member]!;
    if (weight === 0) continue;
    for (let at = 0; at < blended.length; at += 1) blended[at]! += weight * own[at]!;
  }
  return blended;
}

/** Of each row only what its loss depends on: the probability of its class, or the number. */
function tellingCells({ task, target, scores }: BlendRows): readonly Float64Array[] {
  if (task.kind === 'regression') return scores;
  const width = scoreWidth(task);
  return scores.map((own) => target.map((code, row) => own[row * width + code]!));
}

const leastProbability = 1e-7;

function meanLoss(
  loss: LossName,
  cells: Float64Array,
  target: Target,
  share: number,
  rows: Int32Array,
): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const value = cells[row]! * share;
    if (loss === 'log loss') sum -= Math.log(Math.max(leastProbability, value));
    else sum += loss === 'absolute error' ? Math.abs(value - target[row]!) : (value - target[row]!) ** 2;
  }
  return sum / rows.length;
}

/**
 * Greedy selection with replacement (Caruana et al. 2004): begins with the best candidate, adds the one that lowers the
 * loss of the mean most, and keeps the best state on the way. Weights add up to 1.
 *
 * @param rows the rows that say it
 */
export function blendWeights(given: BlendRows, rows: Int32Array): readonly number[] {
  const { loss, target } = given;
  const cells = tellingCells(given);
  const counts = cells.map(() => 0);
  const sum = new Float64Array(target.length);
  const tried = new Float64Array(target.length);
  let best: { readonly loss: number; readonly weights: readonly number[] } = { loss: Infinity, weights: [] };
  for (let step = 1; step <= steps; step += 1) {
    let next = { member: -1, loss: Infinity };
    for (const [member, own] of cells.entries()) {
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at]!;
        tried[row] = sum[row]! + own[row]!;
      }
      const value = meanLoss(loss, tried, target, 1 / step, rows);
      if (value < next.loss) next = { member, loss: value };
    }
    if (next.member < 0) break;
    const chosen = cells[next.member]!;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at]!;
      sum[row]! += chosen[row]!;
    }
    counts[next.member]! += 1;
    if (next.loss < best.loss) best = { loss: next.loss, weights: counts.map((count) => count / step) };
  }
  return best.weights.length > 0 ? best.weights : cells.map((_, member) => (member === 0 ? 1 : 0));
}

/** A blend as it would answer rows that it does not know. */
export interface HonestBlend {
  readonly scores: Float64Array;
  readonly losses: Float64Array;
  /** Learnt on all rows: those of the model. */
  readonly weights: readonly number[];
}

/**
 * The blend of candidates, judged without favour: the rows of each group are blended by weights that were learnt on the
 * other groups.
 *
 * @param groups number of the group of each row: its fold
 */
export function honestBlend(given: BlendRows, groups: Int32Array): HonestBlend {
  const width = scoreWidth(given.task);
  const all = Int32Array.from(groups.keys());
  const scores = new Float64Array(given.scores[0]!.length);
  for (const group of new Set(groups)) {
    const weights = blendWeights(
      given,
      all.filter((row) => groups[row] !== group),
    );
    const own = blendScores(given.scores, weights);
    for (let at = 0; at < all.length; at += 1) {
      const row = all[at]!;
      if (groups[row] === group) scores.set(own.subarray(row * width, (row + 1) * width), row * width);
    }
  }
  return {
    scores,
    losses: rowLosses(given.task, scores, given.target, given.loss),
    weights: blendWeights(given, all),
  };
}

/** Mean loss of losses by row. */
export const meanOfLosses = (losses: Float64Array): number => moments(losses).mean;
