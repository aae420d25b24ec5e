import { avalanche } from '../../hash.ts';
import { rank, rocAucOf } from '../../statistics/metrics/ranking.ts';
import type { Binned } from './bins.ts';
import type { Target } from './target.ts';

const folds = 5;
/** The fold of a row: by a hash of its place, so that labels that take turns (case, control, case, …) stand in every fold. */
const foldOf = (row: number): number => (avalanche(row) >>> 0) % folds;
/** Is a row for judging what was fitted on the others? */
export const isHeldOut = (row: number): boolean => (avalanche(row) & 1) === 1;

/** A class of fewer rows is not judged: its score would be chance. */
const fewestOfClass = 10;

/** Classes of enough rows to be judged; of two, one stands for both. */
export function judgedClasses({ counts }: Extract<Target, { kind: 'classes' }>): number[] {
  const enough = counts.flatMap((count, at) => (count >= fewestOfClass ? [at] : []));
  if (enough.length < 2) return [];
  return counts.length === 2 ? [1] : enough;
}

/** The first place of a value in ascending ones that hold it. */
function placeOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Area under the ROC curve of groups: their scores, and how many rows in and out of the class each holds. */
function aucOfGroups(scores: Float64Array, inside: Float64Array, outside: Float64Array): number {
  // Without an order of groups by a function: this is asked thousands of times.
  const ascending = scores.filter((_, group) => inside[group]! + outside[group]! > 0).sort();
  const [positives, negatives] = [new Float64Array(ascending.length), new Float64Array(ascending.length)];
  for (let group = 0; group < scores.length; group += 1) {
    if (inside[group]! + outside[group]! === 0) continue;
    const place = placeOf(ascending, scores[group]!);
    positives[place] = positives[place]! + inside[group]!;
    negatives[place] = negatives[place]! + outside[group]!;
  }
  let below = 0;
  let total = 0;
  let pairs = 0;
  for (let place = 0; place < ascending.length; place += 1) {
    pairs += positives[place]! * (below + negatives[place]! / 2);
    below += negatives[place]!;
    total += positives[place]!;
  }
  return pairs / (total * below);
}

function sumOf(sides: readonly Float64Array[], count: number): Float64Array {
  const sum = new Float64Array(count);
  for (const side of sides) for (let bin = 0; bin < count; bin += 1) sum[bin] = sum[bin]! + side[bin]!;
  return sum;
}

