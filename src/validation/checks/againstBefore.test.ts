import { describe, expect, it } from 'vitest';
import { missingShareChange } from './missingShareChange.ts';
import { rowCountChange } from './rowCountChange.ts';
import { numbers, often, profileOf, snapshot, texts, upTo, words } from './snapshot.fixture.ts';

describe('missing-share-change', () => {
  const gaps = (rows: number, missing: number) => numbers(often([NaN, missing], [1, rows - missing]));
  const found = (now: [number, number], before: [number, number]) =>
    missingShareChange.run(snapshot({ x: gaps(...now) }, { previous: profileOf({ x: gaps(...before) }) }));

  it('tells a rise and a fall of 5 points where noise is small, and no less', () => {
    expect(found([10_000, 600], [10_000, 100])).toHaveLength(1);
    expect(found([10_000, 599], [10_000, 100])).toEqual([]);
    expect(found([10_000, 0], [10_000, 500])).toHaveLength(1);
    expect(found([10_000, 0], [10_000, 499])).toEqual([]);
  });

  it('tells cells that newly go missing from 1 % on, and not those that cease to', () => {
    expect(found([10_000, 100], [10_000, 0])).toHaveLength(1);
    expect(found([10_000, 99], [10_000, 0])).toEqual([]);
    expect(found([10_000, 100], [10_000, 1])).toEqual([]);
    expect(found([10_000, 0], [10_000, 100])).toEqual([]);
  });

  // Twice the exact two-sided p of scipy's hypergeom is .001 at most: how many missing rows are still noise.
  it.each([
    [200, 200, 40, 72, 73],
    [200, 200, 40, 16, 15],
    [100, 400, 80, 37, 38],
    [400, 100, 20, 154, 155],
  ])(
    '%d rows now and %d before, of which %d missing: %d is noise, %d is not',
    (n, m, before, quiet, loud) => {
      expect(found([n, quiet], [m, before])).toEqual([]);
      expect(found([n, loud], [m, before])).toHaveLength(1);
    },
  );

  it('says from where to where, how many, and which rows', () => {
    expect(found([200, 100], [200, 20])[0]).toMatchObject({
      check: 'missing-share-change',
      column: 'x',
      severity: 'warning',
      count: 100,
      message: 'x is missing in 50.0 % of the rows; in the snapshot before it was 10.0 %.',
      examples: ['id-0', 'id-1', 'id-2', 'id-3', 'id-4'].map((rowId) => ({ rowId, value: 'missing' })),
    });
    expect(found([200, 0], [200, 100])[0]).toMatchObject({ count: 0, examples: [] });
  });

  it('needs rows on both sides, and the same column', () => {
    expect(found([0, 0], [200, 100])).toEqual([]);
    expect(found([200, 100], [0, 0])).toEqual([]);
    expect(missingShareChange.run(snapshot({ x: gaps(200, 100) }))).toEqual([]);
    const before = profileOf({ x: texts(often(['a', 200])), y: numbers(upTo(200)) });
    expect(missingShareChange.run(snapshot({ x: gaps(200, 100) }, { previous: before }))).toEqual([]);
  });

  it('holds for words and texts as for numbers', () => {
    for (const of of [words, texts]) {
      const previous = profileOf({ x: of(often(['a', 200])) });
      expect(
        missingShareChange.run(
          snapshot({ x: of(often<string | null>(['a', 100], [null, 100])) }, { previous }),
        ),
      ).toHaveLength(1);
    }
  });
});

describe('row-count-change', () => {
  const found = (now: number, before: number) =>
    rowCountChange.run(
      snapshot({ x: numbers(upTo(now)) }, { previous: profileOf({ x: numbers(upTo(before)) }) }),
    );

  it('tells less than half and more than double, and neither half nor double itself', () => {
    expect(found(200, 400)).toEqual([]);
    expect(found(199, 400)).toHaveLength(1);
    expect(found(800, 400)).toEqual([]);
    expect(found(801, 400)).toHaveLength(1);
  });

  it('says how many, of how many, and what to look for on either side', () => {
    expect(found(100, 400)[0]).toMatchObject({
      check: 'row-count-change',
      severity: 'warning',
      count: 300,
      message: 'The snapshot has 100 rows, the one before had 400 (now 25.0 % of it).',
      fix: 'Check that the export is complete.',
      examples: [],
    });
    expect(found(1000, 400)[0]).toMatchObject({
      count: 600,
      message: 'The snapshot has 1,000 rows, the one before had 400 (now 250.0 % of it).',
      fix: 'Check that the export holds nothing twice.',
    });
  });

  it('needs a snapshot before, with rows', () => {
    expect(found(100, 0)).toEqual([]);
    expect(rowCountChange.run(snapshot({ x: numbers(upTo(3)) }))).toEqual([]);
    expect(found(0, 100)).toHaveLength(1);
  });
});
