import { sortedFinite } from '../../statistics/quantiles.ts';
import { fittedQuantile, fittedRange } from '../distribution.ts';
import { noParams, stateNumber } from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** Largest finite double: what a difference that overflows counts as. */
const largest = Number.MAX_VALUE;

/**
 * (x − median) / (q75 − q25). Where that range is 0, half of max − min takes its place (RealMLP, Holzmüller 2024,
 * "robust scale"); a constant column gives 0.
 */
export const robust: StepTransform = {
  name: 'robust',
  summary:
    '(x − median) / interquartile range (where that is 0: half the range); a constant column gives 0. Missing stays missing, infinite stays infinite (follow it with smooth_clip).',
  accepts: ['number', 'time'],
  params: noParams,
  examples: [
    { kind: 'number', params: {} },
    { kind: 'time', params: {} },
  ],
  fit(column) {
    const sorted = sortedFinite(numbersOf(column));
    const { low, high } = fittedRange(sorted);
    const spread = fittedQuantile(sorted, 0.75) - fittedQuantile(sorted, 0.25);
    const scale = spread === 0 ? high / 2 - low / 2 : spread;
    return { median: fittedQuantile(sorted, 0.5), scale: Math.min(scale, largest) };
  },
  compile(state) {
    const median = stateNumber(state, 'median');
    const scale = stateNumber(state, 'scale');
    return scalarStep(
      scale === 0 ? (value) => (Number.isNaN(value) ? value : 0) : (value) => (value - median) / scale,
    );
  },
};
