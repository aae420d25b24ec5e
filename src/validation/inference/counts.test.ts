import { describe, expect, it } from 'vitest';
import { lookLikeCounts } from './counts.ts';

const of = (...rows: number[]): [string, number][] => rows.map((count, value) => [`${value}`, count]);

describe('lookLikeCounts', () => {
  it.each([
    ['visits to a doctor', of(4141, 782, 174, 30, 24, 9, 12, 12, 5, 1)],
    ['most rows at 1', of(90, 400, 200, 60, 20, 5)],
    ['written with points', [['0.0', 900] as const, ...of(100, 300, 90, 20, 5, 1)]],
  ])('says so of %s', (_, words) => expect(lookLikeCounts(words)).toBe(true));

  it.each([
    ['digits', of(178, 182, 177, 183, 181, 182, 181, 179, 174, 180)],
    ['five values', of(164, 55, 36, 13, 2)],
    ['a gap', [...of(164, 55, 36, 13, 5, 3), ['7', 1] as const]],
    ['from 1 on', of(900, 300, 90, 20, 5, 1).map(([word, rows]) => [`${Number(word) + 1}`, rows] as const)],
    ['a class that is more frequent than the one before', of(900, 300, 50, 171, 32, 10, 3)],
    ['classes of like size', of(900, 800, 700, 600, 500, 400)],
    ['most rows at 2', of(20, 400, 900, 60, 20, 5)],
    ['numbers below 0', [...of(900, 300, 90, 20, 5, 1), ['-1', 4] as const]],
  ])('does not say so of %s', (_, words) => expect(lookLikeCounts(words)).toBe(false));
});
