import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { calibrate } from './calibration.ts';
import type { Task } from './model.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Log odds z of rows whose label is 1 with probability sigmoid(slope · z + intercept). */
function overconfident(rows: number, slope: number, intercept: number) {
  const random = createRandom('calibration');
  const logits = Float32Array.from({ length: rows }, () => 3 * random.normal());
  const target = Float64Array.from(logits, (z) => (random.next() < sigmoid(slope * z + intercept) ? 1 : 0));
  return { logits, target };
}

describe('calibrate', () => {
  it('finds the slope and intercept that made binary labels', () => {
    const { logits, target } = overconfident(20_000, 0.5, -1);
    const { calibration, shift } = calibrate(binary, logits, target);
    expect(calibration.method).toBe('platt');
    expect(calibration.slope).toBeCloseTo(0.5, 1);
    expect(calibration.intercept).toBeCloseTo(-1, 1);
    expect([...shift]).toEqual([calibration.intercept]);
    expect(calibration.because).toMatch(/held-out/);
  });

  it('finds the temperature that made labels of three classes', () => {
    const random = createRandom('temperature');
    const rows = 20_000;
    const logits = Float32Array.from({ length: 3 * rows }, () => 3 * random.normal());
    const target = Float64Array.from({ length: rows }, (_, row) => {
      const weights = [0, 1, 2].map((k) => Math.exp(logits[3 * row + k]! / 2.5));
      let draw = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
      return weights.findIndex((weight) => (draw -= weight) < 0);
    });
    const { calibration } = calibrate(three, logits, target);
    expect(calibration.method).toBe('temperature');
    expect(1 / calibration.slope).toBeCloseTo(2.5, 1);
  });

  it('leaves honest scores, too few rows, one class, and scores that rank the wrong way round as they are', () => {
    const honest = overconfident(200, 1, 0);
    // All outcomes exactly at their expectation: half of the rows with log odds 0 are positive.
    const exact = calibrate(
      binary,
      new Float32Array(200),
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

  it('stays finite where the classes are perfectly parted', () => {
    const logits = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? -1e4 : 1e4));
    const { calibration } = calibrate(
      binary,
      logits,
      Float64Array.from(logits, (z) => (z > 0 ? 1 : 0)),
    );
    expect(Number.isFinite(calibration.slope) && calibration.slope > 0).toBe(true);
  });
});
