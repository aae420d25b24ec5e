import { describe, expect, it } from 'vitest';
import { topContributions } from './explain.ts';

const explanation = {
  scale: 'label' as const,
  base: 1,
  contributions: { '7': 0.5, a: -3, b: 2 },
  margin: 0.5,
};

describe('the columns that move an answer most', () => {
  it('are listed, the others are one sum, and all still add up', () => {
    expect(topContributions(explanation, 1)).toEqual({
      ...explanation,
      contributions: { a: -3 },
      others: 2.5,
    });
    expect(topContributions(explanation, 0)).toEqual({ ...explanation, contributions: {}, others: -0.5 });
  });

  it('are all of them where no more were asked for', () => {
    expect(topContributions(explanation, 3)).toBe(explanation);
    expect(topContributions(explanation, Infinity)).toBe(explanation);
  });
});
