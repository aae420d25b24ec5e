import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { learningCurve } from './learningCurve.ts';

const random = createRandom('curve');
const losses = Float64Array.from({ length: 400 }, () => 1 + random.next());
const less = (by: number, noise: number): Float64Array => {
  const moved = losses.map(() => noise * random.normal());
  const off = moved.reduce((sum, each) => sum + each, 0) / moved.length;
  return losses.map((loss, row) => loss - by + moved[row]! - off);
};
const judged = (last: Float64Array, loss: 'log loss' | 'RMSE' = 'log loss') =>
  learningCurve('gbdt', loss, [
    { rows: 300, losses: losses.map((each) => each + 0.4) },
    { rows: 600, losses },
    { rows: 1200, losses: last },
  ]);

describe('a learning curve', () => {
  it('says that more rows help where the last doubling gained beyond noise', () => {
    const curve = judged(less(0.05, 0.1));
    expect(curve.more).toBe('help');
    expect(curve.because).toMatch(
      /^More rows like these would help\. gbdt on 1,200 training rows instead of 600: log loss 1\.4\d* instead of 1\.\d+ on the same 400 test rows, beyond noise\.$/,
    );
    expect(curve.points.map(({ rows }) => rows)).toEqual([300, 600, 1200]);
  });

  it('says that they would not where a gain of a hundredth can be excluded, and else that it is not known', () => {
    expect(judged(less(0, 0.02)).more).toBe('would not');
    expect(judged(less(-0.05, 0.02)).more).toBe('would not');
    expect(judged(less(0, 1)).more).toBe('unknown');
    // A hundredth of a mean loss of 1.5 is .015, of squares two: .03.
    expect([judged(less(0, 0.2)).more, judged(less(0, 0.2), 'RMSE').more]).toEqual(['unknown', 'would not']);
  });

  it('tells squares by their root', () => {
    const { points } = judged(less(0, 0.1), 'RMSE');
    expect(points[1]!.value).toBeCloseTo(Math.sqrt(losses.reduce((sum, each) => sum + each, 0) / 400), 9);
  });
});
