export { baselineKinds, fitBaselines, scoreBaselines } from './baselines/index.ts';
export type { Baseline, BaselineKind, BaselineRows, ScoredBaseline } from './baselines/index.ts';
export { compareModels } from './compare.ts';
export type { CompareOptions } from './compare.ts';
export { evaluate } from './evaluate.ts';
export type { EvaluateOptions } from './evaluate.ts';
export { judge } from './gates.ts';
export { computeMetrics } from './metric.ts';
export { chooseThreshold } from './threshold.ts';
