import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { numbers, table, words } from '../columns.fixture.ts';
import { profileColumn } from '../profileReference.ts';
import { binNames, binsOf } from './bins.ts';
import { binsOfGroups, fineness, scoredGroups } from './groups.ts';

const named = (column: Column, rows: number, cells = column): string[] => {
  const profile = profileColumn('x', column, rows);
  const names = binNames(profile, fineness);
  return Array.from(binsOf(profile, cells, fineness).of, (bin) => names[bin]!);
};

describe('the bins of a column', () => {
  it('are quarters of numbers, open at their ends, and a bin of what is missing', () => {
    const column = numbers(100, (i) => i);
    const now = numbers(6, (i) => [-5, 24.7, 24.75, 60, 1000, Number.NaN][i]!);
    expect(named(column, 100, now)).toEqual([
      'x < 24.8',
      'x < 24.8',
      'x in [24.8, 49.5)',
      'x in [49.5, 74.3)',
      'x ≥ 74.3',
      'x missing',
    ]);
  });

  it('are words, the frequent ones and the others, and numbers of few values', () => {
    const column = words(250, (i) => (i < 200 ? `w${i % 20}` : i === 200 ? 'rare' : null));
    const now = words(4, (i) => ['w3', 'rare', 'never seen', null][i]!);
    expect(named(column, 250, now)).toEqual(['x = w3', 'x = other words', 'x = other words', 'x missing']);
    const few = numbers(9, (i) => i % 3);
    expect(
      named(
        few,
        9,
        numbers(3, (i) => [2, 7, Number.NaN][i]!),
      ),
    ).toEqual(['x = 2', 'x = other words', 'x missing']);
  });

  it('of times and texts are there or missing', () => {
    const times: Column = { kind: 'time', values: Float64Array.of(1, Number.NaN, 3) };
    expect(named(times, 3)).toEqual(['x present', 'x missing', 'x present']);
  });

  it('each have a name, whatever the cells', () => {
    const cells = fc.array(fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: Number.NaN }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(cells, cells, (then, now) => {
        const of = (values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
        const profile = profileColumn('x', of(then), then.length);
        const { of: bins, count } = binsOf(profile, of(now), fineness);
        expect(binNames(profile, fineness)).toHaveLength(count);
        expect(bins.every((bin) => bin >= 0 && bin < count)).toBe(true);
      }),
    );
  });
});

describe('the groups of scored rows', () => {
  const choice = { personal: new Set<string>(), important: ['b'] };
  it('are bins, the most important column first; personal columns and constant ones are not kept', () => {
    const columns = new Map([
      ['a', words(4, (i) => (i === 3 ? null : 'xy'[i % 2]!))],
      ['b', numbers(4, (i) => i % 2)],
      ['still', words(4, () => 'z')],
    ]);
    const profiles = [...columns].map(([name, column]) => profileColumn(name, column, 4));
    const kept = scoredGroups(profiles, { rows: 4, columns }, choice);
    expect(kept).toEqual([
      { column: 'b', bins: '0101' },
      { column: 'a', bins: '0103' },
    ]);
    expect([...binsOfGroups(kept[1]!)]).toEqual([0, 1, 0, 3]);
    const without = scoredGroups(profiles, { rows: 4, columns }, { ...choice, personal: new Set(['b']) });
    expect(without.map(({ column }) => column)).toEqual(['a']);
  });

  it('of a column that is not there, or is of another kind, are not kept; of many thirty are', () => {
    const profile = profileColumn(
      'x',
      numbers(4, (i) => i % 2),
      4,
    );
    expect(
      scoredGroups(
        [profile],
        table(
          'x',
          words(4, (i) => 'ab'[i % 2]!),
        ),
        choice,
      ),
    ).toEqual([]);
    expect(
      scoredGroups(
        [profile],
        table(
          'y',
          numbers(4, (i) => i % 2),
        ),
        choice,
      ),
    ).toEqual([]);
    const many = new Map(Array.from({ length: 40 }, (_, k) => [`c${k}`, numbers(4, (i) => i % 2)]));
    const profiles = [...many].map(([name, column]) => profileColumn(name, column, 4));
    expect(scoredGroups(profiles, { rows: 4, columns: many }, choice)).toHaveLength(30);
  });
});
