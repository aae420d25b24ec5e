import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normalQuantile.ts';
import { normalCdf } from './special.ts';

describe('normalQuantile', () => {
  // scipy 1.17.1: scipy.stats.norm.ppf(p), in each of the three regions and on both sides of their borders.
  it.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-11, -6.706023155495137],
    [1.3887943864964021e-11, -6.657904643501104],
    [1.4e-11, -6.656723091518184],
    [1e-7, -5.1993375821928165],
    [1e-3, -3.090232306167813],
    [0.02425, -1.972961051311885],
    [0.074, -1.4466320671589785],
    [0.075, -1.4395314709384563],
    [0.076, -1.4325027208258116],
    [0.1, -1.2815515655446004],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.925, 1.4395314709384563],
    [0.926, 1.446632067158979],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [1 - 1e-9, 5.997807019601637],
  ])('of %d is %d', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected)));
  });

  it('undoes the distribution function', () => {
    for (let z = -6; z <= 4; z += 0.37) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
  });

  it('is infinite at the ends and nothing beyond', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([-1e-9, 1 + 1e-9, Number.NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
  });
});