/** Area under the ROC curve of one class, each fold judged by the others; NaN folds (no such row) are left out. */
function classScore({ bins, count }: Binned, classes: Uint16Array, one: number): number {
  const inside = Array.from({ length: folds }, () => new Float64Array(count));
  const outside = Array.from({ length: folds }, () => new Float64Array(count));
  for (let row = 0; row < bins.length; row += 1) {
    const side = (classes[row] === one ? inside : outside)[foldOf(row)]!;
    side[bins[row]!] = side[bins[row]!]! + 1;
  }
  const totals = sumOf(inside, count);
  const others = sumOf(outside, count);
  const prior = totals.reduce((sum, each) => sum + each, 0) / Math.max(1, bins.length);
  const areas = inside.flatMap((held, fold) => {
    const scores = totals.map((total, bin) => {
      const positive = total - held[bin]!;
      return (positive + prior) / (positive + others[bin]! - outside[fold]![bin]! + 1);
    });
    const area = aucOfGroups(scores, held, outside[fold]!);
    return Number.isNaN(area) ? [] : [area];
  });
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** R² of the ranks of a number, each fold judged by the others. */
function numberScore({ bins, count }: Binned, ranks: Float64Array): number {
  const rows = Array.from({ length: folds }, () => new Float64Array(count));
  const sums = Array.from({ length: folds }, () => new Float64Array(count));
  for (let row = 0; row < bins.length; row += 1) {
    const bin = bins[row]!;
    const fold = foldOf(row);
    rows[fold]![bin] = rows[fold]![bin]! + 1;
    sums[fold]![bin] = sums[fold]![bin]! + ranks[row]!;
  }
  const means = rows.map((_, fold) =>
    Float64Array.from({ length: count }, (_, bin) => {
      let n = 0;
      let sum = 0;
      for (let other = 0; other < folds; other += 1) {
        if (other === fold) continue;
        n += rows[other]![bin]!;
        sum += sums[other]![bin]!;
      }
      return (sum + 0.5) / (n + 1);
    }),
  );
  let left = 0;
  let whole = 0;
  for (let row = 0; row < bins.length; row += 1) {
    left += (ranks[row]! - means[foldOf(row)]![bins[row]!]!) ** 2;
    whole += (ranks[row]! - 0.5) ** 2;
  }
  return whole === 0 ? 0 : 1 - left / whole;
}

/**
 * How well the groups of a column tell the target on rows that were not looked at, from chance to 1: the area under the
 * ROC curve of the class that is told worst, or R² of the ranks of a number. NaN where there is nothing to judge.
 */
export function scoreOf(binned: Binned, target: Target): number {
  if (target.kind === 'number') return numberScore(binned, target.ranks);
  const judged = judgedClasses(target);
  if (judged.length === 0) return Number.NaN;
  return Math.min(...judged.map((one) => classScore(binned, target.classes, one)));
}

/** How well the groups of a column tell one class from all others, on rows that were not looked at. */
export const scoreOfClass = (
  binned: Binned,
  { classes }: Extract<Target, { kind: 'classes' }>,
  one: number,
): number => classScore(binned, classes, one);

/** Steps of the sum below, and how much of each is taken. */
const steps = 60;
const taken = 0.3;
/** Classes that it is fitted for: the most frequent ones. */
const mostFitted = 5;

/**
 * Fits a sum of one curve a column by least squares, one column a step, on some rows; its value at every row.
 *
 * @param fits Is it fitted on that row? By default on those that are not held out.
 */
export function additive(
  columns: readonly Binned[],
  target: Float64Array,
  fits: (row: number) => boolean = (row) => !isHeldOut(row),
): Float64Array {
  const rows = target.length;
  const fittedOn = Int32Array.from(target.keys()).filter(fits);
  const mean = target.reduce((sum, value) => sum + value, 0) / rows;
  const residual = Float64Array.from(fittedOn, (row) => target[row]! - mean);
  const fitted = new Float64Array(rows).fill(mean);
  // Side by side: they are walked along in each step.
  const own = columns.map(({ bins }) => Uint16Array.from(fittedOn, (row) => bins[row]!));
  const sizes = columns.map(({ count }, at) => {
    const size = new Float64Array(count);
    const bins = own[at]!;
    for (let place = 0; place < bins.length; place += 1) size[bins[place]!] = size[bins[place]!]! + 1;
    return size;
  });
  for (let step = 0; step < steps; step += 1) {
    let best: { gain: number; at: number; sums: Float64Array } | undefined;
    for (let at = 0; at < columns.length; at += 1) {
      const sums = sumsByBin(own[at]!, residual, columns[at]!.count);
      const gain = gainOf(sums, sizes[at]!);
      if (best === undefined || gain > best.gain) best = { gain, at, sums };
    }
    if (best === undefined) break;
    const { at, sums } = best;
    const shift = sums.map((sum, bin) => (taken * sum) / (sizes[at]![bin]! + 5));
    moveBy(shift, own[at]!, residual, -1);
    moveBy(shift, columns[at]!.bins, fitted, 1);
  }
  return fitted;
}

function sumsByBin(bins: Uint16Array, values: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let place = 0; place < bins.length; place += 1) {
    const bin = bins[place]!;
    sums[bin] = sums[bin]! + values[place]!;
  }
  return sums;
}

/** What a curve of means takes off the squares. */
function gainOf(sums: Float64Array, sizes: Float64Array): number {
  let gain = 0;
  for (let bin = 0; bin < sums.length; bin += 1) gain += sums[bin]! ** 2 / (sizes[bin]! + 5);
  return gain;
}

function moveBy(shift: Float64Array, bins: Uint16Array, values: Float64Array, sign: 1 | -1): void {
  for (let place = 0; place < values.length; place += 1)
    values[place] = values[place]! + sign * shift[bins[place]!]!;
}

function heldOutAuc(fitted: Float64Array, inside: Float64Array): number {
  const scores = fitted.filter((_, row) => isHeldOut(row));
  const positive = inside.filter((_, row) => isHeldOut(row));
  return rocAucOf(rank(scores, (row) => positive[row] === 1))(new Int32Array(scores.length).fill(1));
}

/** 1 at the rows of a class. */
export const insideOf = ({ classes }: Extract<Target, { kind: 'classes' }>, one: number): Float64Array =>
  Float64Array.from(classes, (each) => (each === one ? 1 : 0));

/** How well columns together tell one class from all others, as `scoreTogether` does. */
export function scoreTogetherOfClass(
  columns: readonly Binned[],
  target: Extract<Target, { kind: 'classes' }>,
  one: number,
): number {
  const inside = insideOf(target, one);
  return heldOutAuc(additive(columns, inside), inside);
}

/**
 * How well columns together tell the target, by a sum of one curve a column that was fitted on one half of the rows and
 * judged on the other; the same scale as `scoreOf`.
 */
export function scoreTogether(columns: readonly Binned[], target: Target): number {
  if (target.kind === 'number') {
    const fitted = additive(columns, target.ranks);
    let left = 0;
    let whole = 0;
    for (let row = 0; row < fitted.length; row += 1) {
      if (!isHeldOut(row)) continue;
      left += (target.ranks[row]! - fitted[row]!) ** 2;
      whole += (target.ranks[row]! - 0.5) ** 2;
    }
    return whole === 0 ? 0 : 1 - left / whole;
  }
  const areas = judgedClasses(target)
    .slice(0, mostFitted)
    .map((one) => scoreTogetherOfClass(columns, target, one));
  return areas.length === 0 ? Number.NaN : Math.min(...areas);
}
