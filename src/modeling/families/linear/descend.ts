import type { Work } from '../../../work.ts';
import { fromKept, multiply, multiplyTransposed, towardsKept } from './compressedRows.ts';
import type { Curvature, Curved } from './curvature.ts';
import type { AlongLine, Line } from './marginLoss.ts';
import type { LinearProblem } from './problem.ts';

/** Where a fit stands. Changed in place by `descend`. */
export interface Coefficients {
  /** `width × units`, then the intercepts of centred columns: one row more. */
  readonly values: Float64Array;
  /** Margins of the rows, `rows × units`. */
  readonly margins: Float64Array;
}

/** How exact it has to be. */
interface Precision {
  /** What is left to be gained of the mean loss, as the last step saw it. */
  readonly gain: number;
  readonly steps: number;
}

/** Steps that are remembered (Liu & Nocedal 1989). */
const memory = 10;
const rowsAtOnce = 8192;

/** All 0 but the intercepts. */
export function startAt(problem: LinearProblem, intercepts: Float64Array): Coefficients {
  const { rows, loss } = problem;
  const { units } = loss;
  const values = new Float64Array((rows.width + 1) * units);
  values.set(intercepts, rows.width * units);
  const margins = new Float64Array(rows.rows * units);
  for (let at = 0; at < margins.length; at += 1) margins[at] = intercepts[at % units]!;
  return { values, margins };
}

/** Margins of rows at coefficients of centred columns. `kept` is written over. */
export function* marginsOf(
  { rows, means, loss: { units } }: Pick<LinearProblem, 'rows' | 'means' | 'loss'>,
  values: Float64Array,
  margins: Float64Array,
  kept = new Float64Array(rows.width * units),
): Work<void> {
  const offsets = values.slice(rows.width * units);
  for (let place = 0; place < rows.width; place += 1)
    for (let unit = 0; unit < units; unit += 1)
      offsets[unit]! -= means[place]! * values[place * units + unit]!;
  kept.set(values.subarray(0, rows.width * units));
  towardsKept(rows.stepped, kept, units);
  yield* multiply(rows, kept, units, margins);
  for (let at = 0; at < margins.length; at += 1) margins[at]! += offsets[at % units]!;
}

/**
 * Minimises the mean loss plus `½ Σ penalty · weight²` from where the coefficients stand: quasi-Newton steps with limited
 * memory (Nocedal & Wright 2006, algorithm 7.5) that start from a curvature that was taken near. Gives the mean loss
 * without the penalty, and the number of steps.
 */
export function* descend(
  problem: LinearProblem,
  curvature: Curvature,
  penalty: Float64Array,
  coefficients: Coefficients,
  precision: Precision,
): Work<{ readonly loss: number; readonly steps: number }> {
  const { rows, loss } = problem;
  const { units } = loss;
  const { values, margins } = coefficients;
  const count = Math.max(1, rows.rows);
  const line: Line = {
    margins,
    direction: new Float64Array(margins.length),
    residuals: new Float64Array(margins.length),
  };
  const pairs = new Memory(curvature(penalty), values.length);
  const kept = new Float64Array(rows.width * units);
  let derivatives = new Float64Array(values.length);
  let before = new Float64Array(values.length);
  let here = yield* along(problem, line, 0);
  yield* derivativesAt(problem, penalty, values, line.residuals, derivatives);
  let steps = 0;
  for (; steps < precision.steps; steps += 1) {
    const direction = pairs.direction(derivatives);
    const slope = dot(direction, derivatives);
    if (!(-slope / 2 > precision.gain)) break;
    yield* marginsOf(problem, direction, line.direction, kept);
    const penalised = penaltyAlong(penalty, values, direction, units);
    const step = yield* lineSearch(problem, line, here, penalised);
    if (step === null) break;
    here = step.loss;
    for (let at = 0; at < values.length; at += 1) values[at]! += step.length * direction[at]!;
    for (let at = 0; at < margins.length; at += 1) margins[at]! += step.length * line.direction[at]!;
    [before, derivatives] = [derivatives, before];
    yield* derivativesAt(problem, penalty, values, line.residuals, derivatives);
    pairs.remember(step.length, direction, before, derivatives);
  }
  return { loss: here.value / count, steps };
}

/** The loss along the line, a piece of the rows at a time. */
function* along(problem: LinearProblem, line: Line, step: number): Work<AlongLine> {
  const into: AlongLine = { value: 0, slope: 0, curvature: 0 };
  const { rows } = problem.rows;
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const to = Math.min(rows, from + rowsAtOnce);
    problem.loss.along(line, step, from, to, into);
    yield to - from;
  }
  return into;
}

