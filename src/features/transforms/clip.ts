import { sortedFinite } from '../../statistics/quantiles.ts';
import { fittedQuantile, fittedRange } from '../distribution.ts';
import { numberParam, paramError, paramsSchema, stateNumber } from '../params.ts';
import type { Params } from '../spec.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/** Training quantiles at two probabilities; the whole range, which is the usual case, needs no sorting. */
function fittedBounds(values: Float64Array, lower: number, upper: number): readonly [number, number] {
  if (lower === 0 && upper === 1) {
    const { low, high } = fittedRange(values);
    return [low, high];
  }
  const sorted = sortedFinite(values);
  return [fittedQuantile(sorted, lower), fittedQuantile(sorted, upper)];
}

/** Fitted bounds widened by the margin; a given bound takes a fitted one's place and is not widened. */
function bounds(values: Float64Array, params: Params): { low: number; high: number } {
  const lower = numberParam(params, 'lower_quantile', 0);
  const upper = numberParam(params, 'upper_quantile', 1);
  const [fittedLow, fittedHigh] = fittedBounds(values, lower, upper);
  const margin = numberParam(params, 'margin', 0);
  // Not (high − low)·margin: the difference could overflow.
  const extra = finite(fittedHigh * margin - fittedLow * margin);
  const low = numberParam(params, 'min', finite(fittedLow - extra));
  const high = numberParam(params, 'max', finite(fittedHigh + extra));
  if (low > high)
    throw paramError('clip', `its lower bound ${low} is above its upper bound ${high}.`, 'Give min ≤ max.');
  return { low, high };
}

const share = { type: 'number', minimum: 0, maximum: 1 } as const;

/** Limits values to given bounds or to quantiles of the training part (by default its whole range). */
export const clip: StepTransform = {
  name: 'clip',
  summary:
    'Limits values, infinite ones too, to given bounds or to quantiles of the training part (default: its range), widened by a margin. Missing stays missing.',
  accepts: ['number', 'time'],
  params: paramsSchema({
    min: { type: 'number', description: 'Lower bound. Default: fitted.' },
    max: { type: 'number', description: 'Upper bound. Default: fitted.' },
    lower_quantile: {
      ...share,
      default: 0,
      description: 'Training quantile that is the fitted lower bound.',
    },
    upper_quantile: {
      ...share,
      default: 1,
      description: 'Training quantile that is the fitted upper bound.',
    },
    margin: {
      type: 'number',
      minimum: 0,
      default: 0,
      description: 'Share of the fitted range that is added at each fitted bound.',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { min: 0, max: 10 } },
    { kind: 'number', params: { lower_quantile: 0.01, upper_quantile: 0.99 } },
    { kind: 'number', params: { margin: 0.25 } },
    { kind: 'time', params: {} },
  ],
  fit: (column, params) => bounds(numbersOf(column), params),
  compile(state, { kind }) {
    const low = stateNumber(state, 'low');
    const high = stateNumber(state, 'high');
    return scalarStep(
      (value) => (value < low ? low : value > high ? high : value),
      kind === 'time' ? 'time' : 'number',
    );
  },
};
