import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import type { IntervalBounds } from './conformal.ts';
import { coverageOf, fitBounds, intervalAround, problemOfBounds } from './conformal.ts';

const numbers = (...list: number[]): Float64Array => Float64Array.from(list);
const fit = (...asked: Parameters<typeof fitBounds>): IntervalBounds => {
  const bounds = fitBounds(...asked);
  if (bounds === undefined) throw new RangeError('too few rows');
  return bounds;
};

describe('bounds of one part', () => {
  /** Answers 50; labels off by −9, −8, … 9. */
  const answers = new Float64Array(19).fill(50);
  const labels = Float64Array.from({ length: 19 }, (_, i) => 50 + i - 9);

  it('are the order statistics that one row more calls for', () => {
    // (19 + 1) · .95 = 19: the largest and the smallest.
    expect(fit(answers, labels, 0.9)).toEqual({
      level: 0.9,
      rows: 19,
      upTo: [],
      below: [9],
      above: [9],
      floor: 0,
    });
    // 20 · .9 = 18, 20 · .75 = 15.
    expect(fit(answers, labels, 0.8)).toMatchObject({ below: [8], above: [8] });
    expect(fit(answers, labels, 0.5)).toMatchObject({ below: [5], above: [5] });
  });

  it('need 2 / (1 − level) − 1 rows, labelled ones', () => {
    expect(fitBounds(answers.slice(1), labels.slice(1), 0.9)).toBeUndefined();
    expect(
      fitBounds(
        answers,
        labels.map((label, row) => (row === 3 ? NaN : label)),
        0.9,
      ),
    ).toBeUndefined();
    expect(fitBounds(numbers(1, 2, 3), numbers(1, 2, 3), 0.5)?.rows).toBe(3);
    expect(fitBounds(numbers(1, 2), numbers(1, 2), 0.5)).toBeUndefined();
  });

  it('are as far apart as the errors of either side', () => {
    const late = Float64Array.from({ length: 19 }, (_, i) => 50 + i);
    expect(fit(answers, late, 0.9)).toMatchObject({ below: [0], above: [18] });
    const early = late.map((label) => 100 - label);
    expect(fit(answers, early, 0.9)).toMatchObject({ below: [18], above: [0] });
  });

  it('reach no lower than 0 where no label does, and no lower than the answer', () => {
    expect(intervalAround(fit(answers, labels, 0.9), 3)).toEqual({ low: 0, high: 12 });
    expect(intervalAround(fit(answers, labels, 0.9), -3)).toEqual({ low: -3, high: 6 });
    const negative = fit(
      answers.map(() => 0),
      labels.map((label) => label - 50),
      0.9,
    );
    expect(negative).not.toHaveProperty('floor');
    expect(intervalAround(negative, 3)).toEqual({ low: -6, high: 12 });
  });
});

describe('bounds by the size of the answer', () => {
  it('differ from part to part, each of 100 rows or more', () => {
    const random = createRandom('parts');
    const answers = Float64Array.from({ length: 1000 }, () => 100 * random.next());
    const labels = answers.map((answer) => answer + 0.2 * answer * random.normal());
    const { upTo, below, above } = fit(answers, labels, 0.9);
    expect([upTo.length, below.length, above.length]).toEqual([9, 10, 10]);
    const counts = upTo.map(
      (end, part) => answers.filter((answer) => answer <= end && answer > (upTo[part - 1] ?? -1)).length,
    );
    expect(counts).toEqual(new Array(9).fill(100));
    expect(above[9]! + below[9]!).toBeGreaterThan(5 * (above[0]! + below[0]!));
    expect(fit(answers.slice(0, 199), labels.slice(0, 199), 0.9).upTo).toEqual([]);
    expect(fit(answers.slice(0, 200), labels.slice(0, 200), 0.9).upTo).toHaveLength(1);
    // Five rows in each tail: 1,000 for 99 %.
    expect(fit(answers, labels, 0.99).upTo).toEqual([]);
    expect(fit(answers, labels, 0.98).upTo).toHaveLength(1);
  });

  it('never part equal answers, and have 20 parts at most', () => {
    const answers = Float64Array.from({ length: 4000 }, (_, i) => (i < 1500 ? 0 : i));
    const { upTo } = fit(answers, answers, 0.9);
    expect(upTo[0]).toBe(750);
    expect(upTo.length).toBeLessThan(20);
    const many = Float64Array.from({ length: 9000 }, (_, i) => i);
    expect(fit(many, many, 0.9).upTo).toHaveLength(19);
    expect(fit(new Float64Array(500), many.slice(0, 500), 0.9).upTo).toEqual([]);
  });

  it('do not depend on the order of the rows, and the answer always lies within', () => {
    const row = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 40, maxLength: 300 }),
        fc.integer({ min: -90, max: 90 }),
        (rows, answer) => {
          const [answers, labels] = [0, 1].map((at) => Float64Array.from(rows, (one) => one[at]!)) as [
            Float64Array,
            Float64Array,
          ];
          const bounds = fit(answers, labels, 0.9);
          expect(fit(answers.slice().reverse(), labels.slice().reverse(), 0.9)).toEqual(bounds);
          const { low, high } = intervalAround(bounds, answer);
          expect(low <= answer && answer <= high).toBe(true);
          expect(problemOfBounds(bounds)).toBeUndefined();
        },
      ),
    );
  });
});

