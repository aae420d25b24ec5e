import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

describe('a stream of random numbers', () => {
  it('is the one that it always was: models of a seed stay what they are', () => {
    const random = createRandom('a seed');
    const again = createRandom('a seed');
    const numbers = Array.from({ length: 1000 }, () => random.next());
    expect(Array.from({ length: 1000 }, () => again.next())).toEqual(numbers);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(createRandom(1).next()).not.toBe(createRandom(2).next());
    expect([createRandom(1).next(), createRandom('1/a').next()]).toEqual([
      0.6600789371877909, 0.4388364690821618,
    ]);
  });

  it('fills an array as one integer after the other would', () => {
    const [random, again] = [createRandom('many'), createRandom('many')];
    const drawn = new Int32Array(500);
    for (const below of [1, 7, 6878, 2 ** 31 - 1]) {
      random.integers(drawn, below);
      expect([...drawn]).toEqual(Array.from(drawn, () => again.integer(below)));
    }
    expect(random.next()).toBe(again.next());
  });

  it('chooses exactly so many, in ascending order and without repeats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 70 }), (count, wanted) => {
        const chosen = [...createRandom(`${count}/${wanted}`).choose(count, wanted)];
        expect(chosen).toHaveLength(Math.min(count, wanted));
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen).toEqual(chosen.toSorted((left, right) => left - right));
        expect(chosen.every((at) => at >= 0 && at < count)).toBe(true);
      }),
    );
  });

  it('chooses each of many as often as any other', () => {
    const random = createRandom('fair');
    const counts = new Int32Array(10);
    for (let draw = 0; draw < 4000; draw += 1) for (const at of random.choose(10, 3)) counts[at]! += 1;
    // 1,200 each, with a standard deviation of 29.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(140);
  });
});
