import type { PerformanceReport, PromiseKept } from '../../monitoring/report.ts';
import { isWorse } from '../../retraining/level.ts';
import { formatCount, formatNumber } from '../../statistics/figures.ts';
import { metricByName } from '../../statistics/metrics/index.ts';
import type { Training } from '../../tracking/retraining/retrainings.ts';

/** What was promised of a bundle when `retrain` promoted it, and what came of it; null where nothing was, or too few labels came. */
export function promiseOf(
  trainings: readonly Training[],
  bundle: string,
  performance: PerformanceReport,
): PromiseKept | null {
  const promised = trainings.find(({ record }) => record.challenger?.bundle === bundle)?.record;
  const { current, low, high, labelled, state } = performance;
  const level = promised?.level;
  if (promised === undefined || level === undefined || level === null) return null;
  if (state === 'not enough labels' || current === null || low === null || high === null) return null;
  if (level.metric !== performance.metric) return null;
  const { metric, value } = level;
  const kept = !isWorse(metric, level, { value: current, low, high });
  return { metric, promised: value, came: current, low, high, labels: labelled, at: promised.at, kept };
}

/** What whoever relies on a promise that was not kept should know; nothing where it was. */
export function brokenPromise(promise: PromiseKept | null): readonly string[] {
  if (promise === null || promise.kept) return [];
  const { metric, promised, came, labels } = promise;
  const label = metricByName(metric)?.label ?? metric;
  return [
    `What was promised of the model in charge did not come: ${label} ${formatNumber(promised)} was promised, ${formatNumber(came)} came on ${formatCount(labels, 'label')}.`,
  ];
}
