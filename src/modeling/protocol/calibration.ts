import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';
import type { FoldedCalibration, Task } from '../model.ts';
import { exp, ln } from '../../statistics/exponential.ts';

/** Slope and intercept on the sums. */
interface Map2 {
  readonly slope: number;
  readonly intercept: number;
}

const folds = 5;
/** A lower log loss counts from here on; less is rounding. */
const leastGain = 1e-6;
const identity: Map2 = { slope: 1, intercept: 0 };

/**
 * Fits a calibration of the last layer's sums on the validation part: Platt's slope and intercept on the log odds
 * (binary; Platt 1999), one temperature (multi-class; Guo et al. 2017). It is kept only if, fitted on four fifths
 * of the validation rows, it lowers the log loss of the other fifth, all five taken together.
 *
 * @param logits `rows × units` of the validation part
 * @param target 0/1 (1 = the unit's class) or class codes
 */
export function calibrate(task: Task, logits: Float64Array, target: Float64Array): FoldedCalibration {
  return finish(calibrating(task, logits, target));
}

/** `calibrate` in pieces: a fold at a time. */
export function* calibrating(
  task: Task,
  logits: Float64Array,
  target: Float64Array,
): Work<FoldedCalibration> {
  if (task.kind === 'regression') return uncalibrated(1, 'a number has no probability to calibrate');
  const units = task.kind === 'binary' ? 1 : task.classes.length;
  const fit = units === 1 ? fitPlatt : fitTemperature;
  const loss = units === 1 ? binaryLoss : softmaxLoss;
  const rows = target.length;
  if (rows < 2 * folds || new Set(target).size < 2)
    return uncalibrated(units, `${rows} validation rows are too few, or of one class only`);

  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const before = loss(logits, target, all, units, identity) / rows;
  let after = 0;
  const fitted = fit(logits, target, all, units, identity);
  for (let fold = 0; fold < folds; fold += 1) {
    const inside = all.filter((row) => row % folds !== fold);
    const outside = all.filter((row) => row % folds === fold);
    after += loss(logits, target, outside, units, fit(logits, target, inside, units, fitted)) / rows;
    yield rows;
  }
  const method = units === 1 ? ('platt' as const) : ('temperature' as const);
  const change = `log loss of held-out validation rows ${before.toFixed(4)} before, ${after.toFixed(4)} after`;
  if (!(after < before - leastGain)) return uncalibrated(units, `${method} does not help: ${change}`);
  if (!(fitted.slope > 0) || !Number.isFinite(fitted.slope) || !Number.isFinite(fitted.intercept))
    return uncalibrated(units, `${method} would turn the ranking round`);
  return {
    calibration: { method, slope: fitted.slope, intercept: fitted.intercept, because: change },
    shift: new Float64Array(units).fill(fitted.intercept),
  };
}

/** Sums left as they are, and why. */
export function uncalibrated(units: number, because: string): FoldedCalibration {
  return { calibration: { method: 'none', slope: 1, intercept: 0, because }, shift: new Float64Array(units) };
}

/** `start`: where the best map may be near. */
type Fit = (logits: Float64Array, target: Float64Array, rows: Int32Array, units: number, start: Map2) => Map2;

/**
 * Newton's method on slope and intercept, with Platt's smoothed targets (n + 1) / (n + 2) and 1 / (n + 2). Where all sums
 * lie far from 0 there is no curvature to go by, and the method ends beside the optimum, where the loss still falls: the
 * prior's log odds are a start that always has some (Lin, Lin & Weng 2007). It is taken where it ends clearly lower.
 */
const fitPlatt: Fit = (logits, target, rows, _units, start) => {
  let positives = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    positives += target[row]!;
  }
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (rows.length - positives + 2);
  const asked: PlattRows = { logits, target, rows, high, low };
  const usual = descend(asked, start);
  if (usual.isFlat) return usual.map;
  const prior = { slope: 0, intercept: ln((positives + 1) / (rows.length - positives + 1)) };
  const other = descend(asked, prior);
  return other.loss < usual.loss - leastGain * rows.length ? other.map : usual.map;
};

interface PlattRows {
  readonly logits: Float64Array;
  readonly target: Float64Array;
  readonly rows: Int32Array;
  readonly high: number;
  readonly low: number;
}

/** Where a descent ended. `isFlat`: the loss does not fall in any direction there, so that it is the optimum. */
interface Ended {
  readonly map: Map2;
  readonly loss: number;
  readonly isFlat: boolean;
}

/** A derivative of so much a row is none. */
const flatness = 1e-6;

