export { fitBaselines, scoreBaselines } from './baselines/index.ts';
export type { BaselineRows } from './baselines/index.ts';
export { compareModels } from './compare.ts';
export { evaluate } from './evaluate.ts';
export { judge } from './gates.ts';
export { computeMetrics } from './metric.ts';
export { chooseThreshold } from './threshold.ts';
