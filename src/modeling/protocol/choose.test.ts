import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import type { Task } from '../model.ts';
import {
  bestByMean,
  chooseSimplest,
  constantLoss,
  isBetter,
  lossFor,
  pairedGain,
  rowLosses,
} from './choose.ts';
import type { Judged } from './choose.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const order = ['linear', 'gbdt', 'mlp', 'deep'];

const candidate = (name: string, losses: Float64Array): Judged => ({
  name,
  complexity: order.indexOf(name),
  losses,
});
const chosen = (...candidates: readonly Judged[]): string =>
  chooseSimplest(candidates, 'log loss', Infinity).name;

describe('rowLosses', () => {
  it('is −log of the true class and the squared error', () => {
    const target = Float64Array.of(0, 1);
    expect([...rowLosses(binary, Float64Array.of(0.5, 0.5, 0.75, 0.25), target)]).toEqual([
      -Math.log(0.5),
      -Math.log(0.25),
    ]);
    expect([...rowLosses({ kind: 'regression' }, Float64Array.of(3, 1), target)]).toEqual([9, 0]);
    expect([...rowLosses({ kind: 'regression' }, Float64Array.of(-3, 1), target)]).toEqual([9, 0]);
    // No probability counts as less than 1e-7.
    expect([...rowLosses(binary, Float64Array.of(0, 1, 1 - 2e-7, 2e-7), target)]).toEqual([
      -Math.log(1e-7),
      -Math.log(2e-7),
    ]);
  });

  it('is the absolute error where the metric is one of absolute errors', () => {
    const loss = lossFor({ kind: 'regression' }, 'mae');
    expect(loss).toBe('absolute error');
    expect(lossFor({ kind: 'regression' }, 'r2')).toBe('squared error');
    expect(lossFor(binary, 'mae')).toBe('log loss');
    const target = Float64Array.of(0, 1);
    expect([...rowLosses({ kind: 'regression' }, Float64Array.of(-3, 1), target, loss)]).toEqual([3, 0]);
  });
});

describe('pairedGain', () => {
  it('agrees with a paired t-test by hand', () => {
    // Differences 1, 2, 3, 4: mean 2.5, sd 1.290994, standard error .6454972, times 1.959964.
    const { gain, margin } = pairedGain(Float64Array.of(2, 4, 6, 8), Float64Array.of(1, 2, 3, 4));
    expect(gain).toBeCloseTo(2.5, 12);
    expect(margin).toBeCloseTo(1.2651513, 6);
  });

  it('is beyond noise above its margin, not where it reaches it', () => {
    const four = Float64Array.of(4, 4);
    // Gains of 1 and 3: a mean of 2, 1.96 standard errors are 1.96. Of .9 and 3.1: 2, and 2.16.
    expect(isBetter(four, Float64Array.of(3, 1))).toBe(true);
    expect(isBetter(four, Float64Array.of(3.1, 0.9))).toBe(false);
    expect(isBetter(four, four.slice())).toBe(false);
    expect(isBetter(Float64Array.of(5), Float64Array.of(0))).toBe(false);
  });
});

describe('constantLoss', () => {
  it('is what the one answer loses that fits the labels best', () => {
    expect(constantLoss(binary, Float64Array.of(0, 0, 0, 1), 'log loss')).toBeCloseTo(
      -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)),
      12,
    );
    expect(constantLoss({ kind: 'regression' }, Float64Array.of(1, 2, 9), 'squared error')).toBeCloseTo(
      38 / 3,
      12,
    );
    expect(constantLoss({ kind: 'regression' }, Float64Array.of(1, 2, 9), 'absolute error')).toBeCloseTo(
      8 / 3,
      12,
    );
    expect(constantLoss(binary, Float64Array.of(1, 1), 'log loss')).toBe(0);
  });
});

describe('chooseSimplest', () => {
  const random = createRandom(1);
  const simple = Float64Array.from({ length: 400 }, () => 1 + random.next());
  const worseBy = (shift: number, noise: number): Float64Array => {
    const moved = simple.map((loss) => loss + noise * random.normal());
    const mean = (losses: Float64Array): number => losses.reduce((sum, loss) => sum + loss, 0) / 400;
    const off = mean(moved) - mean(simple) - shift;
    return moved.map((loss) => loss - off);
  };

  it('keeps the simpler of two that differ by noise and by less than a hundredth', () => {
    for (const shift of [-0.01, 0.01])
      expect(chosen(candidate('mlp', worseBy(shift, 0.5)), candidate('linear', simple))).toBe('linear');
  });

  it('takes the better one where it is better beyond noise, by however little', () => {
    expect(chosen(candidate('linear', simple), candidate('mlp', worseBy(-0.001, 0.001)))).toBe('mlp');
    expect(chosen(candidate('linear', simple), candidate('mlp', worseBy(-0.001, 0.1)))).toBe('linear');
  });

  it('takes the better one by more than a hundredth of the loss, whatever the noise; of squares by two', () => {
    // A mean loss of about 1.5.
    const better = candidate('mlp', worseBy(-0.02, 2));
    expect(chosen(candidate('linear', simple), better)).toBe('mlp');
    expect(chooseSimplest([candidate('linear', simple), better], 'squared error', Infinity).name).toBe(
      'linear',
    );
  });

  it('compares each with the best, not with its neighbour', () => {
    const [linear, gbdt, deep] = [
      candidate('linear', simple),
      candidate('gbdt', worseBy(-0.1, 0.1)),
      candidate('deep', worseBy(-0.105, 0.1)),
    ];
    expect(chosen(deep, linear, gbdt)).toBe('gbdt');
    expect(bestByMean([deep, linear, gbdt]).name).toBe('deep');
  });

  it('keeps a rule only where it has nine tenths of what can be gained', () => {
    const rule = { name: 'rule', complexity: 0, losses: worseBy(0.01, 0.5) };
    const all = [rule, candidate('mlp', simple)];
    // Mean losses of about 1.51 and 1.5.
    const least = simple.reduce((sum, loss) => sum + loss, 0) / 400;
    const kept = (constant: number): string => chooseSimplest(all, 'log loss', constant).name;
    expect([kept(least + 0.11), kept(least + 0.09), kept(least - 1)]).toEqual(['rule', 'mlp', 'mlp']);
  });

  it('takes the simplest of equals, and has nothing to choose from where there is none', () => {
    expect(chosen(candidate('mlp', simple.slice()), candidate('linear', simple))).toBe('linear');
    expect(bestByMean([candidate('mlp', simple.slice()), candidate('linear', simple)]).name).toBe('linear');
    expect(() => chooseSimplest([], 'log loss', 1)).toThrow(RangeError);
  });
});
