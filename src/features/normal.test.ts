import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal.ts';

describe('normalQuantile', () => {
  // scipy 1.17.1: scipy.stats.norm.ppf(p)
  it.each([
    [1e-7, -5.1993375821928165],
    [1e-3, -3.090232306167813],
    [0.02425, -1.972961051311885],
    [0.075, -1.4395314709384563],
    [0.1, -1.2815515655446004],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.925, 1.4395314709384563],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
  ])('of %d is %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
  });
});
