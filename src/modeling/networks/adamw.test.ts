import { describe, expect, it } from 'vitest';
import { adamwStep, zeroMoments } from './adamw.ts';

describe('adamwStep', () => {
  it('gives the values of torch.optim.AdamW', () => {
    // torch: p = [1, -2]; AdamW(lr=.1, weight_decay=.1), gradients [.5, -1] then [.25, 3]; by hand from algorithm 2:
    // step 1: m̂ = g, v̂ = g² → p·(1 − .01) − .1·sign(g) = [.89, −1.88]
    const parameters = Float32Array.of(1, -2);
    const moments = zeroMoments(2);
    adamwStep(parameters, Float32Array.of(0.5, -1), moments, 1, 0.1, 0.1);
    expect(parameters[0]).toBeCloseTo(0.89, 6);
    expect(parameters[1]).toBeCloseTo(-1.88, 6);
    // step 2: m = .9·(.1·g₁) + .1·g₂, v = .999·(.001·g₁²) + .001·g₂², corrected by 1 − .9² and 1 − .999²
    adamwStep(parameters, Float32Array.of(0.25, 3), moments, 2, 0.1, 0.1);
    const second = (p: number, g1: number, g2: number): number =>
      p * 0.99 -
      (0.1 * ((0.09 * g1 + 0.1 * g2) / 0.19)) /
        (Math.sqrt((0.000999 * g1 * g1 + 0.001 * g2 * g2) / 0.001999) + 1e-8);
    expect(parameters[0]).toBeCloseTo(second(0.89, 0.5, 0.25), 5);
    expect(parameters[1]).toBeCloseTo(second(-1.88, -1, 3), 5);
  });

  it('passes over derivatives that no float32 can square', () => {
    const parameters = Float32Array.of(1, 1, 1);
    adamwStep(parameters, Float32Array.of(NaN, Infinity, 1e30), zeroMoments(3), 1, 0.1, 0);
    expect([...parameters]).toEqual([1, 1, 1]);
  });
});
