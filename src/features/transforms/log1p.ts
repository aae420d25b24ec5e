import { noParams } from '../params.ts';
import { scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** ln(1 + 1.8e308): what infinite values become. */
const largest = Math.log1p(Number.MAX_VALUE);

/** sign(x)·ln(1 + |x|): the logarithm for skewed values, defined for zero and negative ones. */
export const log1p: StepTransform = {
  name: 'log1p',
  summary:
    'sign(x)·ln(1 + |x|), so negatives are defined. Infinite values become ±709.8. Missing stays missing.',
  accepts: ['number'],
  params: noParams,
  examples: [{ kind: 'number', params: {} }],
  fit: () => ({}),
  compile: () => scalarStep((value) => Math.sign(value) * Math.min(Math.log1p(Math.abs(value)), largest)),
};
