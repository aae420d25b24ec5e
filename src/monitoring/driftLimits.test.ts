import { describe, expect, it } from 'vitest';
import { hypergeometric, jensenShannon, ks, psi, wasserstein } from './drift/index.ts';
import { profileColumn, numberCounts } from './profileReference.ts';

const counts = (...values: number[]) => Float64Array.from(values);
const pair = (reference: Float64Array, current: Float64Array) =>
  ({ kind: 'categorical', reference, current }) as const;
const upTo = (count: number, from = 0) => Float64Array.from({ length: count }, (_, i) => from + i);

// Expected values: scipy 1.17.1, the call is named.
describe('the exact p of categories', () => {
  it('is that of the word that chance explains least, times the words that occur', () => {
    // Rules of the house: reference 50 of 500, now 45 of 200; twice the smaller tail of hypergeom(700, 95, 200).
    expect(hypergeometric.compute(pair(counts(50, 450), counts(45, 155))) / (2 * 4.3094575e-5)).toBeCloseTo(
      1,
      6,
    );
    // 3·2·min(hypergeom(120, 30, 60).cdf(10), sf(19) …)
    expect(
      hypergeometric.compute(pair(counts(10, 20, 30), counts(20, 20, 20))) / 0.17017780424015236,
    ).toBeCloseTo(1, 9);
    // Four of four new ones among 100 of 1,100 rows: 3·2·hypergeom.sf(3, 1100, 4, 100)
    expect(
      hypergeometric.compute(pair(counts(500, 500, 0), counts(48, 48, 4))) / 0.000387779556554945,
    ).toBeCloseTo(1, 9);
  });

  it('does not count words that never occur, nor tests a word that is everywhere', () => {
    const two = hypergeometric.compute(pair(counts(50, 450), counts(45, 155)));
    expect(hypergeometric.compute(pair(counts(50, 450, 0), counts(45, 155, 0)))).toBe(two);
    expect(hypergeometric.compute(pair(counts(9), counts(5)))).toBe(1);
  });

  it('is found of a million rows and a thousand words in no time', () => {
    const many = Float64Array.from({ length: 1000 }, (_, k) => 1000 + k);
    const moved = Float64Array.from(many, (count, k) => (k === 7 ? count * 2 : count));
    expect(hypergeometric.compute(pair(many, many))).toBe(1);
    expect(hypergeometric.compute(pair(many, moved))).toBeLessThan(1e-50);
  });

  it('says nothing of an empty side', () => {
    expect(hypergeometric.compute(pair(counts(0, 0), counts(5, 5)))).toBe(1);
    expect(hypergeometric.compute(pair(counts(5, 5), counts(0, 0)))).toBe(1);
  });
});

describe('distances, less what chance gives', () => {
  it('Jensen–Shannon takes √((categories − 1)(1/m + 1/n)/8) off, of the categories that occur', () => {
    // spatial.distance.jensenshannon([800, 200], [500, 500])
    const raw = 0.22510405812771547;
    expect(jensenShannon.compute(pair(counts(800, 200), counts(500, 500)))).toBeCloseTo(
      raw - Math.sqrt(0.002 / 8),
      6,
    );
    expect(jensenShannon.compute(pair(counts(800, 200, 0), counts(500, 500, 0)))).toBeCloseTo(
      raw - Math.sqrt(0.002 / 8),
      6,
    );
    expect(jensenShannon.compute(pair(counts(50, 50), counts(51, 49)))).toBe(0);
    expect(jensenShannon.compute(pair(counts(0, 0), counts(1, 1)))).toBe(0);
  });

  it('Wasserstein is in standard deviations of the reference', () => {
    const reference = upTo(1000);
    const numeric = (current: Float64Array, referenceStd: number, referenceRows = 1000) =>
      wasserstein.compute({ kind: 'numeric', reference, referenceRows, referenceStd, current });
    // The shift is 100; chance gives √(2/π)·√(2/1000)·Σ√(F(1 − F)), which is 999·π/8 to a part in a thousand.
    const chance = Math.sqrt(2 / Math.PI) * Math.sqrt(0.002) * 999 * (Math.PI / 8);
    expect(numeric(upTo(1000, 100), 1)).toBeCloseTo(100 - chance, 1);
    expect(numeric(upTo(1000, 100), 50)).toBeCloseTo((100 - chance) / 50, 2);
    expect(numeric(upTo(1000, 1), 1)).toBe(0);
    // A reference that stands for many more rows is known better.
    const many = Math.sqrt(2 / Math.PI) * Math.sqrt(1e-3 + 1e-6) * 999 * (Math.PI / 8);
    expect(numeric(upTo(1000, 100), 1, 1_000_000)).toBeCloseTo(100 - many, 1);
  });

  it('PSI is that of the shares', () => {
    expect(psi.compute(pair(counts(10, 20, 30, 40), counts(20, 20, 30, 30)))).toBeCloseTo(0.0980829253, 9);
    expect(psi.compute(pair(counts(0), counts(1)))).toBe(0);
  });
});

describe('Kolmogorov–Smirnov', () => {
  const numeric = (reference: Float64Array, referenceRows: number, current: Float64Array) =>
    ks.compute({ kind: 'numeric', reference, referenceRows, referenceStd: 1, current });
  it('is exact for two small samples', () => {
    // stats.ks_2samp(range(200), range(20, 320), method='exact')
    expect(numeric(upTo(200), 200, upTo(300, 20)) / 1.2425598865119988e-17).toBeCloseTo(1, 9);
  });
  it('takes off what a thinned reference rounds, and counts the rows that it stands for', () => {
    // Distance .1 of 100 order statistics of 10,000 rows: .095 is left.
    const thinned = numeric(
      upTo(100),
      10_000,
      Float64Array.from(upTo(100), (value) => value + 10),
    );
    // stats.kstwo.sf(.095, round(10000·100/10100))
    expect(thinned / 0.3133130369673255).toBeCloseTo(1, 2);
    expect(numeric(upTo(100), 100, upTo(100, 10))).not.toBe(thinned);
  });
});

describe('the profile of a reference', () => {
  it('counts numbers of up to ten different values like categories', () => {
    const repeated = (different: number) => Float64Array.from({ length: 100 }, (_, i) => i % different);
    const of = (values: Float64Array) => profileColumn('x', { kind: 'number', values }, values.length);
    expect(of(repeated(10)).counts).toHaveLength(10);
    expect(of(repeated(11))).not.toHaveProperty('counts');
    expect(of(repeated(2)).counts).toEqual([
      ['0', 50],
      ['1', 50],
    ]);
    expect(profileColumn('x', { kind: 'time', values: repeated(2) }, 100)).not.toHaveProperty('counts');
    expect(numberCounts(Float64Array.of(1, 1, 2), 2)).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(numberCounts(Float64Array.of(1, 1, 2), 1)).toBeUndefined();
  });

  it('keeps 2,000 order statistics, moments and ends', () => {
    const values = Float64Array.from({ length: 2001 }, (_, i) => (i === 5 ? NaN : i));
    const column = profileColumn('x', { kind: 'number', values }, 2001);
    expect(column).toMatchObject({ rows: 2001, missing: 1, min: 0, max: 2000 });
    expect(column.sample).toHaveLength(2000);
    expect(profileColumn('x', { kind: 'number', values: upTo(4000) }, 4000).sample?.slice(0, 3)).toEqual([
      1, 3, 5,
    ]);
    expect(profileColumn('x', { kind: 'number', values: Float64Array.of(NaN) }, 1)).toMatchObject({
      missing: 1,
      sample: [],
    });
  });
});
