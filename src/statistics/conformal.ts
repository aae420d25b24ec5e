import { sortedFinite } from './quantiles.ts';

/** A part of the answers has at least so many rows in each tail, and so many in all. */
const fewestInTail = 5;
const fewestInPart = 100;
const mostParts = 20;

/**
 * How far labels lie from answers, by the size of the answer. Part `i` are the answers up to `upTo[i]`, the last part
 * those above.
 */
export interface IntervalBounds {
  /** Share of labels that lie within. */
  readonly level: number;
  /** Rows that say it, none of which the model learnt from. */
  readonly rows: number;
  /** Where parts of the answers end. */
  readonly upTo: readonly number[];
  /** How far the label lies below the answer at most, by part. */
  readonly below: readonly number[];
  /** How far above. */
  readonly above: readonly number[];
  /** No label was below it, and no interval reaches below it. */
  readonly floor?: number;
}

/** Where the label lies. */
export interface PredictionInterval {
  readonly low: number;
  readonly high: number;
}

/** Answers and the differences of their labels, in the order of the answers. */
interface Seen {
  readonly answers: Float64Array;
  readonly differences: Float64Array;
}

function seenOf(answers: Float64Array, labels: Float64Array): Seen {
  const rows = Array.from(answers.keys()).filter(
    (row) => Number.isFinite(answers[row]) && Number.isFinite(labels[row]),
  );
  rows.sort((left, right) => answers[left]! - answers[right]! || labels[left]! - labels[right]!);
  return {
    answers: Float64Array.from(rows, (row) => answers[row]!),
    differences: Float64Array.from(rows, (row) => labels[row]! - answers[row]!),
  };
}

/** Ends of the parts: of about the same number of rows, equal answers together. */
function partsOf({ answers }: Seen, level: number): number[] {
  const rows = answers.length;
  const fewest = Math.max(fewestInPart, Math.ceil((2 * fewestInTail) / (1 - level) - 1e-6));
  const parts = Math.max(1, Math.min(mostParts, Math.floor(rows / fewest)));
  const ends: number[] = [];
  let from = 0;
  for (let part = 1; part < parts; part += 1) {
    let to = Math.max(Math.round((part * rows) / parts), from + fewest);
    while (to < rows && answers[to] === answers[to - 1]) to += 1;
    if (rows - to < fewest) break;
    ends.push(to);
    from = to;
  }
  return ends;
}

/** The k-th smallest of n differences, k = ⌈(n + 1) · share⌉: as rare as it must be for one row more. */
function upper(ascending: Float64Array, share: number): number {
  const n = ascending.length;
  // What is a whole number but for rounding is one.
  const k = Math.ceil((n + 1) * share - 1e-9);
  return ascending[Math.min(n, k) - 1]!;
}

/**
 * Conformal bounds of the label around the answer (split conformal prediction, Vovk et al. 2005), with the same share
 * outside on both sides, apart for parts of the answers of different size (Mondrian): where answers are large, errors
 * mostly are, too. Undefined where the rows are too few for the level: fewer than 2 / (1 − level) − 1.
 *
 * @param answers on rows that the model did not learn from; rows without a label are left out
 */
export function fitBounds(
  answers: Float64Array,
  labels: Float64Array,
  level: number,
): IntervalBounds | undefined {
  const seen = seenOf(answers, labels);
  const rows = seen.answers.length;
  const tail = (1 - level) / 2;
  if (rows + 1 < 1 / tail - 1e-9) return undefined;
  const ends = partsOf(seen, level);
  const below: number[] = [];
  const above: number[] = [];
  for (const [part, from] of [0, ...ends].entries()) {
    const ascending = sortedFinite(seen.differences.subarray(from, ends[part] ?? rows));
    // An answer lies in its own interval, whatever its errors are.
    above.push(Math.max(0, upper(ascending, 1 - tail)));
    below.push(Math.max(0, upper(ascending.map((value) => -value).reverse(), 1 - tail)));
  }
  const isLabel = Number.isFinite;
  const isFrom0 = labels.every((label) => !isLabel(label) || label >= 0);
  return {
    level,
    rows,
    upTo: ends.map((to) => (seen.answers[to - 1]! + seen.answers[to]!) / 2),
    below: below.map((width) => width + 0),
    above,
    ...(isFrom0 ? { floor: 0 } : {}),
  };
}

/** The interval around an answer. The answer lies in it. */
export function intervalAround(
  { upTo, below, above, floor }: IntervalBounds,
  answer: number,
): PredictionInterval {
  let part = 0;
  while (part < upTo.length && answer > upTo[part]!) part += 1;
  const low = answer - below[part]!;
  return {
    low: floor === undefined ? low : Math.min(answer, Math.max(floor, low)),
    high: answer + above[part]!,
  };
}

/** What is wrong with bounds that come from elsewhere; undefined where nothing is. */
export function problemOfBounds({ upTo, below, above }: IntervalBounds): string | undefined {
  if (below.length !== upTo.length + 1 || above.length !== upTo.length + 1)
    return `${below.length} and ${above.length} widths for ${upTo.length + 1} parts`;
  if (upTo.some((end, part) => part > 0 && !(end > upTo[part - 1]!))) return 'parts that do not rise';
  return [...below, ...above].every((width) => width >= 0) ? undefined : 'a width below 0';
}

/** How intervals did on labelled rows. */
export interface Coverage {
  /** Share of labels that are meant to lie within. */
  readonly level: number;
  /** Share that did, on the rows that judge. */
  readonly coverage: number;
  /** Mean width. */
  readonly width: number;
}

/** Which share of labels lies in the interval of its answer. Undefined without a labelled row. */
export function coverageOf(
  bounds: IntervalBounds,
  answers: Float64Array,
  labels: Float64Array,
): Coverage | undefined {
  let rows = 0;
  let within = 0;
  let widths = 0;
  for (const [row, label] of labels.entries()) {
    if (!Number.isFinite(label) || !Number.isFinite(answers[row]!)) continue;
    const { low, high } = intervalAround(bounds, answers[row]!);
    rows += 1;
    widths += high - low;
    if (label >= low && label <= high) within += 1;
  }
  return rows === 0 ? undefined : { level: bounds.level, coverage: within / rows, width: widths / rows };
}
