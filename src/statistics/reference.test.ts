import { describe, expect, it } from 'vitest';
import { jensenShannon, wasserstein, weightedWasserstein } from './distances.ts';
import { kolmogorovSmirnovTail, kolmogorovTail } from './kolmogorov.ts';
import { rank, averagePrecisionOf, rocAucOf } from './metrics/ranking.ts';
import {
  binomialTail,
  chiSquareTail,
  erfc,
  gammaQ,
  hypergeometricP,
  logGamma,
  negativeBinomialTail,
} from './special.ts';
import { ksAsymptoticP, ksExactP, ksP, ksStatistic } from './tests.ts';

// Beside `special.test.ts`: both sides of each border where one way to compute gives way to another. Every expected value:
// scipy 1.17.1, the call is named.

const close = (got: number, expected: number, tolerance = 1e-10): void => {
  if (expected === 0) expect(got).toBe(0);
  else expect(Math.abs(got - expected) / Math.abs(expected)).toBeLessThan(tolerance);
};

describe('special functions', () => {
  it.each([
    [0.01, 4.599479878042022],
    [0.49, 0.592249629335267],
    [0.5, 0.5723649429247],
    [0.51, 0.5529738179298007],
    [1.5, -0.12078223763524526],
    [3, 0.6931471805599453],
    [7.3, 7.147892523022249],
  ])('ln Γ(%d), special.gammaln', (x, expected) => close(logGamma(x), expected, 1e-12));

  it.each([
    [0.5, 1.49, 0.08429927240325956],
    [0.5, 1.51, 0.082243466146606],
    [3, 3.9, 0.253125102629784],
    [3, 4, 0.23810330555354436],
    [3, 4.1, 0.22381398130078578],
    [1, 1, 0.36787944117144245],
    [0.001, 0.5, 0.0005600666564707501],
    [100, 101, 0.44710370656548876],
    [100, 100.9, 0.45103461304357245],
    [1000, 900, 0.9994500977342882],
    [1000, 1100, 0.0010593232539299773],
    [0.1, 1e-8, 0.8334060116183979],
  ])('Q(%d, %d), special.gammaincc', (a, x, expected) => close(gammaQ(a, x), expected));

  it('Q has defined ends', () => {
    expect([gammaQ(2, -1), gammaQ(2, 0), gammaQ(2, Infinity)]).toEqual([1, 1, 0]);
    for (const [a, x] of [
      [0, 1],
      [-1, 1],
      [NaN, 1],
      [1, NaN],
    ] as const)
      expect(gammaQ(a, x)).toBeNaN();
    expect([chiSquareTail(3, 0), chiSquareTail(3, -1), chiSquareTail(0, 2)]).toEqual([1, 1, 1]);
    expect(chiSquareTail(2, 2)).toBeCloseTo(Math.exp(-1), 12);
  });

  it.each([
    [-2, 1.9953222650189528],
    [-0.3, 1.3286267594591274],
    [0, 1],
    [0.3, 0.6713732405408726],
    [2, 0.004677734981047266],
    [5, 1.5374597944280347e-12],
  ])('erfc(%d), special.erfc', (x, expected) => close(erfc(x), expected));

  it.each([
    [5, 10, 0.5, 0.623046875],
    [10, 10, 0.9, 0.3486784401],
    [11, 10, 0.5, 0],
    [1, 1, 0.3, 0.3],
    [50, 100, 0.5, 0.5397946186935889],
    [900, 1000, 0.9, 0.5265990812951663],
    [3, 1000, 0.001, 0.080209342840201],
    [10, 10, 0.1, 1e-10],
  ])('P(X ≥ %d), binomial(%d, %d), stats.binom.sf', (count, n, p, expected) =>
    close(binomialTail(count, n, p), expected),
  );

  it.each([
    [1, 1, 0.5, 0.5],
    [2, 3, 0.5, 0.6875],
    [3, 3, 0.5, 0.5],
    [4, 3, 0.5, 0.34375],
    [99, 100, 0.5, 0.5283158185976161],
    [100, 100, 0.5, 0.5000000000000004],
    [1, 0.5, 0.01, 0.0050125628933800495],
  ])('P(X ≥ %d), negative binomial(%d, %d), stats.nbinom.sf', (count, r, share, expected) =>
    close(negativeBinomialTail(count, r, share), expected),
  );

  it('tails have defined ends', () => {
    expect([binomialTail(-1, 5, 0.2), binomialTail(1, 5, -1), binomialTail(1, 5, 2)]).toEqual([1, 0, 1]);
    expect([
      negativeBinomialTail(-1, 3, 0.2),
      negativeBinomialTail(1, 3, -1),
      negativeBinomialTail(1, 3, 2),
    ]).toEqual([1, 0, 1]);
  });

  it.each([
    [0, 20, 5, 5, 0.38738390092879255],
    [1, 20, 5, 5, 1],
    [2, 20, 5, 5, 0.7321981424148607],
    [5, 20, 5, 5, 0.00012899896800825595],
    [3, 10, 6, 7, 1 / 3],
    [6, 10, 6, 7, 1 / 15],
    [0, 10, 0, 5, 1],
    [10, 30, 12, 20, 0.23399728707075032],
  ])('%d of %d, %d marked, %d drawn, stats.hypergeom', (count, total, marked, drawn, expected) =>
    close(hypergeometricP(count, total, marked, drawn), expected),
  );
});

