import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOf, joinable, judgesWanted, keptShare, splitNewest } from './recent.ts';

/** Few different ids, so that many rows share one. */
const id = fc.integer({ min: 0, max: 12 }).map((number) => `row ${number}`);
const ids = fc.array(id, { maxLength: 40 });

const judging = {
  instantsStay: false,
  seed: 7,
  isSeen: () => false,
};

describe('keptShare', () => {
  it('is 500 rows of the test part, all where there are fewer, and half at least', () => {
    expect([0, 45, 500, 625, 1000, 90_000].map(keptShare)).toEqual([1, 1, 1, 0.8, 0.5, 0.5]);
  });
});

describe('judgesWanted', () => {
  it('is the newest quarter, 250 to 1,000, and never more than the share', () => {
    expect([200, 500, 999, 1000, 1004, 4000, 4004, 90_000].map((n) => judgesWanted(n, 0.5))).toEqual([
      100, 250, 250, 250, 251, 1000, 1000, 1000,
    ]);
    expect([judgesWanted(2000, 0.1), judgesWanted(0, 0.5), judgesWanted(1, 0.5)]).toEqual([200, 0, 0]);
  });
});

describe('splitNewest', () => {
  const times = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });
  const idsOf = (count: number): string[] => Array.from({ length: count }, (_, row) => `row ${row % 13}`);

  it('is a partition in which no row that teaches is newer than one that judges', () => {
    fc.assert(
      fc.property(times, fc.nat(45), fc.boolean(), (at, wanted, instantsStay) => {
        const asked = { ...judging, times: at, rowIds: idsOf(at.length), instantsStay, wanted };
        const { train, compare } = splitNewest(asked);
        expect([...train, ...compare].sort((a, b) => a - b)).toEqual(at.map((_, row) => row));
        const newest = Math.max(-1, ...train.map((row) => at[row]!));
        for (const row of compare) expect(at[row]!).toBeGreaterThanOrEqual(newest);
        if (!instantsStay) expect(compare).toHaveLength(Math.min(wanted, at.length));
      }),
    );
  });

  it('takes rows of unknown time for the oldest', () => {
    const asked = { ...judging, rowIds: idsOf(4), wanted: 2 };
    expect(splitNewest({ ...asked, times: [5, Number.NaN, 3, 4] })).toEqual({
      train: [1, 2],
      compare: [0, 3],
    });
  });

  it('parts no instant where rows of one instant know of each other', () => {
    const asked = { ...judging, instantsStay: true, rowIds: idsOf(5), wanted: 2 };
    expect(splitNewest({ ...asked, times: [1, 2, 2, 2, 3] })).toEqual({ train: [0, 1, 2, 3], compare: [4] });
    // Of one instant there is nothing to keep together but all: then they are parted.
    expect(splitNewest({ ...asked, times: [1, 1, 1, 1, 1] }).compare).toHaveLength(2);
    expect(splitNewest({ ...asked, times: [1, 2, 3, 4, 5], wanted: 0 }).compare).toEqual([]);
    expect(splitNewest({ ...asked, times: [1, 2, 3, 4, 5], wanted: 5 }).train).toEqual([]);
  });

  it('deals a batch out by the hash of the row id, wherever a row stands', () => {
    const rowIds = Array.from({ length: 200 }, (_, row) => `row ${row}`);
    const asked = { ...judging, times: rowIds.map(() => 1), wanted: 80 };
    const named = (order: readonly string[]): Set<string> =>
      new Set(splitNewest({ ...asked, rowIds: order }).compare.map((row) => order[row]!));
    expect(named(rowIds.toReversed())).toEqual(named(rowIds));
    expect(named(rowIds)).not.toEqual(new Set(rowIds.slice(120)));
    expect(drawOf('a', 1)).not.toBe(drawOf('a', 2));
  });

  it('lets no row judge that the champion knows: the next newest do', () => {
    const asked = { ...judging, times: [1, 2, 3, 4], rowIds: ['a', 'b', 'c', 'd'], wanted: 2 };
    expect(splitNewest({ ...asked, isSeen: (id) => id === 'd' }).compare).toEqual([1, 2]);
    expect(splitNewest({ ...asked, isSeen: () => true }).compare).toEqual([]);
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
