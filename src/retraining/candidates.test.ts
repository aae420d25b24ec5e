import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOf, leftOutBecause, teachersOf } from './candidates.ts';

const day = 86_400_000;
const teachers = fc
  .array(
    fc.record({
      at: fc.option(
        fc.integer({ min: 0, max: 60 }).map((days) => days * day),
        { nil: Number.NaN },
      ),
      draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => ({
    times: Float64Array.from(rows, ({ at }) => at),
    draws: Float64Array.from(rows, ({ draw }) => draw),
  }));

describe('teachersOf', () => {
  it('takes all, those of seven days, or each by half for each seven days of its age', () => {
    fc.assert(
      fc.property(teachers, (rows) => {
        const all = [...teachersOf('union', rows)];
        expect(all).toEqual([...rows.times.keys()]);
        const known = rows.times.filter((at) => !Number.isNaN(at));
        const newest = Math.max(...known);
        const oldest = Math.min(...known);
        const ageOf = (row: number): number =>
          known.length === 0 ? 0 : newest - (Number.isNaN(rows.times[row]) ? oldest : rows.times[row]!);
        const isKnown = (row: number): boolean => known.length === 0 || !Number.isNaN(rows.times[row]);
        expect([...teachersOf('last-7-days', rows)]).toEqual(
          all.filter((row) => isKnown(row) && ageOf(row) <= 7 * day),
        );
        expect([...teachersOf('half-life', rows)]).toEqual(
          all.filter((row) => rows.draws[row]! < 0.5 ** (ageOf(row) / (7 * day))),
        );
      }),
    );
  });

  it('of rows of 14 days ago a quarter teaches by half-life, and the same ones whenever asked', () => {
    const times = Float64Array.from({ length: 4000 }, (_, row) => (row === 0 ? 14 * day : 0));
    const draws = Float64Array.from({ length: 4000 }, (_, row) => (row % 1000) / 1000);
    const taught = teachersOf('half-life', { times, draws });
    // Draws 0, .001 … .249 of each thousand; row 0 is the newest and teaches by itself.
    expect(taught).toHaveLength(1000);
    expect(teachersOf('half-life', { times, draws })).toEqual(taught);
  });
});

describe('leftOutBecause', () => {
  const enough = { rows: 100, sameAs: null, classes: [['No', 95] as const, ['Yes', 5] as const] };
  it('is a sentence where rows are too few, of too few classes, or the same as others', () => {
    expect(leftOutBecause(enough)).toBeNull();
    expect(leftOutBecause({ ...enough, classes: [] })).toBeNull();
    expect(leftOutBecause({ ...enough, rows: 99 })).toBe('99 rows would teach, 100 are needed');
    expect(leftOutBecause({ ...enough, classes: [['No', 96] as const, ['Yes', 4] as const] })).toBe(
      '4 of its rows are of class Yes, 5 are needed',
    );
    expect(leftOutBecause({ ...enough, sameAs: 'union' })).toBe('it has the same rows as union');
  });
});

describe('bestOf', () => {
  const by = (metric: string, values: readonly number[]): number =>
    bestOf(values.map((challenger) => ({ metric, challenger })));
  it('is the lowest loss or the highest score, the first of equals, and never one without a figure', () => {
    expect(by('log_loss', [0.5, 0.4, 0.4, 0.6])).toBe(1);
    expect(by('roc_auc', [0.5, 0.7, 0.6])).toBe(1);
    expect(by('log_loss', [Number.NaN, 0.9, Number.NaN])).toBe(1);
    expect([by('log_loss', [Number.NaN]), by('log_loss', [])]).toEqual([-1, -1]);
  });
});
