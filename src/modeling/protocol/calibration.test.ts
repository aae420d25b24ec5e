import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { calibrate, uncalibrated } from './calibration.ts';
import type { Task } from '../model.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Log odds z of rows whose label is 1 with probability sigmoid(slope · z + intercept). */
function overconfident(rows: number, slope: number, intercept: number) {
  const random = createRandom('calibration');
  const logits = Float64Array.from({ length: rows }, () => 3 * random.normal());
  const target = Float64Array.from(logits, (z) => (random.next() < sigmoid(slope * z + intercept) ? 1 : 0));
  return { logits, target };
}

describe('calibrate', () => {
  it('finds the slope and intercept that made binary labels', () => {
    const { logits, target } = overconfident(4000, 0.5, -1);
    const { calibration, shift } = calibrate(binary, logits, target);
    expect(calibration.method).toBe('platt');
    // Standard errors are about .02 and .05.
    expect(Math.abs(calibration.slope - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(calibration.intercept + 1)).toBeLessThan(0.15);
    expect([...shift]).toEqual([calibration.intercept]);
    expect(calibration.because).toMatch(/held-out/);
  });

  it('finds the temperature that made labels of three classes', () => {
    const random = createRandom('temperature');
    const rows = 3000;
    const logits = Float64Array.from({ length: 3 * rows }, () => 3 * random.normal());
    const target = Float64Array.from({ length: rows }, (_, row) => {
      const weights = [0, 1, 2].map((k) => Math.exp(logits[3 * row + k]! / 2.5));
      let draw = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
      return weights.findIndex((weight) => (draw -= weight) < 0);
    });
    const { calibration } = calibrate(three, logits, target);
    expect(calibration.method).toBe('temperature');
    // The standard error is about .06.
    expect(Math.abs(1 / calibration.slope - 2.5)).toBeLessThan(0.2);
  });

  it('leaves honest scores, too few rows, one class, and scores that rank the wrong way round as they are', () => {
    const honest = overconfident(200, 1, 0);
    // All outcomes exactly at their expectation: half of the rows with log odds 0 are positive.
    const exact = calibrate(
      binary,
      new Float64Array(200),
      Float64Array.from({ length: 200 }, (_, i) => (i >> 1) % 2),
    );
    expect(exact.calibration.method).toBe('none');
    expect(exact.calibration.because).toMatch(/does not help/);
    expect(
      calibrate(binary, honest.logits.subarray(0, 6), honest.target.subarray(0, 6)).calibration.method,
    ).toBe('none');
    expect(calibrate(binary, honest.logits, new Float64Array(200)).calibration.because).toMatch(/one class/);
    const reversed = overconfident(2000, -1, 0);
    expect(calibrate(binary, reversed.logits, reversed.target).calibration.because).toMatch(/ranking/);
    expect(calibrate({ kind: 'regression' }, honest.logits, honest.target).calibration.method).toBe('none');
  });

  it('judges the gain on rows that the fit did not see', () => {
    // Log odds of 0 for all. Every fifth row is in one fold; the rows of fold 0 are all positive, of the others half:
    // .6 in all is a better answer than .5 to the rows that it was counted on, and a worse one to each fold left out.
    const target = Float64Array.from({ length: 200 }, (_, row) => (row % 5 === 0 || row % 10 < 5 ? 1 : 0));
    const { calibration } = calibrate(binary, new Float64Array(200), target);
    expect(calibration).toMatchObject({ method: 'none', slope: 1, intercept: 0 });
    // Before: −ln .5. After: fold 0 by a fit on 80 of 160, the others by one on 100 of 160, each with smoothed targets.
    const fitted = (100 / 160) * (101 / 102) + (60 / 160) * (1 / 62);
    const after = (Math.log(2) + 4 * -0.5 * Math.log(fitted * (1 - fitted))) / 5;
    expect(calibration.because).toBe(
      `platt does not help: log loss of held-out validation rows 0.6931 before, ${after.toFixed(4)} after`,
    );
  });

  it("fits Platt's smoothed targets: (n + 1) / (n + 2) for positives, 1 / (n + 2) for negatives", () => {
    // Two values of the log odds, one for each class: the fit meets both targets exactly.
    const [positives, negatives] = [30, 70];
    const target = Float64Array.from({ length: 100 }, (_, row) => (row % 10 < 3 ? 1 : 0));
    const { calibration } = calibrate(
      binary,
      Float64Array.from(target, (label) => 2 * label - 1),
      target,
    );
    const [high, low] = [Math.log(positives + 1), -Math.log(negatives + 1)];
    expect(calibration.slope).toBeCloseTo((high - low) / 2, 5);
    expect(calibration.intercept).toBeCloseTo((high + low) / 2, 5);
  });

  it('fits slope and intercept together: also where all sums lie beside 0', () => {
    const target = Float64Array.from({ length: 100 }, (_, row) => (row % 10 < 3 ? 1 : 0));
    const { calibration } = calibrate(
      binary,
      Float64Array.from(target, (label) => 1 + 2 * label - 1),
      target,
    );
    const [high, low] = [Math.log(31), -Math.log(71)];
    expect(calibration.slope).toBeCloseTo((high - low) / 2, 4);
    expect(calibration.intercept).toBeCloseTo((high + low) / 2 - (high - low) / 2, 4);
    expect(calibrate({ kind: 'regression' }, new Float64Array(9), new Float64Array(9)).shift).toHaveLength(1);
  });

  it.each([
    [4, 6],
    [99, 101],
    [-101, -99],
  ])('ends at the optimum also where all sums lie far from 0: %d and %d', (no, yes) => {
    const target = Float64Array.from({ length: 100 }, (_, row) => (row % 10 < 3 ? 1 : 0));
    const sums = Float64Array.from(target, (label) => (label === 1 ? yes : no));
    const { calibration } = calibrate(binary, sums, target);
    const [high, low] = [Math.log(31), -Math.log(71)];
    expect(calibration.slope).toBeCloseTo((high - low) / 2, 3);
    expect(calibration.slope * yes + calibration.intercept).toBeCloseTo(high, 3);
  });

  it('leaves honest scores as they are, and tells the log loss that they have', () => {
    const { logits, target } = overconfident(1000, 1, 0);
    const { calibration } = calibrate(binary, logits, target);
    let loss = 0;
    logits.forEach((z, row) => (loss -= Math.log(sigmoid(target[row] === 1 ? z : -z))));
    expect(calibration.method).toBe('none');
    expect(calibration.because).toContain(`validation rows ${(loss / 1000).toFixed(4)} before`);
    const random = createRandom('three');
    const sums = Float64Array.from({ length: 3000 }, () => random.normal());
    const of = (row: number, k: number): number => Math.exp(sums[3 * row + k]!);
    const classes = Float64Array.from({ length: 1000 }, (_, row) => {
      let draw = random.next() * (of(row, 0) + of(row, 1) + of(row, 2));
      return [0, 1, 2].findIndex((k) => (draw -= of(row, k)) < 0);
    });
    let softmax = 0;
    classes.forEach((k, row) => {
      softmax -= Math.log(of(row, k) / (of(row, 0) + of(row, 1) + of(row, 2)));
    });
    const multi = calibrate(three, sums, classes).calibration;
    expect(multi.because).toContain(`validation rows ${(softmax / 1000).toFixed(4)} before`);
    expect(Math.abs(Math.log(multi.slope))).toBeLessThan(0.2);
  });

  it.each([0, 1, 2])('stays finite where the sums of class %i are huge', (huge) => {
    const target = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const logits = Float64Array.from({ length: 180 }, (_, i) => (i % 3 === huge ? 1e5 : 0));
    const { calibration } = calibrate(three, logits, target);
    expect(calibration.because).toMatch(/rows \d+\.\d{4} before, \d+\.\d{4} after/);
    expect(calibration.slope).toSatisfy(Number.isFinite);
  });

  it('needs two rows a fold', () => {
    const rows = (count: number): string => {
      const target = Float64Array.from({ length: count }, (_, row) => row % 2);
      const { calibration } = calibrate(
        binary,
        Float64Array.from(target, (label) => label - 0.5),
        target,
      );
      return calibration.method;
    };
    expect([rows(9), rows(10)]).toEqual(['none', 'platt']);
  });

  it('answers as many shifts as there are sums, none of them for a temperature', () => {
    const random = createRandom('shifts');
    const target = Float64Array.from({ length: 300 }, (_, row) => row % 3);
    const logits = Float64Array.from(
      { length: 900 },
      (_, i) => (i % 3 === target[Math.floor(i / 3)] ? 1 : 0) + random.normal() * 0.1,
    );
    const { calibration, shift } = calibrate(three, logits, target);
    expect([calibration.method, calibration.intercept, [...shift]]).toEqual(['temperature', 0, [0, 0, 0]]);
    expect(calibration.slope).toBeGreaterThan(2);
    expect([...uncalibrated(3, 'so').shift]).toEqual([0, 0, 0]);
    expect(uncalibrated(1, 'so').calibration).toEqual({
      method: 'none',
      slope: 1,
      intercept: 0,
      because: 'so',
    });
  });

  it('is not made certain by rows that are told apart without a fault', () => {
    const target = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const logits = Float64Array.from({ length: 180 }, (_, at) =>
      at % 3 === target[Math.floor(at / 3)] ? 0.1 : 0,
    );
    const { calibration } = calibrate({ kind: 'multiclass', classes: ['a', 'b', 'c'] }, logits, target);
    expect(calibration.method).toBe('temperature');
    // 20 rows a class: (20 + 1) / (20 + 3).
    const sharp = Math.exp(0.1 * calibration.slope);
    expect(sharp / (sharp + 2)).toBeLessThanOrEqual(21 / 23 + 1e-4);
  });

  it('keeps temperatures within a twentieth and twenty', () => {
    const target = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const parted = (size: number): Float64Array =>
      Float64Array.from({ length: 180 }, (_, i) => (i % 3 === target[Math.floor(i / 3)] ? size : 0));
    expect(calibrate(three, parted(0.01), target).calibration.slope).toBeCloseTo(20, 2);
    const noise = createRandom('noise');
    const confident = Float64Array.from({ length: 180 }, () => 500 * noise.normal());
    expect(calibrate(three, confident, target).calibration.slope).toBeCloseTo(0.05, 3);
  });

  it('stays finite where the classes are perfectly parted', () => {
    const logits = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? -1e4 : 1e4));
    const { calibration } = calibrate(
      binary,
      logits,
      Float64Array.from(logits, (z) => (z > 0 ? 1 : 0)),
    );
    expect(Number.isFinite(calibration.slope) && calibration.slope > 0).toBe(true);
  });
});