type Noise = (answer: number, random: Random) => number;
const shapes: Readonly<Record<string, Noise>> = {
  'normal noise': (_, random) => 5 * random.normal(),
  'noise that grows with the answer': (answer, random) => 0.3 * answer * random.normal(),
  'heavy tails': (_, random) => random.normal() / Math.sqrt(random.next()),
  'noise to one side': (answer, random) => -0.2 * answer * Math.log(1 - random.next()),
  'a biased model': (answer, random) => 7 + 0.1 * answer + 2 * random.normal(),
  'whole numbers': (_, random) => Math.round(3 * random.normal()),
};

describe.each(Object.entries(shapes))('coverage with %s', (name, noise) => {
  const drawn = (rows: number, random: Random): { answers: Float64Array; labels: Float64Array } => {
    const answers = Float64Array.from({ length: rows }, () => 10 + 90 * random.next() ** 2);
    return { answers, labels: answers.map((answer) => answer + noise(answer, random)) };
  };

  it.each([
    [0.9, 60],
    [0.9, 300],
    [0.8, 1000],
  ])('is %d on new rows, by %d rows that say it', (level, rows) => {
    const random = createRandom(`${name} ${level} ${rows}`);
    const runs = 150;
    const [all, small, large] = [[], [], []] as [number[], number[], number[]];
    for (let run = 0; run < runs; run += 1) {
      const { answers, labels } = drawn(rows, random);
      const bounds = fit(answers, labels, level);
      const fresh = drawn(200, random);
      all.push(coverageOf(bounds, fresh.answers, fresh.labels)!.coverage);
      if (rows < 1000) continue;
      const half = (isLarge: boolean): number => {
        const is = (row: number): boolean => fresh.answers[row]! > 40 === isLarge;
        const pick = (values: Float64Array): Float64Array => values.filter((_, row) => is(row));
        return coverageOf(bounds, pick(fresh.answers), pick(fresh.labels))!.coverage;
      };
      small.push(half(false));
      large.push(half(true));
    }
    const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
    expect(mean(all)).toBeGreaterThan(level - 0.01);
    // To hold the answer, too, an interval goes further where all labels lie on one side of it.
    const isWide = rows < 100 || ['whole numbers', 'noise to one side', 'a biased model'].includes(name);
    expect(mean(all)).toBeLessThan(level + (isWide ? 0.12 : 0.03));
    // Not only on average: where answers are large, and where they are small.
    if (rows >= 1000) for (const part of [small, large]) expect(mean(part)).toBeGreaterThan(level - 0.01);
  });
});

describe('bounds from elsewhere', () => {
  const right: IntervalBounds = { level: 0.9, rows: 9, upTo: [1, 2], below: [1, 1, 1], above: [1, 1, 1] };

  it('have two widths a part, and parts that rise', () => {
    expect(problemOfBounds(right)).toBeUndefined();
    expect(problemOfBounds({ ...right, below: [1] })).toMatch(/1 and 3 widths for 3 parts/);
    expect(problemOfBounds({ ...right, above: [] })).toMatch(/3 and 0 widths/);
    expect(problemOfBounds({ ...right, upTo: [2, 2] })).toMatch(/rise/);
    expect(problemOfBounds({ ...right, above: [1, -1, 1] })).toMatch(/below 0/);
  });

  it('are used up to and with where a part ends', () => {
    const bounds = { ...right, above: [1, 2, 3] };
    expect(
      [1, 1.01, 2, 2.01].map((answer) => Math.round(intervalAround(bounds, answer).high - answer)),
    ).toEqual([1, 2, 2, 3]);
  });

  it('cover nothing without a labelled row', () => {
    expect(coverageOf(right, numbers(1), numbers(NaN))).toBeUndefined();
    expect(coverageOf(right, numbers(1, 1, NaN), numbers(1.5, 5, 1))).toEqual({
      level: 0.9,
      coverage: 0.5,
      width: 2,
    });
  });
});
