import { fittedMoments } from '../distribution.ts';
import { noParams, stateNumber } from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** (x − mean) / population standard deviation of the training part's finite values; a constant column gives 0. */
export const standard: StepTransform = {
  name: 'standard',
  summary:
    '(x − mean) / standard deviation; a column that was constant gives 0. Missing stays missing, infinite stays infinite (put clip before it).',
  accepts: ['number', 'time'],
  params: noParams,
  examples: [
    { kind: 'number', params: {} },
    { kind: 'time', params: {} },
  ],
  fit: (column) => fittedMoments(numbersOf(column)),
  compile(state) {
    const mean = stateNumber(state, 'mean');
    const std = stateNumber(state, 'std');
    if (std === 0) return scalarStep((value) => (Number.isNaN(value) ? value : 0));
    if (std <= 1) return scalarStep((value) => (value - mean) / std);
    // Halves, which are exact, so that the difference of two huge values does not overflow.
    const halfMean = mean / 2;
    const halfStd = std / 2;
    return scalarStep((value) => (value / 2 - halfMean) / halfStd);
  },
};
