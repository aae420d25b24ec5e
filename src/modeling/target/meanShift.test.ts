import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { answersMean, meanCalibration, meanShift, rough } from './meanShift.ts';

const exp = (sums: Float64Array): Float64Array => sums.map(Math.exp);

/** Log-normal labels, and the mean of their logarithm. */
function logNormal(rows: number, sigma: number): { sums: Float64Array; labels: Float64Array } {
  const random = createRandom(`log-normal ${sigma}`);
  const sums = Float64Array.from({ length: rows }, () => 3 + random.normal());
  return { sums, labels: sums.map((mean) => Math.exp(mean + sigma * random.normal())) };
}

describe('the shift to the mean', () => {
  it('is half the variance of logarithms', () => {
    const { sums, labels } = logNormal(20_000, 0.8);
    // Standard error about .015.
    expect(Math.abs(meanShift(exp, sums, labels) - 0.32)).toBeLessThan(0.05);
    expect(Math.abs(meanShift(exp, sums, labels, rough) - 0.32)).toBeLessThan(0.2);
  });

  it('is exact, also where it is large, and 0 where no shift gets there', () => {
    const at = (...labels: number[]): number =>
      meanShift(exp, new Float64Array(labels.length), Float64Array.from(labels));
    expect(at(3, 5)).toBeCloseTo(Math.log(4), 9);
    expect(at(1e9, 1e9)).toBeCloseTo(Math.log(1e9), 9);
    expect(at(-5, 1)).toBe(0);
    expect(at()).toBe(0);
  });

  it('is for metrics whose best answer is a mean', () => {
    expect(['rmse', 'r2', 'mae', 'mape', 'any'].map(answersMean)).toEqual([true, true, false, false, false]);
  });
});

describe('a calibration to the mean', () => {
  it('says by how much the answers were off', () => {
    const labels = new Float64Array(30).fill(5);
    const { calibration, shift } = meanCalibration(exp, new Float64Array(30), labels);
    expect(shift[0]).toBeCloseTo(Math.log(5), 9);
    expect(calibration).toEqual({
      method: 'mean',
      slope: 1,
      intercept: shift[0],
      because: 'the mean of the answers on 30 held-out rows was 1, that of the labels 5',
    });
  });

  it('leaves what few rows say, and what no shift mends', () => {
    const few = meanCalibration(exp, new Float64Array(29), new Float64Array(29).fill(5));
    expect(few.calibration).toMatchObject({
      method: 'none',
      intercept: 0,
      because: '29 rows are too few to correct a mean',
    });
    expect([...few.shift]).toEqual([0]);
    const below = meanCalibration(exp, new Float64Array(30), new Float64Array(30).fill(-5));
    expect(below.calibration).toMatchObject({ method: 'none', intercept: 0 });
  });
});
