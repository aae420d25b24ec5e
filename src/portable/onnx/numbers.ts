import { stateAscending, stateChoice, stateFlag, stateNumber } from '../../features/params.ts';
import type { Params } from '../../features/spec.ts';
import { centralNormal, farTailNormal, tailNormal } from '../../statistics/normalQuantile.ts';
import type { Rational } from '../../statistics/normalQuantile.ts';
import type { Arithmetic } from './arithmetic.ts';
import { entryAt } from './arithmetic.ts';
import type { Graph, Value } from './graph.ts';

/** Steps from a number to a number: what `features/transforms` compute, written as operators. */
type NumberStep = (graph: Graph, math: Arithmetic, state: Params, x: Value) => Value;

/** How many of these ascending numbers are at most the value (`strictly`: below it). */
export function countUpTo(
  graph: Graph,
  math: Arithmetic,
  ascending: ArrayLike<number>,
  x: Value,
  strictly = false,
): Value {
  if (ascending.length === 0) return math.multiply(math.asNumber(math.isMissing(x)), 0);
  const numbers = graph.numbers(ascending);
  return math.sumOfRow(math.asNumber(strictly ? math.less(numbers, x) : math.atMost(numbers, x)));
}

function shareOf(math: Arithmetic, wide: boolean, x: Value, low: Value, high: Value): Value {
  if (!wide) return math.divide(math.subtract(x, low), math.subtract(high, low));
  const half = (value: Value): Value => math.divide(value, 2);
  return math.divide(math.subtract(half(x), half(low)), math.subtract(half(high), half(low)));
}

const isWide = (ascending: ArrayLike<number>): boolean =>
  ascending.length > 1 && !Number.isFinite(ascending[ascending.length - 1]! - ascending[0]!);

const standard: NumberStep = (_graph, math, state, x) => {
  const [mean, std] = [stateNumber(state, 'mean'), stateNumber(state, 'std')];
  if (std === 0) return math.where(math.isMissing(x), x, 0);
  if (std <= 1) return math.divide(math.subtract(x, mean), std);
  return math.divide(math.subtract(math.divide(x, 2), mean / 2), std / 2);
};

const robust: NumberStep = (_graph, math, state, x) => {
  const [median, scale] = [stateNumber(state, 'median'), stateNumber(state, 'scale')];
  if (scale === 0) return math.where(math.isMissing(x), x, 0);
  return math.divide(math.subtract(x, median), scale);
};

const minMax: NumberStep = (graph, math, state, x) => {
  const [min, max] = [stateNumber(state, 'min'), stateNumber(state, 'max')];
  const [low, high] = [stateNumber(state, 'low'), stateNumber(state, 'high')];
  if (!(min < max)) return math.where(math.isMissing(x), x, low);
  const wide = !Number.isFinite(max - min);
  const share = shareOf(math, wide, x, graph.number(min), graph.number(max));
  const scaled = math.add(math.multiply(share, high - low), low);
  if (!stateFlag(state, 'clip')) return scaled;
  return math.where(math.atMost(x, min), low, math.where(math.atLeast(x, max), high, scaled));
};

const largestLog = Math.log1p(Number.MAX_VALUE);

const log1p: NumberStep = (_graph, math, _state, x) => {
  const log = math.apply('Log', math.add(math.apply('Abs', x), 1));
  const bounded = math.where(math.greater(log, largestLog), largestLog, log);
  return math.multiply(math.where(math.less(x, 0), -1, 1), bounded);
};

const smoothClip: NumberStep = (_graph, math, state, x) => {
  const limit = stateNumber(state, 'limit');
  const share = math.divide(x, limit);
  const bent = math.divide(x, math.apply('Sqrt', math.add(math.multiply(share, share), 1)));
  const end = math.where(math.less(x, 0), -limit, limit);
  return math.where(math.atLeast(math.apply('Abs', share), 1e8), end, bent);
};

