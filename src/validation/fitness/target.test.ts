import { describe, expect, it } from 'vitest';
import { numbers, upTo, words } from '../checks/snapshot.fixture.ts';
import { labelledRows, midRanks, targetAt } from './target.ts';

const all = (rows: number): Int32Array => Int32Array.from(upTo(rows));

describe('ranks', () => {
  it('go from 0 to 1, and equal values share the middle of theirs', () => {
    expect([...midRanks(Float64Array.of(30, 10, 20))]).toEqual([1, 0, 0.5]);
    expect([...midRanks(Float64Array.of(5, 1, 5, 5, 9))]).toEqual([0.5, 0, 0.5, 0.5, 1]);
    expect([...midRanks(Float64Array.of(7, 7))]).toEqual([0.5, 0.5]);
    expect([...midRanks(Float64Array.of(7))]).toEqual([0]);
    expect([...midRanks(new Float64Array(0))]).toEqual([]);
  });
});

describe('what is to be told', () => {
  it('are classes by how often they occur, then by their word', () => {
    expect(targetAt(words(['b', 'a', 'c', 'c', 'x']), Int32Array.of(0, 1, 2, 3), 'classes')).toEqual({
      kind: 'classes',
      names: ['c', 'a', 'b'],
      counts: [2, 1, 1],
      classes: Uint16Array.of(2, 1, 0, 0),
    });
  });

  it('are classes where numbers name them, and words always', () => {
    expect(targetAt(numbers([1, 0, 1]), all(3), 'classes')).toMatchObject({
      names: ['1', '0'],
      counts: [2, 1],
    });
    expect(targetAt(words(['1', '0']), all(2), 'number').kind).toBe('classes');
  });

  it('are at most twelve classes; the others are one more, without a name', () => {
    const target = targetAt(
      words(upTo(14).map((at) => `k${String(at).padStart(2, '0')}`)),
      all(14),
      'classes',
    );
    if (target.kind !== 'classes') throw new Error('expected classes');
    expect([target.names.length, target.counts.length]).toEqual([12, 12]);
    expect([...target.classes]).toEqual([...upTo(12), 12, 12]);
  });

  it('are a number or a time with its ranks', () => {
    const time = { kind: 'time', values: Float64Array.of(3, 1, 2) } as const;
    for (const column of [numbers([3, 1, 2]), time])
      expect(targetAt(column, Int32Array.of(0, 2), 'number')).toEqual({
        kind: 'number',
        values: Float64Array.of(3, 2),
        ranks: Float64Array.of(1, 0),
      });
  });
});

describe('rows with a label', () => {
  it('are all of them up to so many, and beyond evenly over the table', () => {
    const column = numbers([1, NaN, 3, 4, NaN, 6, 7]);
    expect([...labelledRows(column, 7, 5)]).toEqual([0, 2, 3, 5, 6]);
    expect([...labelledRows(column, 7, 4)]).toEqual([0, 2, 3, 5]);
    expect([...labelledRows(column, 7, 2)]).toEqual([0, 3]);
    expect([...labelledRows(column, 3, 9)]).toEqual([0, 2]);
    expect([...labelledRows(numbers([NaN]), 1, 9)]).toEqual([]);
  });
});
