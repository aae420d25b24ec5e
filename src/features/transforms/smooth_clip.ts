import { numberParam, paramsSchema, stateNumber } from '../params.ts';
import { scalarStep } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

/** x / √(1 + (x/limit)²): nearly x around 0, never beyond ±limit (RealMLP, Holzmüller 2024, "smooth clip"; limit 3). */
export const smoothClip: StepTransform = {
  name: 'smooth_clip',
  summary:
    'x / √(1 + (x/limit)²): bends values smoothly into ±limit, for columns that are scaled already. Infinite values become ±limit. Missing stays missing.',
  accepts: ['number'],
  params: paramsSchema({
    limit: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 3,
      description: 'Largest magnitude of the result.',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { limit: 10 } },
  ],
  fit: (_column, params) => ({ limit: numberParam(params, 'limit', 3) }),
  compile(state) {
    const limit = stateNumber(state, 'limit');
    return scalarStep((value) => {
      const share = value / limit;
      // From 1e8 on, the square root is |share| to the last bit, and the square overflows later on.
      return Math.abs(share) < 1e8 ? value / Math.sqrt(1 + share * share) : Math.sign(share) * limit;
    });
  },
};
