export { computeMetric, metricByName, metricNames, metricsFor, scoredRows } from './metrics/index.ts';
export type { Metric, ScoredRows } from './metrics/index.ts';
