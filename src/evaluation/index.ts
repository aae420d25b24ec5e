export type { BaselineRows } from './baselines/index.ts';
export { evaluate } from './evaluate.ts';
export { judge } from './gates.ts';
