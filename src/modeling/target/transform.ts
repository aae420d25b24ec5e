import { Type } from '@sinclair/typebox';
import type { Shape } from '../../shape.ts';
import { moments } from '../../statistics/moments.ts';
import { normalQuantile } from '../../statistics/normalQuantile.ts';
import { quantile, sortedFinite } from '../../statistics/quantiles.ts';
import { exp, ln } from '../../statistics/exponential.ts';

/** Points of a quantile transform at most: between them it is a straight line. */
const mostPoints = 1000;
/** Labels that are spread over more than so many powers of ten are shifted before their logarithm is taken. */
const widestSpread = 1000;
/** How far beyond the labels seen an answer may lie, on the transformed scale, in units of their range there. */
const beyond = 0.1;

/** What labels were before a family learnt them. */
export const targetTransformShape = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('log'),
      /** Added before the logarithm. */
      shift: Type.Number({ minimum: 0 }),
      /** Answers stay within these bounds on the transformed scale. */
      low: Type.Number(),
      high: Type.Number(),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('quantile'),
      /** Labels, ascending, and where they stand among normal ones. Beyond the ends nothing is answered. */
      values: Type.Array(Type.Number(), { minItems: 2, maxItems: mostPoints }),
      normal: Type.Array(Type.Number(), { minItems: 2, maxItems: mostPoints }),
    },
    { additionalProperties: false },
  ),
]);
export type TargetTransform = Shape<typeof targetTransformShape>;

/** Which transforms there are. */
export const targetTransforms = ['log', 'quantile'] as const;
export type TransformName = (typeof targetTransforms)[number];

/** Is it one of them, and not `auto` or `none`? */
export const isTransformed = (name: string): name is TransformName =>
  targetTransforms.some((known) => known === name);

/** 1 for counts; nothing where all labels are well above 0; else a tenth of the middle one of those above 0. */
function shiftOf(ascending: Float64Array): number {
  const lowest = ascending[0]!;
  if (lowest > 0 && quantile(ascending, 0.5) / lowest < widestSpread) return 0;
  if (ascending.every(Number.isInteger)) return 1;
  const positive = ascending.filter((label) => label > 0);
  return positive.length === 0 ? 1 : quantile(positive, 0.5) / 10;
}

function fitLog(ascending: Float64Array): TargetTransform | null {
  if (!(ascending[0]! >= 0)) return null;
  const shift = shiftOf(ascending);
  const [low, high] = [ln(ascending[0]! + shift), ln(ascending.at(-1)! + shift)];
  const more = beyond * (high - low);
  return { kind: 'log', shift, low: low - more, high: high + more };
}

/** Each label at the middle of its ranks (equal ones share them), as a normal variable has it. */
function fitQuantile(ascending: Float64Array): TargetTransform | null {
  const rows = ascending.length;
  const values: number[] = [];
  const normal: number[] = [];
  for (let from = 0; from < rows;) {
    let to = from + 1;
    while (to < rows && ascending[to] === ascending[from]) to += 1;
    values.push(ascending[from]!);
    normal.push(normalQuantile((from + to) / 2 / rows));
    from = to;
  }
  if (values.length < 2) return null;
  if (values.length <= mostPoints) return { kind: 'quantile', values, normal };
  const kept = Array.from({ length: mostPoints }, (_, point) =>
    Math.round((point * (values.length - 1)) / (mostPoints - 1)),
  );
  return {
    kind: 'quantile',
    values: kept.map((at) => values[at]!),
    normal: kept.map((at) => normal[at]!),
  };
}

/**
 * Fits a transform to labels; null where they do not allow it: a logarithm of negative ones, or less than two different
 * ones.
 */
export function fitTransform(name: TransformName, labels: Float64Array): TargetTransform | null {
  const ascending = sortedFinite(labels);
  if (ascending.length < 2 || ascending[0] === ascending.at(-1)) return null;
  return name === 'log' ? fitLog(ascending) : fitQuantile(ascending);
}

/** Where `value` lies among ascending `from`, as a straight line between neighbouring points of `to`; flat beyond them. */
function interpolated(from: readonly number[], to: readonly number[], value: number): number {
  let low = 0;
  let high = from.length - 1;
  if (!(value > from[low]!)) return to[low]!;
  if (value >= from[high]!) return to[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= value) low = middle;
    else high = middle;
  }
  const share = (value - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}

/** Labels as a family learns them. */
export function transformed(transform: TargetTransform, labels: Float64Array): Float64Array {
  if (transform.kind === 'log') return labels.map((label) => ln(label + transform.shift));
  return labels.map((label) => interpolated(transform.values, transform.normal, label));
}

/** What a family answers, back in the label's unit. Never below 0 where the logarithm was learnt. */
export function inverted(transform: TargetTransform, answers: Float64Array): Float64Array {
  if (transform.kind === 'quantile')
    return answers.map((answer) => interpolated(transform.normal, transform.values, answer));
  const { shift, low, high } = transform;
  return answers.map((answer) => Math.max(0, exp(Math.min(high, Math.max(low, answer))) - shift));
}

/** How lopsided labels are: their third moment over their standard deviation; 0 where all are equal. */
export function skewness(labels: Float64Array): number {
  const { mean, std, count } = moments(labels);
  if (!(std > 0)) return 0;
  let cubes = 0;
  for (const label of labels) if (Number.isFinite(label)) cubes += ((label - mean) / std) ** 3;
  return cubes / count;
}
