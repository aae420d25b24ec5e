import { binOf } from '../../statistics/histogram.ts';
import { sortedFinite } from '../../statistics/quantiles.ts';
import { fittedQuantile, shortNumber } from '../distribution.ts';
import {
  numberParam,
  numbersParam,
  paramError,
  paramsSchema,
  stateAscending,
  stateChoice,
  wordParam,
} from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { EncoderStep, StepTransform } from '../transform.ts';

/** Different quantiles of the training part between its smallest and largest value. */
function fittedEdges(sorted: Float64Array, buckets: number): readonly number[] {
  const edges = new Set<number>();
  for (let i = 1; i < buckets; i += 1) {
    const edge = fittedQuantile(sorted, i / buckets);
    if (sorted.length > 0 && edge > sorted[0]!) edges.add(edge);
  }
  return Array.from(Float64Array.from(edges).sort());
}

function bucketNames(name: string, edges: Float64Array): readonly string[] {
  const shown = Array.from(edges, shortNumber);
  const [first] = shown;
  if (first === undefined) return [`${name}:any`];
  const inner = shown.slice(1).map((edge, i) => `${name}:${shown[i]!}..${edge}`);
  return [`${name}:<${first}`, ...inner, `${name}:>=${shown[shown.length - 1]!}`];
}

const oneHotStep = (name: string, edges: Float64Array): EncoderStep => ({
  role: 'encoder',
  width: edges.length + 1,
  outputs: () => bucketNames(name, edges),
  write(column, out, offset, stride) {
    const values = numbersOf(column);
    for (let i = 0, at = offset; i < values.length; i += 1, at += stride) {
      const value = values[i]!;
      if (!Number.isNaN(value)) out[at + binOf(value, edges)] = 1;
    }
  },
});

/** Which interval [edge, next edge) a value falls into: one column for each, or the number of it, from 1. */
export const bucketize: StepTransform = {
  name: 'bucketize',
  summary:
    'Intervals [edge, next edge) of given edges or of quantiles, one-hot or ordinal (numbered from 1). Infinite values fall into the first or last. Missing: all zero (one-hot), missing (ordinal).',
  accepts: ['number', 'time'],
  params: paramsSchema({
    edges: {
      type: 'array',
      items: { type: 'number', description: 'An edge.' },
      minItems: 1,
      maxItems: 1023,
      description: 'Inner edges in ascending order; n edges make n + 1 buckets. Default: quantiles.',
    },
    buckets: {
      type: 'integer',
      minimum: 2,
      maximum: 1024,
      default: 10,
      description: 'How many buckets the quantiles make; fewer where quantiles coincide.',
    },
    output: {
      type: 'string',
      enum: ['one_hot', 'ordinal'],
      default: 'one_hot',
      description: 'What comes out.',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { edges: [0, 1, 10] } },
    { kind: 'number', params: { buckets: 4, output: 'ordinal' } },
    { kind: 'time', params: {} },
  ],
  fit(column, params) {
    const given = numbersParam(params, 'edges');
    if (given?.some((edge, i) => i > 0 && edge <= given[i - 1]!) === true)
      throw paramError('bucketize', 'its edges are not ascending.', 'Write each edge once, smallest first.');
    const edges = given ?? fittedEdges(sortedFinite(numbersOf(column)), numberParam(params, 'buckets', 10));
    return { edges, output: wordParam(params, 'output', 'one_hot') };
  },
  compile(state, { name }) {
    const edges = stateAscending(state, 'edges');
    const output = stateChoice(state, 'output', ['one_hot', 'ordinal']);
    if (output === 'one_hot') return oneHotStep(name, edges);
    return scalarStep((value) => (Number.isNaN(value) ? value : 1 + binOf(value, edges)));
  },
};
