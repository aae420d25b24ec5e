import { between } from '../../statistics/quantiles.ts';
import { fittedRange, shareBetween } from '../distribution.ts';
import { flagParam, paramError, numberParam, paramsSchema, stateFlag, stateNumber } from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** Maps the training part's range to [low, high], by default [0, 1] and clipped to it. */
export const minMax: StepTransform = {
  name: 'min_max',
  summary:
    'Maps the training range to [low, high]; values outside, infinite ones too, are clipped to it (clip: false lets them out). A constant column gives low. Missing stays missing.',
  accepts: ['number', 'time'],
  params: paramsSchema({
    low: { type: 'number', default: 0, description: 'What the smallest training value becomes.' },
    high: { type: 'number', default: 1, description: 'What the largest training value becomes.' },
    clip: { type: 'boolean', default: true, description: 'Keep later values within [low, high].' },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { low: -1, high: 1, clip: false } },
    { kind: 'time', params: {} },
  ],
  fit(column, params) {
    const low = numberParam(params, 'low', 0);
    const high = numberParam(params, 'high', 1);
    if (low >= high) throw paramError('min_max', `low ${low} is not below high ${high}.`, 'Give low < high.');
    const range = fittedRange(numbersOf(column));
    return { min: range.low, max: range.high, low, high, clip: flagParam(params, 'clip', true) };
  },
  compile(state) {
    const min = stateNumber(state, 'min');
    const max = stateNumber(state, 'max');
    const low = stateNumber(state, 'low');
    const high = stateNumber(state, 'high');
    if (!(min < max)) return scalarStep((value) => (Number.isNaN(value) ? value : low));
    if (!stateFlag(state, 'clip'))
      return scalarStep((value) => between(low, high, shareBetween(value, min, max)));
    return scalarStep((value) => {
      if (value <= min) return low;
      return value >= max ? high : between(low, high, shareBetween(value, min, max));
    });
  },
};
