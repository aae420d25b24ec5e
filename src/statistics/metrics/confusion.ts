import { predictedClasses } from './metric.ts';
import type { Estimator, ScoredRows } from './metric.ts';

/** `matrix[actual * classes + predicted]`: how many rows. Scratch space is reused between calls. */
export function confusionEstimator(scored: ScoredRows): (counts: Int32Array) => Float64Array {
  const classes = Math.max(2, scored.outputs);
  const predicted = predictedClasses(scored);
  const cell = new Int32Array(predicted.length);
  for (let i = 0; i < cell.length; i += 1) cell[i] = scored.target[i]! * classes + predicted[i]!;
  const matrix = new Float64Array(classes * classes);
  return (counts) => {
    matrix.fill(0);
    for (let i = 0; i < cell.length; i += 1) matrix[cell[i]!]! += counts[i]!;
    return matrix;
  };
}

/** True positives, false positives and false negatives of the positive class → what is made of them. */
type OfOutcomes<Made> = (truePositive: number, falsePositive: number, falseNegative: number) => Made;

function outcomes<Made>(scored: ScoredRows, make: OfOutcomes<Made>): (counts: Int32Array) => Made {
  const confusion = confusionEstimator(scored);
  const positive = scored.positive;
  const negative = 1 - positive;
  return (counts) => {
    const matrix = confusion(counts);
    return make(
      matrix[positive * 2 + positive]!,
      matrix[negative * 2 + positive]!,
      matrix[positive * 2 + negative]!,
    );
  };
}

/** A metric of the outcomes of the positive class. */
export const fromOutcomes = (scored: ScoredRows, value: OfOutcomes<number>): Estimator =>
  outcomes(scored, value);

/** What follows of the outcomes of all rows, each counted once. */
export const ofOutcomes = <Made>(scored: ScoredRows, make: OfOutcomes<Made>): Made =>
  outcomes(scored, make)(new Int32Array(scored.target.length).fill(1));

/**
 * F1 averaged over classes, `weight(support)` each. A class that neither occurs nor is predicted is left out:
 * its F1 is 0/0.
 */
export function averagedF1(scored: ScoredRows, weight: (support: number) => number): Estimator {
  const confusion = confusionEstimator(scored);
  const classes = Math.max(2, scored.outputs);
  return (counts) => {
    const matrix = confusion(counts);
    let sum = 0;
    let weights = 0;
    for (let k = 0; k < classes; k += 1) {
      let support = 0;
      let predicted = 0;
      for (let j = 0; j < classes; j += 1) {
        support += matrix[k * classes + j]!;
        predicted += matrix[j * classes + k]!;
      }
      if (support + predicted === 0) continue;
      sum += (weight(support) * 2 * matrix[k * classes + k]!) / (support + predicted);
      weights += weight(support);
    }
    return sum / weights;
  };
}