function descend(asked: PlattRows, start: Map2): Ended {
  const rows = asked.rows.length;
  let map = start;
  let here = plattAt(asked, map);
  for (let iteration = 0; iteration < 50; iteration += 1) {
    const direction = directionOf(here);
    let next = map;
    let there = here;
    for (let size = 1; size > 1e-6; size /= 2) {
      next = {
        slope: map.slope + size * direction.slope,
        intercept: map.intercept + size * direction.intercept,
      };
      there = plattAt(asked, next);
      if (there.loss < here.loss) break;
    }
    if (!(there.loss < here.loss)) break;
    const gain = here.loss - there.loss;
    [map, here] = [next, there];
    if (gain < 1e-12 * rows) break;
  }
  const { loss, g1, g2, size } = here;
  return { map, loss, isFlat: Math.abs(g2) <= flatness * rows && Math.abs(g1) <= flatness * size };
}

/** The loss of a map on all rows, with its derivatives by slope (1) and intercept (2), and the sum of the sizes. */
interface PlattLoss {
  readonly loss: number;
  readonly g1: number;
  readonly g2: number;
  readonly h11: number;
  readonly h12: number;
  readonly h22: number;
  readonly size: number;
}

function plattAt({ logits, target, rows, high, low }: PlattRows, { slope, intercept }: Map2): PlattLoss {
  // A small ridge keeps the Hessian invertible where all sums are equal.
  let h11 = 1e-9;
  let h22 = 1e-9;
  let h12 = 0;
  let loss = 0;
  let g1 = 0;
  let g2 = 0;
  let size = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const x = logits[row]!;
    const label = target[row]! === 1 ? high : low;
    const z = slope * x + intercept;
    const ratio = exp(-Math.abs(z));
    const smaller = ratio / (1 + ratio);
    const error = (z >= 0 ? 1 - smaller : smaller) - label;
    const curvature = smaller * (1 - smaller);
    loss += Math.max(z, 0) + Math.log1p(ratio) - z * label;
    size += Math.abs(x);
    g1 += error * x;
    g2 += error;
    h11 += curvature * x * x;
    h12 += curvature * x;
    h22 += curvature;
  }
  return { loss, g1, g2, h11, h12, h22, size };
}

function directionOf({ g1, g2, h11, h12, h22 }: PlattLoss): Map2 {
  const determinant = h11 * h22 - h12 * h12;
  if (!(determinant > 0)) return { slope: -g1 / h11, intercept: -g2 / h22 };
  return {
    slope: -(h22 * g1 - h12 * g2) / determinant,
    intercept: -(h11 * g2 - h12 * g1) / determinant,
  };
}

function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(exp(-Math.abs(z)));
}

/**
 * Golden-section search for log(1 / T) in [log .05, log 20], with Platt's smoothed targets for several classes: (n + 1) / (n + k)
 * for the class of a row, n rows of which there are, and 1 / (n + k) for each other. Rows that are told apart without a
 * fault would else call for certainty. The loss is convex in 1 / T.
 */
const fitTemperature: Fit = (logits, target, rows, units) => {
  const golden = (Math.sqrt(5) - 1) / 2;
  const members = new Float64Array(units);
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place]!;
    members[target[row]!]! += 1;
  }
  const rest = members.map((count) => 1 / (count + units));
  const at = (log: number): number => smoothedLoss(logits, target, rows, rest, exp(log));
  let low = ln(0.05);
  let high = ln(20);
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let leftLoss = at(left);
  let rightLoss = at(right);
  while (high - low > 1e-5) {
    if (leftLoss <= rightLoss) {
      [high, right, rightLoss] = [right, left, leftLoss];
      left = high - golden * (high - low);
      leftLoss = at(left);
    } else {
      [low, left, leftLoss] = [left, right, rightLoss];
      right = low + golden * (high - low);
      rightLoss = at(right);
    }
  }
  return { slope: exp((low + high) / 2), intercept: 0 };
};

/** Softmax loss where `rest[k]` of each other class is meant by a row of class `k`. */
function smoothedLoss(
  logits: Float64Array,
  target: Float64Array,
  rows: Int32Array,
  rest: Float64Array,
  slope: number,
): number {
  const units = rest.length;
  let loss = softmaxLoss(logits, target, rows, units, { slope, intercept: 0 });
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const start = row * units;
    const own = logits[start + target[row]!]!;
    let less = 0;
    for (let k = 0; k < units; k += 1) less += own - logits[start + k]!;
    loss += slope * rest[target[row]!]! * less;
  }
  return loss;
}

type Loss = (
  logits: Float64Array,
  target: Float64Array,
  rows: Int32Array,
  units: number,
  map: Map2,
) => number;

const binaryLoss: Loss = (logits, target, rows, _units, { slope, intercept }) => {
  let loss = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const z = slope * logits[row]! + intercept;
    loss += softplus(z) - z * target[row]!;
  }
  return loss;
};

const softmaxLoss: Loss = (logits, target, rows, units, { slope }) => {
  let loss = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const start = row * units;
    let largest = -Infinity;
    for (let k = 0; k < units; k += 1) largest = Math.max(largest, slope * logits[start + k]!);
    let sum = 0;
    for (let k = 0; k < units; k += 1) sum += exp(slope * logits[start + k]! - largest);
    loss += ln(sum) + largest - slope * logits[start + target[row]!]!;
  }
  return loss;
};
