import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnovTail, kolmogorovTail } from './kolmogorov.ts';
import {
  binomialTail,
  chiSquareTail,
  gammaQ,
  hypergeometricP,
  logGamma,
  negativeBinomialTail,
  normalCdf,
} from './special.ts';

const relative = (got: number, expected: number): number => Math.abs(got - expected) / Math.abs(expected);

// Every expected value: scipy 1.17.1, the call is named.
describe('special functions', () => {
  it.each([
    [0.3, 1.0957979948180756],
    [4.5, 2.4537365708424423],
    [100, 359.1342053695754],
    [12345.6, 103959.18506616844],
  ])('ln Γ(%d), special.gammaln', (x, expected) =>
    expect(relative(logGamma(x), expected)).toBeLessThan(1e-12),
  );

  it.each([
    [0.5, 0.1, 0.6547208460185768],
    [2, 5, 0.04042768199451279],
    [10, 3, 0.9988975118698845],
    [50, 80, 0.0001307839765914092],
    [0.5, 200, 5.507248237212379e-89],
  ])('Q(%d, %d), special.gammaincc', (a, x, expected) =>
    expect(relative(gammaQ(a, x), expected)).toBeLessThan(1e-10),
  );

  it('has defined ends of Q', () => {
    expect([gammaQ(2, 0), gammaQ(2, Infinity)]).toEqual([1, 0]);
    expect(gammaQ(0, 1)).toBeNaN();
  });

  it.each([
    [-8, 6.22096057427174e-16],
    [-1.96, 0.024997895148220435],
    [0.5, 0.6914624612740131],
    [3, 0.9986501019683699],
  ])('Φ(%d), stats.norm.cdf', (z, expected) => expect(relative(normalCdf(z), expected)).toBeLessThan(1e-10));

  it.each([
    [3.84, 1, 0.05004352124870519],
    [50, 10, 2.669083424904495e-7],
    [500, 3, 4.771672031912771e-108],
  ])('P(χ² ≥ %d), dof %d, stats.chi2.sf', (x, dof, expected) =>
    expect(relative(chiSquareTail(x, dof), expected)).toBeLessThan(1e-10),
  );

  it.each([
    [3, 10, 0.05, 0.011503557379296871],
    [60, 1000, 0.05, 0.08673217838486103],
    [1, 5, 0.2, 0.67232],
  ])('P(X ≥ %d), binomial(%d, %d), stats.binom.sf', (count, n, p, expected) =>
    expect(relative(binomialTail(count, n, p), expected)).toBeLessThan(1e-10),
  );

  it.each([
    [3, 1, 0.1, 0.001],
    [4, 2, 0.1176, 0.0008663415404042661],
    [10, 5, 0.3, 0.001665663049350002],
    [1, 5, 0.3, 0.8319300000000001],
    [5, 1.5, 0.1, 2.591709273719122e-5],
    [30, 2, 300 / 3300, 1.6202690978784957e-30],
    [200, 200, 0.5, 0.5000000000000006],
    [201, 200, 0.5, 0.48006534901810327],
    // (1 − share)^r underflows long before that: what is rare must not hide what is new.
    [3000, 122, 20_000 / 21_500, 1.1604448594291489e-13],
    [40_000, 122, 20_000 / 20_500, 9.454012471367616e-269],
  ])('P(X ≥ %d), negative binomial(%d, %d), stats.nbinom.sf', (count, r, share, expected) =>
    expect(relative(negativeBinomialTail(count, r, share), expected)).toBeLessThan(1e-8),
  );

  it('has defined ends', () => {
    expect([
      negativeBinomialTail(0, 3, 0.2),
      negativeBinomialTail(1, 3, 0),
      negativeBinomialTail(9, 3, 1),
    ]).toEqual([1, 0, 1]);
    expect([
      binomialTail(0, 5, 0.2),
      binomialTail(1, 5, 0),
      binomialTail(5, 5, 1),
      binomialTail(5, 5, 0.5),
    ]).toEqual([1, 0, 1, expect.closeTo(1 / 32, 12)]);
  });
});

describe('hypergeometric', () => {
  // min(1, 2 · stats.hypergeom.sf(count − 1, total, marked, drawn))
  it.each([
    [3, 3270, 5, 270, 2 * 0.004911127763661025],
    [12, 3270, 12, 270, 2 * 7.995894120846114e-14],
    [0, 50, 10, 0, 1],
  ])('%d of %d, %d marked, %d drawn', (count, total, marked, drawn, expected) =>
    expect(relative(hypergeometricP(count, total, marked, drawn), expected)).toBeLessThan(1e-7),
  );

  it('is symmetric in what is marked and what is drawn', () => {
    expect(hypergeometricP(4, 60, 9, 20)).toBeCloseTo(hypergeometricP(4, 60, 20, 9), 10);
  });
});

describe('the Kolmogorov distribution', () => {
  it.each([
    [5, 0.3, 0.664, 1e-12],
    [20, 0.1, 0.976255094592155, 1e-12],
    [120, 0.4, 7.700034677352251e-18, 1e-10],
    [120, 0.08, 0.4049780103964079, 1e-10],
    [1000, 0.05, 0.013012074781090332, 1e-6],
    [1000, 0.02, 0.8108971656895577, 1e-3],
    [250, 0.06, 0.3164237517245062, 1e-3],
    [5000, 0.03, 0.00024159234422666817, 1e-6],
    [100_000, 0.004, 0.08130148920222469, 1e-3],
    [100_000, 0.006, 0.0014871489301131564, 1e-3],
  ])('P(D ≥ d) at n = %d, d = %d, stats.kstwo.sf', (n, d, expected, tolerance) =>
    expect(relative(kolmogorovSmirnovTail(n, d), expected)).toBeLessThan(tolerance),
  );

  it.each([
    [0.3, 0.9999906941986655],
    [0.8, 0.5441424115741981],
    [1.36, 0.049485876755377876],
    [3, 3.045995948942526e-8],
  ])('limit at %d, stats.kstwobign.sf', (x, expected) =>
    expect(relative(kolmogorovTail(x), expected)).toBeLessThan(1e-10),
  );
});