/** The rank of a value among quantiles, from 0 to 1. */
function rankOf(graph: Graph, math: Arithmetic, quantiles: Float64Array, x: Value): Value {
  const last = quantiles.length - 1;
  if (last < 1) return math.where(math.isMissing(x), x, 0.5);
  const upTo = countUpTo(graph, math, quantiles, x);
  const below = countUpTo(graph, math, quantiles, x, true);
  const middle = math.divide(math.subtract(math.add(below, upTo), 1), 2 * last);
  const at = (shift: number): Value =>
    entryAt(graph, quantiles, math.asWhole(math.between(math.add(below, shift), 0, last)));
  const share = shareOf(math, isWide(quantiles), x, at(-1), at(0));
  const inside = math.divide(math.add(math.subtract(below, 1), share), last);
  const outside = math.where(math.less(below, 1), 0, math.where(math.greater(below, last), 1, inside));
  return math.where(math.greater(upTo, below), middle, outside);
}

function polynomial(graph: Graph, math: Arithmetic, coefficients: readonly number[], x: Value): Value {
  let sum = graph.number(coefficients.at(-1)!);
  for (const own of coefficients.slice(0, -1).reverse()) sum = math.add(math.multiply(sum, x), own);
  return sum;
}

const rational = (graph: Graph, math: Arithmetic, { above, below }: Rational, x: Value): Value =>
  math.divide(polynomial(graph, math, above, x), polynomial(graph, math, below, x));

/** `normalQuantile` of probabilities that are away from 0 and 1. */
function normalOf(graph: Graph, math: Arithmetic, probability: Value): Value {
  const q = math.subtract(probability, 0.5);
  const central = math.multiply(
    q,
    rational(graph, math, centralNormal, math.subtract(0.180625, math.multiply(q, q))),
  );
  const isLow = math.less(q, 0);
  const side = math.where(isLow, probability, math.subtract(1, probability));
  const r = math.apply('Sqrt', math.multiply(math.apply('Log', side), -1));
  const size = math.where(
    math.atMost(r, 5),
    rational(graph, math, tailNormal, math.subtract(r, 1.6)),
    rational(graph, math, farTailNormal, math.subtract(r, 5)),
  );
  const outer = math.where(isLow, math.multiply(size, -1), size);
  return math.where(math.atMost(math.apply('Abs', q), 0.425), central, outer);
}

const smallestProbability = 1e-7;

const quantile: NumberStep = (graph, math, state, x) => {
  const rank = rankOf(graph, math, stateAscending(state, 'quantiles'), x);
  const given =
    stateChoice(state, 'output', ['uniform', 'normal']) === 'uniform'
      ? rank
      : normalOf(graph, math, math.between(rank, smallestProbability, 1 - smallestProbability));
  return math.where(math.isMissing(x), x, given);
};

/** Steps that are a function of one number, by name. */
export const numberSteps: Readonly<Record<string, NumberStep>> = {
  bucketize: (graph, math, state, x) =>
    math.where(math.isMissing(x), x, math.add(countUpTo(graph, math, stateAscending(state, 'edges'), x), 1)),
  clip: (_graph, math, state, x) => math.between(x, stateNumber(state, 'low'), stateNumber(state, 'high')),
  impute: (_graph, math, state, x) => math.where(math.isMissing(x), stateNumber(state, 'value'), x),
  log1p,
  min_max: minMax,
  quantile,
  robust,
  smooth_clip: smoothClip,
  standard,
};

/** Bins below the value are 1, its own is the share of it, bins above are 0; all 0 of what is missing. */
export function piecewise(graph: Graph, math: Arithmetic, edges: Float64Array, x: Value): Value {
  const [low, high] = [edges.subarray(0, -1), edges.subarray(1)];
  const share = shareOf(math, isWide(edges), x, graph.numbers(low), graph.numbers(high));
  return math.where(
    math.atLeast(x, graph.numbers(high)),
    1,
    math.where(math.atLeast(x, graph.numbers(low)), share, 0),
  );
}

/** Where a value lies among ascending `from`, as a straight line between neighbouring points of `to`; flat beyond them. */
export function interpolated(
  graph: Graph,
  math: Arithmetic,
  from: readonly number[],
  to: readonly number[],
  x: Value,
): Value {
  const last = from.length - 1;
  const place = math.between(math.subtract(countUpTo(graph, math, from, x), 1), 0, last - 1);
  const [below, above] = [math.asWhole(place), math.asWhole(math.add(place, 1))];
  const [start, end] = [entryAt(graph, from, below), entryAt(graph, from, above)];
  const share = math.between(math.divide(math.subtract(x, start), math.subtract(end, start)), 0, 1);
  const [low, high] = [entryAt(graph, to, below), entryAt(graph, to, above)];
  return math.add(low, math.multiply(share, math.subtract(high, low)));
}
