import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { dealAgain } from './dealing.ts';
import type { TwoSamples } from './dealing.ts';
import { metricByName, metricsFor, scoredRows } from './metrics/index.ts';
import type { Metric, ScoredRows } from './metrics/index.ts';
import { rankShift } from './stratifiedRanks.ts';

const metric = (name: string): Metric => metricByName(name)!;
/** A model that is off by so much in each row. */
const off = (...errors: readonly number[]): ScoredRows =>
  scoredRows({ kind: 'regression' }, Float64Array.from(errors), new Float64Array(errors.length));
const deal = (name: string, samples: TwoSamples, most = 20_000, seed = 1) =>
  dealAgain(metric(name), samples, { most, random: createRandom(seed) });
const two = { kind: 'binary', classes: ['n', 'y'], positive: 'y' } as const;
const classes = (rows: readonly (readonly [number, number])[]): ScoredRows =>
  scoredRows(
    two,
    Float64Array.from(rows.flatMap(([p]) => [1 - p, p])),
    Float64Array.from(rows, ([, y]) => y),
  );

describe('dealing again', () => {
  it('counts the deals with a gap as large: of three of five rows, one in ten has the two largest errors', () => {
    const { gap, p, deals } = deal('mae', { reference: off(1, 2, 3), current: off(9, 10) });
    expect(gap).toBe(7.5);
    // Ten such deals are enough, so that p is 10 / deals and some 100 deals tell it to within a third or so.
    expect(deals).toBeLessThan(300);
    expect(p).toBeGreaterThan(0.04);
    expect(p).toBeLessThan(0.25);
    expect(deal('rmse', { reference: off(1, 2, 3), current: off(9, 10) }).gap).toBeCloseTo(9.513 - 2.16, 2);
  });

  it('says the same of either order of sizes, and nothing where the metric is undefined', () => {
    const p = (reference: ScoredRows, current: ScoredRows): number =>
      [...Array(40).keys()].reduce(
        (sum, seed) => sum + deal('mae', { reference, current }, 4000, seed).p,
        0,
      ) / 40;
    expect(p(off(1, 2), off(3, 4, 5))).toBeCloseTo(0.1, 1);
    expect(p(off(1, 2, 3), off(4, 5))).toBeCloseTo(0.1, 1);
    const one = classes([
      [0.5, 1],
      [0.7, 1],
    ]);
    expect(deal('roc_auc', { reference: one, current: one })).toMatchObject({ p: 1, deals: 0 });
  });

  it('keeps strata: within each class the numbers of positives stay as they are', () => {
    const reference = classes([
      [0.1, 0],
      [0.2, 0],
      [0.8, 1],
      [0.9, 1],
    ]);
    const current = classes([
      [0.9, 0],
      [0.8, 0],
      [0.1, 1],
      [0.2, 1],
    ]);
    const strata = { reference: Int32Array.of(0, 0, 1, 1), current: Int32Array.of(0, 0, 1, 1) };
    const { gap, p } = deal('roc_auc', { reference, current, strata });
    expect(gap).toBe(1);
    // One of 6 × 6 deals.
    expect(p).toBeGreaterThan(1 / 120);
    expect(p).toBeLessThan(1 / 12);
    const alone = { reference: Int32Array.of(0, 1, 2, 3), current: Int32Array.of(0, 1, 2, 4) };
    expect(deal('mae', { reference: off(1, 2, 3, 4), current: off(1, 2, 3, 4), strata: alone }).p).toBe(1);
  });

  it.each(metricsFor('binary').map(({ name }) => name))('of %s is uniform where nothing changed', (name) => {
    let small = 0;
    const runs = 60;
    for (let run = 0; run < runs; run += 1) {
      const random = createRandom(`${name}/${run}`);
      const rows = (count: number): ScoredRows =>
        classes(
          Array.from({ length: count }, (): [number, number] => {
            const p = Math.fround(random.next());
            return [p, random.next() < p ? 1 : 0];
          }),
        );
      if (deal(name, { reference: rows(40), current: rows(30) }, 200, run).p <= 0.1) small += 1;
    }
    // 10 % of 60; more than 15 has a probability of 3e-4.
    expect(small).toBeLessThanOrEqual(15);
  });

  it('goes on beyond the deals that can be afforded only where the gap is far beyond all of them', () => {
    // Always right at training, a coin now.
    const rows = (count: number, right: (i: number) => boolean): ScoredRows =>
      classes(Array.from({ length: count }, (_, i) => [right(i) ? 1 : 0, 1]));
    const samples = { reference: rows(1500, () => true), current: rows(1500, (i) => i % 2 === 0) };
    const found = deal('f1', samples, 1e9);
    expect(found.deals).toBeLessThan(1e5);
    expect(found.p).toBeLessThan(1e-20);
    // As many as were asked for: no more is said than they say.
    expect(deal('f1', samples, 500)).toMatchObject({ deals: 500, p: 1 / 501 });
  });
});

describe('a shift of ranks within strata', () => {
  it('is that of Wilcoxon’s test in one stratum', () => {
    // scipy.stats.mannwhitneyu([1,4,6,7],[2,3,5,8,9], method='asymptotic', use_continuity=False): p .6242.
    const values = Float64Array.of(1, 4, 6, 7, 2, 3, 5, 8, 9);
    const isIn = [1, 1, 1, 1, 0, 0, 0, 0, 0];
    const { p, higher } = rankShift(values, isIn, new Int32Array(9));
    expect(p).toBeCloseTo(0.6242, 4);
    expect(higher).toBeCloseTo(8 / 20, 12);
  });

  it('does not take a difference of strata for one of rows', () => {
    // The higher stratum has more of them, as the older predictions have more labels.
    const values = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 10) + (i % 10));
    const isIn = Array.from({ length: 200 }, (_, i) => (i < 100 ? (i < 10 ? 1 : 0) : i < 180 ? 1 : 0));
    const strata = values.map((value) => (value < 10 ? 0 : 1));
    expect(rankShift(values, isIn, strata)).toEqual({ p: 1, higher: 0.5 });
    expect(rankShift(values, isIn, new Int32Array(200)).p).toBeLessThan(1e-10);
    expect(rankShift(values, new Uint8Array(200), strata)).toEqual({ p: 1, higher: 0.5 });
  });
});
