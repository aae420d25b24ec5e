import { stateAscending, stateFlag, stateInteger, stateNumber } from '../../features/params.ts';
import { beside, entryAt } from './arithmetic.ts';
import type { GraphColumn, Writing } from './columns.ts';
import { numberValue } from './columns.ts';
import type { Value } from './graph.ts';
import { countUpTo, piecewise } from './numbers.ts';

/** The end of a chain: `rows × width`, float64; null where it has no output. */
type Encoder = (writing: Writing, column: GraphColumn) => Value | null;

const places = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const oneHot: Encoder = ({ graph, math, fitted }, column) => {
  if (column.kind !== 'codes') throw new TypeError(`expected codes, got ${column.kind}`);
  const { value, size } = column;
  if (stateFlag(fitted.state, 'signed')) return entryAt(graph, [-1, 1, 0, 0], value);
  if (size === 0) return null;
  const codes = graph.constant({ type: 'int64', dims: [1, size], numbers: places(size) });
  return math.asNumber(graph.op('Equal', [value, codes]));
};

const bucketize: Encoder = ({ graph, math, fitted }, column) => {
  const x = numberValue(column);
  const edges = stateAscending(fitted.state, 'edges');
  const bucket = math.where(math.isMissing(x), -1, countUpTo(graph, math, edges, x));
  const buckets = graph.constant({
    type: 'int64',
    dims: [1, edges.length + 1],
    numbers: places(edges.length + 1),
  });
  return math.asNumber(graph.op('Equal', [math.asWhole(bucket), buckets]));
};

const piecewiseLinear: Encoder = ({ graph, math, fitted }, column) => {
  const edges = stateAscending(fitted.state, 'edges');
  return edges.length < 2 ? null : piecewise(graph, math, edges, numberValue(column));
};

const missingIndicator: Encoder = ({ graph, math }, column) =>
  math.asNumber(
    column.kind === 'codes'
      ? graph.op('Equal', [column.value, graph.whole(column.size + 1)])
      : math.isMissing(numberValue(column)),
  );

/** Beyond it a place in a cycle is not told apart from others; infinite ones are. */
const largest = Number.MAX_VALUE;

const cyclic: Encoder = ({ graph, math, fitted }, column) => {
  const period = stateNumber(fitted.state, 'period');
  const harmonics = stateInteger(fitted.state, 'harmonics', 1, 32);
  const x = numberValue(column);
  const isPlace = math.atMost(math.apply('Abs', x), largest);
  const place = math.where(isPlace, x, 0);
  const rest = graph.op('Mod', [place, graph.number(period)], { fmod: 1 });
  const angle = math.multiply(math.divide(rest, period), 2 * Math.PI);
  const waves = places(harmonics).flatMap((wave) => {
    const turned = wave === 0 ? angle : math.multiply(angle, wave + 1);
    return [math.apply('Sin', turned), math.apply('Cos', turned)];
  });
  return math.where(isPlace, beside(graph, waves), 0);
};

/** Encoders by name. `bucketize` is one where its buckets are columns. */
export const encoders: Readonly<Record<string, Encoder>> = {
  bucketize,
  cyclic,
  missing_indicator: missingIndicator,
  one_hot: oneHot,
  piecewise_linear: piecewiseLinear,
};

/** Magnitude that no plain number exceeds: `finished` of `features/chain.ts`. */
const largestPlain = 1e16;

/** How a chain ends that names no encoder. */
export function plainEnd({ math }: Pick<Writing, 'math'>, column: GraphColumn): Value {
  const x = numberValue(column);
  return math.where(math.isMissing(x), 0, math.between(x, -largestPlain, largestPlain));
}