describe('the Kolmogorov distribution', () => {
  it.each([
    [1, 0.6, 0.8],
    [2, 0.3, 0.98],
    [3, 0.9, 0.002],
    [5, 0.2, 0.9616],
    [7, 0.99, 2e-14],
    [10, 0.5, 0.00777741],
    [10, 0.95, 1.953125e-13],
    [50, 0.1, 0.6623112704658186],
    [100, 0.148, 0.02240193366707658],
    [100, 0.149, 0.021086021255119103],
    [140, 0.125, 0.022963665948392758],
    [140, 0.1254, 0.022319161449308088],
    [140, 0.08, 0.31480749911643063],
  ])('is exact up to 140: P(D ≥ d) at n = %d, d = %d, stats.kstwo.sf', (n, d, expected) =>
    close(kolmogorovSmirnovTail(n, d), expected, 2e-6),
  );

  it.each([
    [141, 0.08, 0.31084170879264117],
    [141, 0.03, 0.9992107601012719],
    [200, 0.02, 0.9999948480179858],
    [10_000, 0.0148, 0.02478199615804111],
    [9999, 0.02, 0.0006622144707379106],
    [10_001, 0.02, 0.0006611556806932119],
  ])('and near it beyond: P(D ≥ d) at n = %d, d = %d, stats.kstwo.sf', (n, d, expected) =>
    close(kolmogorovSmirnovTail(n, d), expected, 2e-3),
  );

  it('has defined ends', () => {
    expect([
      kolmogorovSmirnovTail(10, 0),
      kolmogorovSmirnovTail(10, -1),
      kolmogorovSmirnovTail(10, 1),
    ]).toEqual([1, 1, 0]);
    // Half a step of the distribution function: every sample is as far from it.
    expect([kolmogorovSmirnovTail(10, 0.05), kolmogorovSmirnovTail(10, 2)]).toEqual([1, 0]);
    expect([kolmogorovTail(0), kolmogorovTail(-1)]).toEqual([1, 1]);
  });

  it.each([
    [0.05, 1],
    [0.2, 0.999999999999495],
    [0.5, 0.9639452436648751],
    [0.99, 0.2808738392255489],
    [1, 0.26999967167735456],
    [1.01, 0.25943416909359746],
    [2, 0.0006709252557796953],
  ])('limit at %d, stats.kstwobign.sf', (x, expected) => close(kolmogorovTail(x), expected, 1e-10));

  it('of two samples is exact where that is cheap', () => {
    expect(ksStatistic(Float64Array.of(1, 2, 3), Float64Array.of(4, 5))).toBe(1);
    expect(ksStatistic(Float64Array.of(1, 4), Float64Array.of(2, 3))).toBe(0.5);
    expect(ksStatistic(new Float64Array(0), Float64Array.of(2, 3))).toBe(0);
    // All of three below both of two: 2 of the 10 interleavings.
    expect(ksExactP(1, 3, 2)).toBeCloseTo(0.2, 12);
    expect([ksP(-1, 3, 2), ksP(1, 3, 2)]).toEqual([1, ksExactP(1, 3, 2)]);
    expect(ksP(0.1, 1000, 200)).toBe(ksExactP(0.1, 1000, 200));
    expect(ksP(0.1, 1000, 201)).toBe(ksAsymptoticP(0.1, 1000, 201));
  });
});

describe('distances', () => {
  it.each([
    [[1, 2, 4], [3, 5], 5 / 3],
    [[10, 11], [1, 2, 2], 8.833333333333334],
    [[0, 1], [0, 1, 1, 5], 1.25],
    [[3], [3], 0],
  ])('Wasserstein of %j and %j, stats.wasserstein_distance', (left, right, expected) => {
    const of = (values: readonly number[]): Float64Array => Float64Array.from(values);
    expect(wasserstein(of(left), of(right))).toBeCloseTo(expected, 12);
    expect(wasserstein(of(right), of(left))).toBeCloseTo(expected, 12);
    const ones = (values: readonly number[]): number[] => values.map(() => 2);
    expect(weightedWasserstein(left, right, ones(left), ones(right))).toBeCloseTo(expected, 12);
    expect(wasserstein(of(left), of([]))).toBeNaN();
    expect(wasserstein(of([]), of(right))).toBeNaN();
  });

  it('Jensen–Shannon with an empty bin, spatial.distance.jensenshannon', () => {
    expect(jensenShannon([3, 1, 0, 6], [1, 1, 2, 1])).toBeCloseTo(0.4521980547458004, 12);
    expect(jensenShannon([1, 2], [2, 4])).toBe(0);
    expect([jensenShannon([1], [0]), jensenShannon([0], [1])]).toEqual([NaN, NaN]);
  });
});

describe('rankings', () => {
  const scores = Float64Array.of(0.1, 0.4, 0.4, 0.4, 0.8, 0.8);
  const positive = [0, 1, 1, 0, 1, 0];
  const ones = new Int32Array(6).fill(1);

  it('count ties as sklearn does', () => {
    const ranking = rank(scores, (row) => positive[row] === 1)!;
    expect([...ranking.order]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...ranking.last]).toEqual([1, 0, 0, 1, 0, 1]);
    expect([...ranking.positive]).toEqual(positive);
    // metrics.roc_auc_score, metrics.average_precision_score
    expect(rocAucOf(ranking)(ones)).toBeCloseTo(0.6111111111111112, 12);
    expect(averagePrecisionOf(ranking)(ones)).toBeCloseTo(0.5666666666666667, 12);
  });

  it('say nothing where a score is missing', () => {
    const none = rank(Float64Array.of(0.1, Number.NaN), () => true);
    expect(none).toBeUndefined();
    expect([rocAucOf(none)(ones), averagePrecisionOf(none)(ones)]).toEqual([NaN, NaN]);
  });
});
