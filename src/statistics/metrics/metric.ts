import type { Costs } from '../costs.ts';
import { costThreshold, leastCost } from '../costs.ts';
import type { Bounds } from '../intervals/bounds.ts';

/** What a metric can judge. */
export type TaskKind = 'binary' | 'multiclass' | 'regression';

/**
 * Predictions on labelled rows. `scores` is `rows × outputs` row-major: probabilities by class (binary: both
 * classes), or the number itself. `target` holds class codes or numbers.
 */
export interface ScoredRows {
  readonly scores: Float64Array;
  readonly target: Float64Array;
  /** Number of classes, or 1 for a number. */
  readonly outputs: number;
  /** Binary: index of the class whose probability is the score. -1 otherwise. */
  readonly positive: number;
  /** Binary: from this probability of the positive class it is predicted. */
  readonly threshold: number;
  /** What answers cost, where that is known: of several classes the one of least expected cost is predicted. */
  readonly costs?: Costs;
}

/**
 * A metric made ready for one set of rows: how often each row counts → value, NaN where it is undefined. Sorting
 * and per-row losses are done once, so that a bootstrap replicate costs O(rows).
 */
export type Estimator = (counts: Int32Array) => number;

/** Where a metric orders models as the mean of a loss by row does. */
export interface RowLosses {
  /** By row; NaN where a row does not count. */
  readonly losses: (scored: ScoredRows) => Float64Array;
  /** Units of the metric a unit of mean loss, between two mean losses on the same rows. Default 1. */
  readonly slope?: (left: number, right: number, scored: ScoredRows) => number;
  /** The figure of a mean loss, where that says it alone: a root. Left out with `slope`: no mean says it. */
  readonly ofMean?: (mean: number) => number;
}

/** One metric. Add one: a file here and a line in `index.ts`. */
export interface Metric {
  /** snake_case, as in the pipeline file. */
  readonly name: string;
  /** For people: `log loss`. */
  readonly label: string;
  readonly tasks: readonly TaskKind[];
  readonly higherIsBetter: boolean;
  /** Values that it can take, both ends included. */
  readonly range: readonly [number, number];
  prepare(scored: ScoredRows): Estimator;
  /** Its 95 % interval where a closed form is known to hold; undefined where these rows have none and are resampled. */
  interval?(scored: ScoredRows): Bounds | undefined;
  readonly byRow?: RowLosses;
  /** What of a probability it looks at, where that is not all: its place among the others, or the class that is predicted. */
  readonly reads?: 'order' | 'classes';
}

/** The task as far as metrics need it. */
export type MetricTask =
  | {
      readonly kind: 'binary';
      readonly classes: readonly string[];
      readonly positive: string;
      readonly costs?: Costs;
    }
  | { readonly kind: 'multiclass'; readonly classes: readonly string[]; readonly costs?: Costs }
  | { readonly kind: 'regression' };

/**
 * Where probabilities are taken at their word: .5, or what costs make of it.
 */
export const plainThreshold = (task: MetricTask): number =>
  task.kind === 'binary' && task.costs !== undefined
    ? costThreshold(task.costs, task.classes.indexOf(task.positive))
    : 0.5;

/** Scores and targets with what the task says about them. `threshold` only matters for binary tasks. */
export function scoredRows(
  task: MetricTask,
  scores: Float64Array,
  target: Float64Array,
  threshold = plainThreshold(task),
): ScoredRows {
  if (task.kind === 'regression') return { scores, target, outputs: 1, positive: -1, threshold };
  const positive = task.kind === 'binary' ? task.classes.indexOf(task.positive) : -1;
  const { costs } = task;
  const outputs = task.classes.length;
  return { scores, target, outputs, positive, threshold, ...(costs === undefined ? {} : { costs }) };
}

/** Value of a metric on these rows, each counted once; NaN where it is undefined (e.g. ROC AUC of one class). */
export function computeMetric(metric: Metric, scored: ScoredRows): number {
  return scored.target.length === 0
    ? Number.NaN
    : metric.prepare(scored)(new Int32Array(scored.target.length).fill(1));
}

/**
 * Predicted class codes: binary by threshold on the positive class's probability, multi-class the most probable, or
 * the one of least expected cost (the first of equals).
 */
export function predictedClasses(
  scored: Pick<ScoredRows, 'scores' | 'outputs' | 'positive' | 'threshold' | 'costs'>,
): Int32Array {
  const { scores, outputs, positive, threshold, costs } = scored;
  const rows = Math.floor(scores.length / outputs);
  const classes = new Int32Array(rows);
  for (let i = 0; i < rows; i += 1) {
    if (positive >= 0) {
      classes[i] = scores[i * outputs + positive]! >= threshold ? positive : 1 - positive;
      continue;
    }
    if (costs !== undefined) {
      classes[i] = leastCost(costs, scores, i * outputs);
      continue;
    }
    let best = 0;
    for (let k = 1; k < outputs; k += 1) if (scores[i * outputs + k]! > scores[i * outputs + best]!) best = k;
    classes[i] = best;
  }
  return classes;
}

/** One output's scores as a column. */
export function scoreColumn(scored: Pick<ScoredRows, 'scores' | 'outputs'>, output: number): Float64Array {
  if (scored.outputs === 1) return scored.scores;
  const column = new Float64Array(Math.floor(scored.scores.length / scored.outputs));
  for (let i = 0; i < column.length; i += 1) column[i] = scored.scores[i * scored.outputs + output]!;
  return column;
}

/** Mean of a per-row loss. */
export function meanOf(losses: Float64Array): Estimator {
  return (counts) => {
    let sum = 0;
    let rows = 0;
    for (let i = 0; i < losses.length; i += 1) {
      const count = counts[i]!;
      sum += count * losses[i]!;
      rows += count;
    }
    return sum / rows;
  };
}
