import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { finish } from '../work.ts';
import { exchangeGains, exchangingAnswers, isBeyondNoise } from './exchange.ts';

describe('exchanged gains', () => {
  it('p is near that of all 2¹⁰ exchanges', () => {
    const gains = Float64Array.of(1, 2, 3, -1, 4, 2, 1, -2, 3, 1);
    const sum = gains.reduce((total, gain) => total + gain, 0);
    let asLarge = 0;
    for (let mask = 0; mask < 1024; mask += 1) {
      const other = gains.reduce((total, gain, i) => total + ((mask >> i) & 1 ? -gain : gain), 0);
      if (other >= sum) asLarge += 1;
    }
    const { p, exchanges } = exchangeGains(gains, createRandom(1));
    expect(exchanges).toBe(999);
    expect(Math.abs(p - asLarge / 1024)).toBeLessThan(0.02);
  });

  it('rows that do not differ or do not count change nothing', () => {
    const plain = exchangeGains(Float64Array.of(1, 2, -1), createRandom(1));
    expect(exchangeGains(Float64Array.of(0, 1, Number.NaN, 2, 0, -1), createRandom(1))).toEqual(plain);
  });

  it('without any difference p is 1, and the least p is 1 in 1,000', () => {
    expect(exchangeGains(new Float64Array(10), createRandom(1)).p).toBe(1);
    expect(exchangeGains(new Float64Array(50).fill(1), createRandom(1)).p).toBe(0.001);
  });

  it('many rows get fewer exchanges, never under 199', () => {
    expect(exchangeGains(new Float64Array(2_000_000).fill(1), createRandom(1)).exchanges).toBe(199);
  });
});

describe('exchanged answers', () => {
  it('of a mean are as its exchanged gains', () => {
    const random = createRandom('answers');
    const left = Float64Array.from({ length: 40 }, () => random.normal());
    const right = left.map((value) => value + 0.3 + random.normal());
    const all = [...left, ...right];
    const mean = (counts: Int32Array): number =>
      all.reduce((sum, value, i) => sum + value * counts[i]!, 0) / 40;
    const { p } = finish(exchangingAnswers(mean, 40, true, createRandom(1)));
    const gains = exchangeGains(
      right.map((value, i) => value - left[i]!),
      createRandom(1),
    );
    expect(Math.abs(p - gains.p)).toBeLessThan(0.03);
    expect(finish(exchangingAnswers(mean, 40, false, createRandom(1))).p).toBeGreaterThan(0.5);
  });

  it('a figure that is undefined is never better', () => {
    expect(finish(exchangingAnswers(() => Number.NaN, 5, true, createRandom(1)))).toEqual({
      p: 1,
      exchanges: 0,
    });
  });
});

describe('beyond noise', () => {
  it('is what was judged; in records without a judgement the interval says it', () => {
    expect(isBeyondNoise({ low: 1, better: false })).toBe(false);
    expect(isBeyondNoise({ low: -1, better: true })).toBe(true);
    expect([
      isBeyondNoise({ low: 0 }),
      isBeyondNoise({ low: 0.01 }),
      isBeyondNoise({ low: Number.NaN }),
    ]).toEqual([false, true, false]);
  });
});
