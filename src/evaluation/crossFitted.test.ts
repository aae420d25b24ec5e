import { describe, expect, it } from 'vitest';
import { hardest, isClear, testGains } from './crossFitted.ts';

const against = (p: number) => ({ name: 'majority', description: 'x', improvement: 0.1, p, rowsToSettle: 1 });
const gains = (values: readonly number[]) =>
  testGains([{ name: 'mean', description: 'x', gains: Float64Array.from(values) }])[0]!;

describe('a paired t over rows', () => {
  it('gives the p of one side', () => {
    // scipy.stats.ttest_1samp([.3, -.1, .2, .4, -.2, .1], 0, alternative='greater'), scipy 1.17.1.
    const { p, improvement, rowsToSettle } = gains([0.3, -0.1, 0.2, 0.4, -0.2, 0.1]);
    expect(p).toBeCloseTo(0.13608955158309186, 10);
    expect(improvement).toBeCloseTo(0.11666666666666667, 12);
    // t = 1.2336: 6 · 7.849/t² rows are needed in all.
    expect(rowsToSettle).toBe(Math.ceil(6 * (7.848879 / 1.2335879094879225 ** 2 - 1)));
  });

  it('knows no number of rows where there is no gain, or next to none', () => {
    expect(gains([-0.3, 0.1, -0.2]).rowsToSettle).toBeNull();
    expect(gains([1, -1, 1, -1, 1, -0.99999]).rowsToSettle).toBeNull();
    expect(gains([0, 0, 0])).toMatchObject({ p: 0.5, improvement: 0, rowsToSettle: null });
  });

  it('is sure where every row gains the same', () => {
    expect(gains([1, 1, 1])).toMatchObject({ p: 0, rowsToSettle: 0 });
  });
});

describe('after a dealing', () => {
  it.each([
    [[0.001, 0.0001], true],
    [[0.0011, 0.0001], false],
    [[0.5, 0.0001], false],
    [[0.51, 0.0001], true],
  ])('p %j: clear %s', (ps, clear) => {
    expect(isClear(ps.map(against))).toBe(clear);
  });

  it('the baseline with the largest p is the hardest', () => {
    const fit = {
      rows: 3,
      folds: 5,
      dealings: 1,
      loss: 'log loss' as const,
      against: [0.1, 0.3, 0.2].map(against),
    };
    expect(hardest(fit).p).toBe(0.3);
  });
});
