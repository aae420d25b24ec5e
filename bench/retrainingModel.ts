// The logistic model that stands in for a family in `npm run long -- retraining`, and what it loses.
import type { Comparison } from '../src/evaluation/evaluation.ts';
import type { Random } from '../src/random.ts';
import { exchangeGains } from '../src/statistics/exchange.ts';
import { meanInterval } from '../src/statistics/intervals/hall.ts';
import { moments } from '../src/statistics/moments.ts';

/** Inputs of a row; the first is 1. */
export const width = 7;

export const logistic = (odds: number): number => 1 / (1 + Math.exp(-odds));
const lossOf = (odds: number, label: number): number => Math.log1p(Math.exp(label === 1 ? -odds : odds));

/** Rows of a stream: inputs by row, labels, when, and the true log odds. */
export interface Rows {
  readonly x: readonly Float64Array[];
  readonly y: readonly number[];
  readonly at: readonly number[];
  readonly truth: readonly number[];
}
export type Model = Float64Array;

export const dot = (w: Model, x: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < width; k += 1) sum += w[k]! * x[k]!;
  return sum;
};

/** Solves a small symmetric system by Gauss. */
function solve(a: Float64Array[], b: Float64Array): Float64Array {
  for (let k = 0; k < width; k += 1) {
    for (let row = k + 1; row < width; row += 1) {
      const factor = a[row]![k]! / a[k]![k]!;
      for (let column = k; column < width; column += 1) a[row]![column]! -= factor * a[k]![column]!;
      b[row]! -= factor * b[k]!;
    }
  }
  const w = new Float64Array(width);
  for (let k = width - 1; k >= 0; k -= 1) {
    let sum = b[k]!;
    for (let column = k + 1; column < width; column += 1) sum -= a[k]![column]! * w[column]!;
    w[k] = sum / a[k]![k]!;
  }
  return w;
}

/**
 * Logistic regression with a whiff of ridge, by Newton's method.
 *
 * @param weights of the rows that teach, by their place; left out: 1 each
 */
export function fit(rows: Rows, which: ArrayLike<number>, weights: Float64Array | null = null): Model {
  const w = new Float64Array(width);
  const inputs = Float64Array.from({ length: which.length * width }, (_, at) => {
    const row = which[Math.floor(at / width)]!;
    return rows.x[row]![at % width]!;
  });
  for (let step = 0; step < 6; step += 1) {
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    const gradient = w.map((weight) => -weight);
    for (let i = 0; i < which.length; i += 1) {
      const from = i * width;
      let odds = 0;
      for (let k = 0; k < width; k += 1) odds += w[k]! * inputs[from + k]!;
      const p = logistic(odds);
      const weight = weights === null ? 1 : weights[i]!;
      const slack = weight * (rows.y[which[i]!]! - p);
      const curve = weight * p * (1 - p);
      for (let k = 0; k < width; k += 1) {
        const cell = inputs[from + k]!;
        gradient[k]! += slack * cell;
        const line = hessian[k]!;
        for (let j = 0; j <= k; j += 1) line[j]! += curve * cell * inputs[from + j]!;
      }
    }
    hessian.forEach((line, k) => {
      line[k]! += 1;
      for (let j = 0; j < k; j += 1) hessian[j]![k] = line[j]!;
    });
    solve(hessian, gradient).forEach((change, k) => (w[k]! += change));
  }
  return w;
}

export const losses = (rows: Rows, which: ArrayLike<number>, model: Model): Float64Array =>
  Float64Array.from(which, (row) => lossOf(dot(model, rows.x[row]!), rows.y[row]!));

/** Two models on the same rows. */
export function compare(
  rows: Rows,
  which: ArrayLike<number>,
  champion: Model,
  other: Model,
  random: Random,
): Comparison {
  const before = losses(rows, which, champion);
  const after = losses(rows, which, other);
  const gains = before.map((loss, at) => loss - after[at]!);
  const { low, high, mean } = meanInterval(gains);
  const { p } = exchangeGains(gains, random);
  return {
    metric: 'log_loss',
    rows: which.length,
    champion: moments(before).mean,
    challenger: moments(after).mean,
    improvement: { value: mean, low, high, p, better: low > 0 && p <= 0.025 },
  };
}

/** What a row costs on average, whose true log odds are known. */
export function expectedLoss(odds: number, truth: number): number {
  const p = logistic(truth);
  return p * lossOf(odds, 1) + (1 - p) * lossOf(odds, 0);
}
