import { binOf } from '../../statistics/histogram.ts';
import { normalQuantile } from '../../statistics/normalQuantile.ts';
import { sortedFinite } from '../../statistics/quantiles.ts';
import { fittedQuantile, shareBetween } from '../distribution.ts';
import { numberParam, paramsSchema, stateAscending, stateChoice, wordParam } from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** Tails of the normal output are cut where less than this probability is left (as scikit-learn does): ±5.199. */
const smallestProbability = 1e-7;

/** Number of elements that are smaller than the value. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Empirical distribution function by linear interpolation between quantiles: 0 up to the smallest, 1 from the largest
 * on; a value that holds several quantiles gets the middle of them. With fewer than two quantiles: .5.
 */
function rank(quantiles: Float64Array, value: number): number {
  const last = quantiles.length - 1;
  if (last < 1) return 0.5;
  const upTo = binOf(value, quantiles);
  const below = countBelow(quantiles, value);
  if (upTo > below) return (below + upTo - 1) / 2 / last;
  if (below === 0) return 0;
  if (below > last) return 1;
  return (below - 1 + shareBetween(value, quantiles[below - 1]!, quantiles[below]!)) / last;
}

/** Maps values to their rank in the training part: uniform on [0, 1] or standard normal. */
export const quantile: StepTransform = {
  name: 'quantile',
  summary:
    'Rank within the training part, uniform on [0, 1] or as a standard normal (cut at ±5.2). Values outside, infinite ones too, get the rank of the nearest end. Missing stays missing.',
  accepts: ['number', 'time'],
  params: paramsSchema({
    output: {
      type: 'string',
      enum: ['uniform', 'normal'],
      default: 'uniform',
      description: 'Distribution of the result.',
    },
    quantiles: {
      type: 'integer',
      minimum: 2,
      maximum: 10_000,
      default: 1000,
      description: 'How many quantiles are kept (never more than there are values).',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { output: 'normal', quantiles: 50 } },
    { kind: 'time', params: {} },
  ],
  fit(column, params) {
    const sorted = sortedFinite(numbersOf(column));
    const count = Math.min(numberParam(params, 'quantiles', 1000), sorted.length);
    const quantiles = Array.from({ length: count }, (_, i) =>
      fittedQuantile(sorted, count === 1 ? 0.5 : i / (count - 1)),
    );
    // Interpolation may step back by one rounding error; ranks need the order.
    return {
      quantiles: Array.from(Float64Array.from(quantiles).sort()),
      output: wordParam(params, 'output', 'uniform'),
    };
  },
  compile(state) {
    const quantiles = stateAscending(state, 'quantiles');
    const output = stateChoice(state, 'output', ['uniform', 'normal']);
    if (output === 'uniform')
      return scalarStep((value) => (Number.isNaN(value) ? value : rank(quantiles, value)));
    return scalarStep((value) => {
      if (Number.isNaN(value)) return value;
      const share = rank(quantiles, value);
      return normalQuantile(Math.min(Math.max(share, smallestProbability), 1 - smallestProbability));
    });
  },
};
