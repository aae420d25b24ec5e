import { binOf } from '../../statistics/histogram.ts';
import { runs, sortedFinite } from '../../statistics/quantiles.ts';
import { shareBetween, shortNumber } from '../distribution.ts';
import { numberParam, paramsSchema, stateAscending } from '../params.ts';
import { numbersOf } from '../transform.ts';
import type { EncoderStep, StepTransform } from '../transform.ts';

/** Rows that a bin should have, and the fewest and most bins (measured: few rows with many bins overfit). */
const rowsPerBin = 300;
const fewestBins = 4;
const mostBins = 64;

/** `count` values of an ascending array at equal steps of rank, both ends among them. */
function* evenRanks(sorted: Float64Array, count: number): Generator<number> {
  const steps = Math.max(count - 1, 1);
  for (let i = 0; i <= steps; i += 1) yield sorted[Math.round((i * (sorted.length - 1)) / steps)]!;
}

/**
 * Bin edges of the distinct-heavy kind: a value that holds more than 1/bins of the rows is an edge of its own, and
 * quantiles (of the values that are there) split the rest; plain quantiles would spend all edges on, say, 92 % zeros.
 * Few enough different values are all edges.
 */
function distinctHeavyEdges(sorted: Float64Array, bins: number): Float64Array {
  const { values, counts } = runs(sorted);
  if (values.length <= bins + 1) return values;
  const heaviest = sorted.length / bins;
  const heavy = values.filter((_, i) => counts[i]! > heaviest);
  const heavyValues = new Set(heavy);
  const rest = sorted.filter((value) => !heavyValues.has(value));
  const edges = new Set([
    values[0]!,
    ...heavy,
    ...evenRanks(rest, bins + 1 - heavy.length),
    values[values.length - 1]!,
  ]);
  return Float64Array.from(edges).sort();
}

const binNames = (name: string, edges: Float64Array): readonly string[] =>
  Array.from(edges.subarray(1), (edge, i) => `${name}:${shortNumber(edges[i]!)}..${shortNumber(edge)}`);

const encoder = (name: string, edges: Float64Array): EncoderStep => ({
  role: 'encoder',
  width: Math.max(edges.length - 1, 0),
  outputs: () => binNames(name, edges),
  write(column, out, offset, stride) {
    const values = numbersOf(column);
    const bins = edges.length - 1;
    for (let i = 0, at = offset; i < values.length; i += 1, at += stride) {
      const value = values[i]!;
      // NaN compares with nothing: no edge is at most NaN, so missing leaves zeros.
      const passed = binOf(value, edges) - 1;
      if (passed < 0 || bins < 1) continue;
      for (let bin = at; bin < at + Math.min(passed, bins); bin += 1) out[bin] = 1;
      if (passed < bins) out[at + passed] = shareBetween(value, edges[passed]!, edges[passed + 1]!);
    }
  },
});

/**
 * Piecewise-linear encoding (Gorishniy et al. 2022, "On Embeddings for Numerical Features", §3.2) with each bin clipped
 * to [0, 1]: bins below the value are 1, its own is the share of it, bins above are 0.
 */
export const piecewiseLinear: StepTransform = {
  name: 'piecewise_linear',
  summary:
    'One output a bin: 1 for bins below the value, its share of its own bin, 0 above. Missing: all zero. Infinite and other values outside the training range: all zero or all one. A constant column gives nothing.',
  accepts: ['number', 'time'],
  params: paramsSchema({
    bins: {
      type: 'integer',
      minimum: 1,
      maximum: 1024,
      description:
        'How many bins. Default: one for each 300 training rows with a value, at least 4, at most 64.',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { bins: 3 } },
    { kind: 'time', params: {} },
  ],
  fit(column, params) {
    const sorted = sortedFinite(numbersOf(column));
    const usual = Math.min(Math.max(Math.round(sorted.length / rowsPerBin), fewestBins), mostBins);
    return { edges: Array.from(distinctHeavyEdges(sorted, numberParam(params, 'bins', usual))) };
  },
  compile: (state, { name }) => encoder(name, stateAscending(state, 'edges')),
};
