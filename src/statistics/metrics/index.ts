import { accuracy } from './accuracy.ts';
import { brier } from './brier.ts';
import { calibrationError } from './calibrationError.ts';
import { cost } from './cost.ts';
import { f1 } from './f1.ts';
import { logLoss } from './logLoss.ts';
import { macroF1 } from './macroF1.ts';
import { mae } from './mae.ts';
import { mape } from './mape.ts';
import { prAuc } from './prAuc.ts';
import { precision } from './precision.ts';
import { r2 } from './r2.ts';
import { recall } from './recall.ts';
import { rmse } from './rmse.ts';
import { rocAuc } from './rocAuc.ts';
import { weightedF1 } from './weightedF1.ts';
import type { Metric, TaskKind } from './metric.ts';

export { calibrationCurve } from './calibrationError.ts';
export { confusionEstimator } from './confusion.ts';
export { ascending, rankPositives } from './ranking.ts';
export { computeMetric, plainThreshold, scoreColumn, scoredRows } from './metric.ts';
export type { Metric, ScoredRows, TaskKind } from './metric.ts';

/** Every metric, in the order in which they are shown. */
export const metrics: readonly Metric[] = [
  rocAuc,
  prAuc,
  logLoss,
  accuracy,
  f1,
  macroF1,
  weightedF1,
  brier,
  calibrationError,
  precision,
  recall,
  cost,
  rmse,
  mae,
  r2,
  mape,
];

/** The metric of that name, or undefined. */
export function metricByName(name: string): Metric | undefined {
  return metrics.find((metric) => metric.name === name);
}

/** The metrics that can judge such a task. */
export function metricsFor(kind: TaskKind): readonly Metric[] {
  return metrics.filter((metric) => metric.tasks.includes(kind));
}

/** The metric of a pipeline that names none: log loss for classes, RMSE for numbers. Never accuracy. */
export function defaultMetric(kind: TaskKind): Metric {
  return kind === 'regression' ? rmse : logLoss;
}
