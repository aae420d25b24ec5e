import { formatCount, formatNumber, formatPercent } from '../../statistics/figures.ts';
import type { FoldedCalibration, Score, Task, TrainOptions } from '../model.ts';

/** Which quantile of the label a family is asked for; null = none, its answers are means or middles. */
export const quantileAsked = (
  family: string,
  task: Task,
  { gbdt }: Pick<TrainOptions, 'gbdt'>,
): number | null =>
  family === 'gbdt' && task.kind === 'regression' && gbdt.objective === 'quantile' ? gbdt.quantile : null;

/** What is lowest where a share of the labels lies below the answers (Koenker & Bassett 1978), in the mean over the rows. */
export const quantileLoss =
  (share: number): Score =>
  (answers, labels) => {
    let sum = 0;
    for (let row = 0; row < labels.length; row += 1) {
      const left = labels[row]! - answers[row]!;
      sum += Math.max(share * left, (share - 1) * left);
    }
    return sum / labels.length;
  };

/** Share of the labels that lie at or below their answers. */
export function shareBelow(answers: Float64Array, labels: Float64Array): number {
  let below = 0;
  for (let row = 0; row < labels.length; row += 1) if (labels[row]! <= answers[row]!) below += 1;
  return below / labels.length;
}

const mostHalvings = 100;
/** Labels further from their answers than this are nobody's. */
const widest = 2 ** 100;

/** The least shift of the sums by which `wanted` labels or more lie at or below the answers; null where none does. */
function leastShift(holds: (shift: number) => boolean): number | null {
  let width = 1;
  while (!holds(width) || holds(-width)) {
    width *= 2;
    if (width > widest) return null;
  }
  let [low, high] = [-width, width];
  for (let halving = 0; halving < mostHalvings; halving += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The calibration of answers that are a quantile: rows that the fit did not learn from have as many labels below as were
 * asked for, with one row more in the reckoning. Left as it is where there are too few rows.
 *
 * @param answers sums in, answers out: never falling
 * @param sums of rows that the model did not learn from, with their labels
 */
export function quantileCalibration(
  share: number,
  answers: (sums: Float64Array) => Float64Array,
  sums: Float64Array,
  labels: Float64Array,
): FoldedCalibration {
  const rows = formatCount(labels.length, 'held-out row');
  const wanted = Math.ceil((labels.length + 1) * share - 1e-9);
  // A quantile as extreme as that these rows cannot place, on either side.
  const enough =
    wanted <= labels.length && Math.ceil((labels.length + 1) * (1 - share) - 1e-9) <= labels.length;
  const moved = (shift: number): Float64Array => answers(sums.map((sum) => sum + shift));
  const shift = enough
    ? leastShift((by) => shareBelow(moved(by), labels) * labels.length >= wanted - 0.5)
    : null;
  const before = formatPercent(shareBelow(answers(sums), labels));
  return {
    calibration: {
      method: shift === null ? 'none' : 'quantile',
      slope: 1,
      intercept: shift ?? 0,
      because:
        shift === null
          ? `${rows} are too few to place the ${formatNumber(share)} quantile`
          : `${before} of the labels of ${rows} lay at or below the answers, of ${formatPercent(share)} that are asked for`,
    },
    shift: Float64Array.of(shift ?? 0),
  };
}
