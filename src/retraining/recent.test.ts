import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinable, splitRecent } from './recent.ts';

const ids = fc.array(fc.string({ maxLength: 4 }), { maxLength: 60 });

describe('splitRecent', () => {
  it('is a partition in which twins share a part', () => {
    fc.assert(
      fc.property(ids, fc.double({ min: 0, max: 1, noNaN: true }), (rowIds, share) => {
        const { train, compare } = splitRecent(rowIds, share, 1);
        expect([...train, ...compare].sort((a, b) => a - b)).toEqual(rowIds.map((_, index) => index));
        const judged = new Set(compare.map((index) => rowIds[index]));
        expect(train.some((index) => judged.has(rowIds[index]))).toBe(false);
      }),
    );
  });
  it('gives about the share that was asked for', () => {
    const rowIds = Array.from({ length: 10_000 }, (_, index) => `row ${index}`);
    expect(splitRecent(rowIds, 0.3, 7).compare.length / 10_000).toBeCloseTo(0.3, 1);
  });
});

describe('joinable', () => {
  it('never lets a judging row teach', () => {
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (logIds, source, compare, hasRowId) => {
        const compareIds = new Set(compare);
        const kept = joinable({ logIds, sourceIds: new Set(source), compareIds, hasRowId });
        expect(kept.some((index) => compareIds.has(logIds[index]!))).toBe(false);
      }),
    );
  });
  it('with row ids the source wins, and the newest of several', () => {
    const kept = joinable({
      logIds: ['a', 'b', 'b', 'c'],
      sourceIds: new Set(['a']),
      compareIds: new Set(),
      hasRowId: true,
    });
    expect(kept).toEqual([2, 3]);
  });
});
