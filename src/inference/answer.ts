import { intervalAround } from '../statistics/conformal.ts';
import type { PredictionInterval } from '../statistics/conformal.ts';
import { leastCost } from '../statistics/costs.ts';
import type { Manifest } from '../packaging/manifest.ts';

/** What stands in an answer besides its ids. */
export interface ScoreAnswer {
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Where the label of a number lies, at the level of the bundle. */
  readonly prediction_interval?: PredictionInterval;
  readonly scores: readonly number[];
}

/**
 * Index of the predicted class: binary by the manifest's threshold on the positive class's probability, otherwise
 * the one of least expected cost where the task has costs, else the most probable (the first of equals).
 */
export function predictedClass(
  manifest: Pick<Manifest, 'task' | 'threshold'>,
  scores: ArrayLike<number>,
): number {
  if (manifest.task.kind === 'binary') return scores[1]! >= (manifest.threshold ?? 0.5) ? 1 : 0;
  if (manifest.task.kind === 'multiclass' && manifest.task.costs !== undefined)
    return leastCost(manifest.task.costs, scores);
  let best = 0;
  for (let i = 1; i < scores.length; i += 1) if (scores[i]! > scores[best]!) best = i;
  return best;
}

function byClass(classes: readonly string[], scores: readonly number[]): Record<string, number> {
  // It defines own properties: a class named `__proto__` stays a plain key.
  if (classes.includes('__proto__'))
    return Object.fromEntries(classes.map((name, index) => [name, scores[index]!]));
  const probabilities: Record<string, number> = {};
  for (let index = 0; index < classes.length; index += 1) probabilities[classes[index]!] = scores[index]!;
  return probabilities;
}

/** From a model's scores of one row (probabilities in class order, or the number) to the answer a caller sees. */
export function answerOf(
  manifest: Pick<Manifest, 'task' | 'threshold' | 'interval'>,
  scores: ArrayLike<number>,
): ScoreAnswer {
  const list: number[] = [];
  for (let at = 0; at < scores.length; at += 1) list.push(scores[at]!);
  if (manifest.task.kind === 'regression') {
    const prediction = list[0]!;
    const { interval } = manifest;
    if (interval === undefined) return { prediction, scores: list };
    return { prediction, prediction_interval: intervalAround(interval, prediction), scores: list };
  }
  const classes: readonly string[] = manifest.task.classes;
  const prediction = classes[predictedClass(manifest, list)]!;
  return { prediction, probabilities: byClass(classes, list), scores: list };
}

/** The answers to many rows, each asked for when it is needed: what `answerOf` says, without an object for a row. */
export interface AnswersByRow {
  readonly predictionAt: (row: number) => string | number;
  /** Of a class, by its place in the task. */
  readonly probabilityAt: (row: number, output: number) => number;
  /** Of a number whose bundle has intervals. */
  readonly intervalAt: (row: number) => PredictionInterval;
}

/** @param scores `rows × outputs` row-major */
export function answersByRow(
  manifest: Pick<Manifest, 'task' | 'threshold' | 'interval'>,
  scores: Float64Array,
): AnswersByRow {
  const { task, interval } = manifest;
  const intervalAt: AnswersByRow['intervalAt'] = (row) => {
    if (interval === undefined) throw new RangeError('the bundle has no intervals');
    return intervalAround(interval, scores[row]!);
  };
  if (task.kind === 'regression')
    return { predictionAt: (row) => scores[row]!, probabilityAt: () => Number.NaN, intervalAt };
  const classes: readonly string[] = task.classes;
  const outputs = classes.length;
  const own = new Float64Array(outputs);
  return {
    predictionAt: (row) => {
      for (let output = 0; output < outputs; output += 1) own[output] = scores[row * outputs + output]!;
      return classes[predictedClass(manifest, own)]!;
    },
    probabilityAt: (row, output) => scores[row * outputs + output]!,
    intervalAt,
  };
}
