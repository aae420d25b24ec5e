import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../source.ts';
import { inBlocks, ownsPiece, partName, piecesOf, requireShard, shardOfRecord } from './shard.ts';

const anyShard = fc
  .integer({ min: 1, max: 50 })
  .chain((of) => fc.record({ index: fc.integer({ min: 0, max: of - 1 }), of: fc.constant(of) }));

/** Batches of so many rows and rejections; the rows are numbered through. */
async function* batchesOf(
  sizes: readonly (readonly [rows: number, rejected: number])[],
): AsyncGenerator<Batch> {
  let [row, line] = [0, 0];
  for (const [rows, rejected] of sizes) {
    const values = Float64Array.from({ length: rows }, () => row++);
    const rejections = Array.from({ length: rejected }, () => ({
      file: 'f',
      line: ++line,
      reason: 'bad',
      raw: '',
    }));
    yield {
      kind: 'batch',
      table: { rows, columns: new Map([['n', { kind: 'number', values }]]) },
      rejections,
    };
  }
}

interface Cut {
  readonly block: number;
  readonly rows: readonly number[];
  readonly lines: readonly number[];
}

async function cut(sizes: readonly (readonly [number, number])[], blockRows: number): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for await (const part of inBlocks(batchesOf(sizes), blockRows)) {
    if (part.kind === 'read') continue;
    const { block, table, rejections } = part;
    const column = table.columns.get('n');
    cuts.push({
      block,
      rows: column?.kind === 'number' ? [...column.values] : [],
      lines: rejections.map(({ line }) => line),
    });
  }
  return cuts;
}

const anySizes = fc.array(fc.tuple(fc.nat(25), fc.nat(4)), { maxLength: 12 });

describe('the blocks of a file', () => {
  it('hold every row and every rejection once, in order, by the position of the row alone', async () => {
    await fc.assert(
      fc.asyncProperty(anySizes, fc.integer({ min: 1, max: 20 }), async (sizes, blockRows) => {
        const cuts = await cut(sizes, blockRows);
        const rows = sizes.reduce((sum, [count]) => sum + count, 0);
        const rejected = sizes.reduce((sum, [, count]) => sum + count, 0);
        expect(cuts.flatMap((each) => each.rows)).toEqual(Array.from({ length: rows }, (_, row) => row));
        expect(cuts.flatMap((each) => each.lines)).toEqual(
          Array.from({ length: rejected }, (_, line) => line + 1),
        );
        for (const { block, rows: own } of cuts)
          for (const row of own) expect(Math.floor(row / blockRows)).toBe(block);
      }),
    );
  });

  it('are numbered without gaps', async () => {
    const cuts = await cut(
      [
        [3, 1],
        [0, 2],
        [7, 0],
        [0, 1],
      ],
      5,
    );
    expect(cuts).toEqual([
      { block: 0, rows: [0, 1, 2], lines: [1] },
      { block: 0, rows: [], lines: [2, 3] },
      { block: 0, rows: [3, 4], lines: [] },
      { block: 1, rows: [5, 6, 7, 8, 9], lines: [] },
      // Refused after the last row: they belong to the block that would have come.
      { block: 2, rows: [], lines: [4] },
    ]);
  });
});

describe('dealing', () => {
  it('gives every piece to exactly one shard, and each shard as many as it is told', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(200), (of, pieces) => {
        const shards = Array.from({ length: of }, (_, index) => ({ index, of }));
        const owners = Array.from({ length: pieces }, (_, piece) =>
          shards.filter((shard) => ownsPiece(shard, piece)),
        );
        expect(owners.every(({ length }) => length === 1)).toBe(true);
        for (const shard of shards)
          expect(piecesOf(shard, pieces)).toBe(owners.filter(([owner]) => owner === shard).length);
      }),
    );
  });

  it('names parts so that their shard can be read back', () => {
    expect(partName({ index: 3, of: 8 })).toBe('part-00003-of-00008');
    fc.assert(
      fc.property(anyShard, (shard) => {
        expect(shardOfRecord(`${partName(shard)}.json`)).toEqual(shard);
      }),
    );
  });

  it.each([
    'part-00003-of-00008.ndjson',
    'part-00008-of-00008.json',
    'part-3-of-8.json',
    '.part-00003-of-00008.json.1a2b3c4d.tmp',
    'xpart-00003-of-00008.json',
  ])('%s is no record', (name) => {
    expect(shardOfRecord(name)).toBeUndefined();
  });

  it.each([
    [0, 0],
    [8, 8],
    [-1, 4],
    [0.5, 2],
    [0, 100_000],
    [Number.NaN, 2],
  ])('refuses shard %d/%d', (index, of) => {
    expect(() => requireShard({ index, of })).toThrow(
      expect.objectContaining({ code: 'shard-out-of-range', exitCode: 2 }),
    );
  });
});
