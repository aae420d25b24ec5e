import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { chooseSimplest, pairedGain, rowLosses } from './choose.ts';
import type { Candidate } from './choose.ts';
import type { Task } from './model.ts';

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
    expect(rowLosses(binary, Float64Array.of(0, 1, 1, 0), target)[0]).toBeLessThan(20);
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

  it('cannot tell from one row', () => {
    const one = [candidate('linear', Float64Array.of(5)), candidate('mlp', Float64Array.of(0))];
    expect(chooseSimplest(binary, one).model.family).toBe('linear');
  });
});
