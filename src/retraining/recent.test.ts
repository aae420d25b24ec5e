import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../statistics/evenly.fixture.ts';
import { joinable, splitRecent, splitRecentByTime } from './recent.ts';

/** Few different ids, so that many rows share one. */
const id = fc.integer({ min: 0, max: 12 }).map((number) => `row ${number}`);
const ids = fc.array(id, { maxLength: 40 });

describe('splitRecentByTime', () => {
  it('lets the newest judge, and parts no instant', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), share, (times, of) => {
        const { train, compare } = splitRecentByTime(times, of);
        expect([...train, ...compare].sort((a, b) => a - b)).toEqual(times.map((_, index) => index));
        const newest = Math.max(-1, ...train.map((row) => times[row]!));
        for (const row of compare) expect(times[row]!).toBeGreaterThan(newest);
      }),
    );
  });

  it('is near to the share that was asked for, and takes rows of unknown time for the oldest', () => {
    expect(splitRecentByTime([5, Number.NaN, 3, 4], 0.5)).toEqual({ train: [1, 2], compare: [0, 3] });
    expect(splitRecentByTime([1, 2, 2, 2, 3], 0.5)).toEqual({ train: [0, 1, 2, 3], compare: [4] });
    expect(splitRecentByTime([1, 2, 3, 4], 0)).toEqual({ train: [0, 1, 2, 3], compare: [] });
    expect(splitRecentByTime([], 0.5)).toEqual({ train: [], compare: [] });
  });
});

describe('splitRecent', () => {
  it('is a partition in which twins share a part', () => {
    fc.assert(
      fc.property(ids, share, fc.nat(5), (rowIds, of, seed) => {
        const { train, compare } = splitRecent(rowIds, of, seed);
        expect([...train, ...compare].sort((a, b) => a - b)).toEqual(rowIds.map((_, index) => index));
        expect([...train]).toEqual([...train].sort((a, b) => a - b));
        expect([...compare]).toEqual([...compare].sort((a, b) => a - b));
        const judged = new Set(compare.map((index) => rowIds[index]));
        expect(train.some((index) => judged.has(rowIds[index]))).toBe(false);
      }),
    );
  });

  it('puts a row where it was put before, whatever other rows there are', () => {
    fc.assert(
      fc.property(ids, ids, share, fc.nat(5), (rowIds, more, of, seed) => {
        const alone = splitRecent(rowIds, of, seed);
        const among = splitRecent([...rowIds, ...more], of, seed);
        expect(among.compare.filter((index) => index < rowIds.length)).toEqual(alone.compare);
      }),
    );
  });

  it('gives about the share that was asked for: all at 1, none at 0, and more of the same rows at more', () => {
    const rowIds = Array.from({ length: 10_000 }, (_, index) => `row ${index}`);
    const shares = [0, 0.1, 0.3, 0.5, 1];
    const parts = shares.map((of) => splitRecent(rowIds, of, 7).compare);
    // Four standard deviations of a binomial(10,000, .5) are .02.
    shares.forEach((of, i) => expect(Math.abs(parts[i]!.length / 10_000 - of)).toBeLessThan(0.02));
    expect(parts[0]).toEqual([]);
    expect(parts[4]).toHaveLength(10_000);
    const larger = new Set(parts[2]);
    expect(parts[1]!.every((index) => larger.has(index))).toBe(true);
  });

  it('draws anew for another seed, and not as the split of the training data does', () => {
    const rowIds = Array.from({ length: 2000 }, (_, index) => `row ${index}`);
    const [one, two] = [1, 2].map((seed) => new Set(splitRecent(rowIds, 0.5, seed).compare));
    const common = [...one!].filter((index) => two!.has(index)).length;
    // Independent halves share a quarter of 2,000; four standard deviations are 77.
    expect(Math.abs(common - 500)).toBeLessThan(80);
  });
});

describe('joinable', () => {
  const anyLog = fc.record({ logIds: ids, source: ids, compare: ids, hasRowId: fc.boolean() });
  const run = ({
    logIds,
    source,
    compare,
    hasRowId,
  }: {
    logIds: string[];
    source: string[];
    compare: string[];
    hasRowId: boolean;
  }) => joinable({ logIds, sourceIds: new Set(source), compareIds: new Set(compare), hasRowId });

  it('never lets a judging row teach, and keeps the order of the log', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const kept = run(log);
        const judging = new Set(log.compare);
        expect(kept.some((index) => judging.has(log.logIds[index]!))).toBe(false);
        expect([...kept]).toEqual([...kept].sort((a, b) => a - b));
      }),
    );
  });

  it('leaves out no other row: without row ids all teach, with them the newest of each that the source has not', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const open = log.logIds
          .map((_, index) => index)
          .filter((index) => !log.compare.includes(log.logIds[index]!));
        const expected = log.hasRowId
          ? open.filter(
              (index) =>
                !log.source.includes(log.logIds[index]!) &&
                !log.logIds.slice(index + 1).includes(log.logIds[index]!),
            )
          : open;
        expect(run(log)).toEqual(expected);
      }),
    );
  });

  it('with row ids the source wins, and the newest of several', () => {
    const log = { logIds: ['a', 'b', 'b', 'c'], source: ['a'], compare: [] };
    expect(run({ ...log, hasRowId: true })).toEqual([2, 3]);
    expect(run({ ...log, hasRowId: false })).toEqual([0, 1, 2, 3]);
    expect(run({ ...log, compare: ['b'], hasRowId: true })).toEqual([3]);
  });
});
