import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { chooseSimplest, pairedGain, rowLosses } from './choose.ts';
import type { Candidate } from './choose.ts';
import type { Task } from '../model.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };

function candidate(family: string, losses: Float64Array): Candidate {
  const model = {
    family,
    task: binary,
    backend: { name: 'wasm', version: 'x' } as const,
    files: new Map<string, Uint8Array>(),
    parameters: 1,
    calibration: { method: 'none', slope: 1, intercept: 0 } as const,
    history: [],
    bestEpoch: 1,
    validation: 0,
  };
  return { model, losses };
}

describe('rowLosses', () => {
  it('is −log of the true class and the squared error', () => {
    const target = Float64Array.of(0, 1);
    expect([...rowLosses(binary, Float64Array.of(0.5, 0.5, 0.75, 0.25), target)]).toEqual([
      -Math.log(0.5),
      -Math.log(0.25),
    ]);
    expect([...rowLosses({ kind: 'regression' }, Float64Array.of(3, 1), target)]).toEqual([9, 0]);
    // No probability counts as less than 1e-7.
    expect([...rowLosses(binary, Float64Array.of(0, 1, 1 - 2e-7, 2e-7), target)]).toEqual([
      -Math.log(1e-7),
      -Math.log(2e-7),
    ]);
    expect([...rowLosses({ kind: 'regression' }, Float64Array.of(-3, 1), target)]).toEqual([9, 0]);
  });
});

describe('pairedGain', () => {
  it('agrees with a paired t-test by hand', () => {
    // Differences 1, 2, 3, 4: mean 2.5, sd 1.290994, standard error .6454972, times 1.959964.
    const { gain, margin } = pairedGain(Float64Array.of(2, 4, 6, 8), Float64Array.of(1, 2, 3, 4));
    expect(gain).toBeCloseTo(2.5, 12);
    expect(margin).toBeCloseTo(1.2651513, 6);
  });
});

describe('chooseSimplest', () => {
  const random = createRandom(1);
  const simple = Float64Array.from({ length: 400 }, () => random.next());
  const worseBy = (shift: number, noise: number): Float64Array =>
    simple.map((loss) => loss + shift + noise * random.normal());

  it('keeps the simpler model within noise, whichever side the difference falls', () => {
    for (const shift of [-0.01, 0.01]) {
      const chosen = chooseSimplest(binary, [
        candidate('linear', simple),
        candidate('mlp', worseBy(shift, 0.5)),
      ]);
      expect(chosen.model.family).toBe('linear');
      expect(chosen.because).toMatch(
        /^linear is kept, being simpler: on 400 validation rows mlp is not better/,
      );
    }
  });

  it('takes the complex model where it is better beyond noise', () => {
    const chosen = chooseSimplest(binary, [
      candidate('linear', simple),
      candidate('mlp', worseBy(-0.05, 0.1)),
    ]);
    expect(chosen.model.family).toBe('mlp');
    expect(chosen.because).toMatch(
      /^mlp is better than linear beyond noise on 400 validation rows: log loss/,
    );
  });

  it('replaces the model that is kept so far, not the first: of three', () => {
    const by = (family: string, shift: number): Candidate => candidate(family, worseBy(shift, 0.1));
    const [linear, mlp, deep] = [candidate('linear', simple), by('mlp', -0.1), by('deep', -0.05)];
    const chosen = chooseSimplest(binary, [linear, mlp, deep]);
    expect(chosen.model.family).toBe('mlp');
    expect(chosen.because).toContain(
      'mlp is kept, being simpler: on 400 validation rows deep is not better (',
    );
    expect(chooseSimplest(binary, [linear, deep, by('larger', -0.1)]).model.family).toBe('larger');
  });

  it('needs a gain above its margin, not one that reaches it', () => {
    // No difference at all: gain and margin are both 0.
    const same = chooseSimplest(binary, [candidate('linear', simple), candidate('mlp', simple.slice())]);
    expect(same.model.family).toBe('linear');
    expect(same.because).toMatch(/is not better \(log loss .* against .*, a gain of 0 ± 0\)\.$/);
    // Every row better by the same: certain, however little it is.
    const sure = candidate('mlp', new Float64Array(400).fill(0.25));
    const flat = candidate('linear', new Float64Array(400).fill(0.5));
    expect(chooseSimplest(binary, [flat, sure])).toMatchObject({
      model: { family: 'mlp' },
      because:
        'mlp is better than linear beyond noise on 400 validation rows: log loss 0.25 against 0.5, a gain of 0.25 ± 0.',
    });
  });

  it('says of how many rows, and in which loss, what was gained and how sure that is', () => {
    // Differences of −1 and 2 in turns: a mean of .5 and a standard deviation of 1.5 (n) over 1,000 rows.
    const losses = (odd: number): Float64Array =>
      Float64Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? 4 : odd));
    const worse = candidate('linear', losses(4));
    const better = candidate(
      'mlp',
      Float64Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? 5 : 2)),
    );
    expect(chooseSimplest({ kind: 'regression' }, [worse, better]).because).toBe(
      'mlp is better than linear beyond noise on 1,000 validation rows: mean squared error 3.5 against 4, a gain of 0.5 ± 0.093.',
    );
    const few = (by: number): Candidate => candidate('mlp', Float64Array.of(4 - by, 3));
    const two = candidate('linear', Float64Array.of(4, 4));
    // Gains of 1 and 3: a mean of 2 with a standard error of 1. Of 1 and 3.1: 2.05, 1.96 standard errors of 1.05 are 2.06.
    expect(chooseSimplest(binary, [two, few(3)]).because).toContain('a gain of 2 ± 1.96.');
    expect(chooseSimplest(binary, [two, few(3)]).model.family).toBe('mlp');
    expect(chooseSimplest(binary, [two, few(3.1)]).because).toContain('is not better beyond noise (');
    expect(chooseSimplest(binary, [two, few(-2)]).because).toContain('is not better (');
    // A gain of .05 ± 1.86.
    expect(chooseSimplest(binary, [two, few(-0.9)]).because).toContain('is not better beyond noise (');
  });

  it('has one family where there is one, and nothing to choose from where there is none', () => {
    expect(chooseSimplest(binary, [candidate('linear', simple)])).toMatchObject({
      model: { family: 'linear' },
      because: 'linear is the only family.',
    });
    expect(() => chooseSimplest(binary, [])).toThrow(RangeError);
  });

  it('cannot tell from one row', () => {
    const one = [candidate('linear', Float64Array.of(5)), candidate('mlp', Float64Array.of(0))];
    expect(chooseSimplest(binary, one).model.family).toBe('linear');
  });
});
