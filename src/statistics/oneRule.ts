import type { Task } from '../data/task.ts';
import type { Work } from '../work.ts';
import { binOf } from './histogram.ts';
import { computeMetric, defaultMetric, scoredRows } from './metrics/index.ts';
import { quantileCuts, sortedPresent } from './quantiles.ts';

/** Numbers are put into up to this many bins of equal mass. */
const numberBins = 8;
/** A group's own answer counts as much as the prior once it has this many rows: what columns are compared with. */
const usualSmoothing = 5;
/** What the best column is tried with besides: none for a rule that is always right. */
const otherSmoothing: readonly number[] = [1, 0.1, 0];

/** Where numbers are cut into groups. */
export const numberCuts = (values: Float64Array): number[] => quantileCuts(sortedPresent(values), numberBins);

/** How many groups these cuts make; missing cells have the last one. */
export const numberGroups = (cuts: readonly number[]): number => cuts.length + 2;

/** The group of each number. */
export function groupNumbers(values: Float64Array, cuts: readonly number[]): Int32Array {
  const groups = new Int32Array(values.length);
  for (let row = 0; row < groups.length; row += 1) {
    const value = values[row]!;
    groups[row] = Number.isNaN(value) ? cuts.length + 1 : binOf(value, cuts);
  }
  return groups;
}

/**
 * What each group answers, `groups × outputs`: its class shares or mean, drawn towards the prior as if that stood in
 * `smoothing` rows more.
 *
 * @param groups by row; below 0 = in none
 * @param target class codes or numbers, NaN = unlabelled
 * @param weights of the classes; left out: all alike
 */
export function groupAnswers(
  task: Task,
  { groups, count }: { readonly groups: Int32Array; readonly count: number },
  target: Float64Array,
  prior: Float64Array,
  smoothing: number,
  weights?: Float64Array,
): Float64Array {
  const outputs = prior.length;
  const rows = new Float64Array(count).fill(smoothing);
  const sums = new Float64Array(count * outputs);
  for (let g = 0; g < count; g += 1)
    for (let k = 0; k < outputs; k += 1) sums[g * outputs + k] = smoothing * prior[k]!;
  for (let i = 0; i < groups.length; i += 1) {
    const value = target[i]!;
    const group = groups[i]!;
    if (Number.isNaN(value) || group < 0) continue;
    const weight = weights?.[value] ?? 1;
    rows[group]! += weight;
    if (task.kind === 'regression') sums[group]! += value;
    else sums[group * outputs + value]! += weight;
  }
  return sums.map((sum, i) => {
    const own = rows[Math.floor(i / outputs)]!;
    return own === 0 ? prior[i % outputs]! : sum / own;
  });
}

/** What a rule answers for rows of these groups, `rows × outputs`; the prior for those in none. */
export function answersByGroup(
  groups: Int32Array,
  rows: number,
  answers: Float64Array,
  prior: Float64Array,
): Float64Array {
  const outputs = prior.length;
  const scores = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i += 1) {
    const group = groups[i] ?? -1;
    for (let k = 0; k < outputs; k += 1)
      scores[i * outputs + k] = group < 0 ? prior[k]! : answers[group * outputs + k]!;
  }
  return scores;
}

/** Log loss or RMSE on labelled rows: what rules are chosen by. */
export function ruleLoss(task: Task, scores: Float64Array, target: Float64Array): number {
  const outputs = scores.length / target.length;
  const kept = new Float64Array(scores.length);
  const own = new Float64Array(target.length);
  let labelled = 0;
  for (let row = 0; row < target.length; row += 1) {
    if (Number.isNaN(target[row])) continue;
    own[labelled] = target[row]!;
    for (let k = 0; k < outputs; k += 1) kept[labelled * outputs + k] = scores[row * outputs + k]!;
    labelled += 1;
  }
  const rows = scoredRows(task, kept.subarray(0, labelled * outputs), own.subarray(0, labelled));
  return computeMetric(defaultMetric(task.kind), rows);
}

/** A rule that looks at one column only, as it was chosen. */
interface ChosenRule<Column> {
  readonly column: Column;
  readonly smoothing: number;
  readonly loss: number;
}

/**
 * The best rule that looks at one column only (Holte 1993): per category or quantile bin the class shares or the mean,
 * drawn towards the prior where there are few rows; missing is a group of its own. The column, and then how far it is
 * drawn, are chosen by `lossOf` on rows that did not teach it, where a column of many rare values cannot win by having
 * memorised. A rule that is always right is not drawn at all: no model beats it by its being sure. Of equals the first.
 *
 * @param rows that a rule is learnt from: the work that a column takes
 */
export function* chooseRule<Column>(
  columns: Iterable<Column>,
  lossOf: (column: Column, smoothing: number) => number,
  rows: number,
): Work<ChosenRule<Column> | undefined> {
  let best: ChosenRule<Column> | undefined;
  for (const column of columns) {
    const loss = lossOf(column, usualSmoothing);
    yield rows;
    if (loss < (best?.loss ?? Infinity)) best = { column, smoothing: usualSmoothing, loss };
  }
  if (best === undefined) return undefined;
  const { column } = best;
  for (const smoothing of otherSmoothing) {
    const loss = lossOf(column, smoothing);
    yield rows;
    if (loss < best.loss) best = { column, smoothing, loss };
  }
  return best;
}
