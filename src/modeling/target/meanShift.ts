import { formatNumber } from '../../statistics/figures.ts';
import type { FoldedCalibration } from '../model.ts';

/** How exactly a shift is found: on how many rows at most, evenly spaced, in how many halvings of an interval. */
interface Precision {
  readonly rows: number;
  readonly halvings: number;
}
const exact: Precision = { rows: 20_000, halvings: 40 };
/** What is enough to see which round is best. */
export const rough: Precision = { rows: 500, halvings: 12 };

/** Metrics whose best answer is a mean; that of the others is a median. */
const meanMetrics: ReadonlySet<string> = new Set(['rmse', 'r2']);

/** Is the answer that is asked for, by the metric that is watched, a mean? */
export const answersMean = (metric: string): boolean => meanMetrics.has(metric);

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function everyNth(values: Float64Array, most: number): Float64Array {
  const step = Math.ceil(values.length / most);
  return step <= 1
    ? values
    : Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]!);
}

/**
 * What to add to raw sums so that the answers have the mean of the labels (after Duan 1983, "Smearing estimate", without
 * its assumption that all errors are alike). 0 where no shift gets there.
 *
 * @param answers sums in, answers out: never falling
 * @param sums of rows that the model did not learn from, with their labels
 */
export function meanShift(
  answers: (sums: Float64Array) => Float64Array,
  sums: Float64Array,
  labels: Float64Array,
  { rows, halvings }: Precision = exact,
): number {
  if (sums.length === 0) return 0;
  const seen = everyNth(sums, rows);
  const wanted = mean(everyNth(labels, rows));
  const at = (shift: number): number => mean(answers(seen.map((sum) => sum + shift)));
  let width = 1;
  while (width < 32 && !(at(-width) <= wanted && wanted <= at(width))) width *= 2;
  let low = -width;
  let high = width;
  if (!(at(low) <= wanted && wanted <= at(high))) return 0;
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (at(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Fewer rows say too little about a mean. */
const fewestRows = 30;

/**
 * The calibration of a model whose labels were learnt transformed: its answers get the mean of the labels. Left as it is
 * where there are too few rows.
 *
 * @param sums of rows that the model did not learn from, with their labels
 */
export function meanCalibration(
  answers: (sums: Float64Array) => Float64Array,
  sums: Float64Array,
  labels: Float64Array,
): FoldedCalibration {
  const shift = labels.length < fewestRows ? 0 : meanShift(answers, sums, labels);
  const figure = (values: Float64Array): string => formatNumber(mean(values));
  const because =
    labels.length < fewestRows
      ? `${labels.length} rows are too few to correct a mean`
      : `the mean of the answers on ${labels.length} held-out rows was ${figure(answers(sums))}, that of the labels ${figure(labels)}`;
  return {
    calibration: { method: shift === 0 ? 'none' : 'mean', slope: 1, intercept: shift, because },
    shift: Float64Array.of(shift),
  };
}