/** Of the penalised mean loss, written into `sums`. */
function* derivativesAt(
  { rows, means, loss: { units } }: LinearProblem,
  penalty: Float64Array,
  values: Float64Array,
  residuals: Float64Array,
  sums: Float64Array,
): Work<void> {
  const count = Math.max(1, rows.rows);
  sums.fill(0);
  yield* multiplyTransposed(rows, residuals, units, sums);
  fromKept(rows.stepped, sums, units);
  const totals = sums.subarray(rows.width * units);
  for (let at = 0; at < residuals.length; at += 1) totals[at % units]! += residuals[at]!;
  for (let place = 0; place < rows.width; place += 1)
    for (let unit = 0; unit < units; unit += 1) {
      const at = place * units + unit;
      sums[at] = (sums[at]! - means[place]! * totals[unit]!) / count + penalty[place]! * values[at]!;
    }
  for (let unit = 0; unit < units; unit += 1) totals[unit]! /= count;
}

/** Slope and curvature of the penalty along a direction. */
function penaltyAlong(
  penalty: Float64Array,
  values: Float64Array,
  direction: Float64Array,
  units: number,
): { readonly slope: number; readonly curvature: number } {
  let slope = 0;
  let curvature = 0;
  for (let place = 0; place < penalty.length; place += 1)
    for (let at = place * units; at < (place + 1) * units; at += 1) {
      slope += penalty[place]! * values[at]! * direction[at]!;
      curvature += penalty[place]! * direction[at]! * direction[at]!;
    }
  return { slope, curvature };
}

/**
 * A step that lowers the convex loss and leaves at most half of its slope (strong Wolfe conditions), by Newton's method
 * in one dimension kept within what is known to hold the minimum. Null where rounding leaves nothing to gain.
 */
function* lineSearch(
  problem: LinearProblem,
  line: Line,
  start: AlongLine,
  penalised: { readonly slope: number; readonly curvature: number },
): Work<{ readonly length: number; readonly loss: AlongLine } | null> {
  const count = Math.max(1, problem.rows.rows);
  const first = dot(line.direction, line.residuals) / count + penalised.slope;
  if (!(first < 0)) return null;
  let low = 0;
  let high = Infinity;
  let length = 1;
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const loss = yield* along(problem, line, length);
    const gained =
      (start.value - loss.value) / count -
      length * penalised.slope -
      0.5 * length * length * penalised.curvature;
    const slope = loss.slope / count + penalised.slope + length * penalised.curvature;
    const finite = Number.isFinite(loss.value) && Number.isFinite(slope);
    if (finite && gained >= -1e-4 * length * first && Math.abs(slope) <= -0.5 * first)
      return { length, loss };
    if (finite && slope < 0 && gained >= 0) low = length;
    else high = length;
    const curvature = loss.curvature / count + penalised.curvature;
    const newton = length - slope / curvature;
    if (finite && newton > low && newton < high) length = newton;
    else length = high === Infinity ? 4 * length : (low + high) / 2;
  }
  return null;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!;
  return sum;
}

/** A step, how it changed the derivatives, and the product of both. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  product: number;
}

/** Steps that were made and how they changed the derivatives: what the next direction is made of. */
class Memory {
  readonly #curved: Curved;
  readonly #pairs: Pair[] = [];
  /** Written over by each direction. */
  readonly #direction: Float64Array;

  constructor(curved: Curved, size: number) {
    this.#curved = curved;
    this.#direction = new Float64Array(size);
  }

  /** A step of this length in this direction, which led from derivatives `before` to those `after` it. */
  remember(length: number, direction: Float64Array, before: Float64Array, after: Float64Array): void {
    const size = direction.length;
    let product = 0;
    for (let at = 0; at < size; at += 1) product += length * direction[at]! * (after[at]! - before[at]!);
    if (!(product > 0)) return;
    // The oldest makes room: wide problems would else leave megabytes behind at each step.
    const oldest = this.#pairs.length === memory ? this.#pairs.shift() : undefined;
    const pair = oldest ?? { step: new Float64Array(size), change: new Float64Array(size), product };
    for (let at = 0; at < size; at += 1) {
      pair.step[at] = length * direction[at]!;
      pair.change[at] = after[at]! - before[at]!;
    }
    pair.product = product;
    this.#pairs.push(pair);
  }

  /** Downhill, as far as the remembered curvature says. Written over at the next call. */
  direction(derivatives: Float64Array): Float64Array {
    const direction = this.#direction;
    for (let at = 0; at < direction.length; at += 1) direction[at] = -derivatives[at]!;
    const shares: number[] = [];
    for (const { step, change, product } of this.#pairs.toReversed()) {
      const share = dot(step, direction) / product;
      shares.push(share);
      for (let at = 0; at < direction.length; at += 1) direction[at]! -= share * change[at]!;
    }
    this.#curved(direction);
    for (const { step, change, product } of this.#pairs) {
      const share = shares.pop()! - dot(change, direction) / product;
      for (let at = 0; at < direction.length; at += 1) direction[at]! += share * step[at]!;
    }
    return direction;
  }
}
