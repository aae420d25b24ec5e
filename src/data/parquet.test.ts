import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anySchema, anyTable, sameTable } from './anyTable.fixture.ts';
import { concatTables, selectColumns } from './columns.ts';
import type { Table } from './columns.ts';
import { logicalDigest } from './logicalDigest.ts';
import { readParquet, writeParquet } from './parquet.ts';
import { probeDuckdb, quoteIdentifier, quoteWord } from './duckdb.ts';
import { schemaOf } from './sources/testing.fixture.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aieng-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('writeParquet and readParquet', () => {
  it('give back every cell, bit for bit', async () => {
    const path = join(folder, 'a[1]*?.parquet');
    await fc.assert(
      fc.asyncProperty(anyTable({ minRows: 1 }), async (table) => {
        await writeParquet(table, path);
        const back = await readParquet(path, anySchema);
        sameTable(back, table);
        expect(logicalDigest(back)).toBe(logicalDigest(table));
      }),
      { numRuns: 60 },
    );
  });

  it('work over many chunks, and the same table gives the same bytes', async () => {
    const [sample] = fc.sample(anyTable({ minRows: 12 }), { numRuns: 1, seed: 1 });
    const table = concatTables(Array.from({ length: 900 }, () => sample!));
    const [first, second] = [join(folder, 'first.parquet'), join(folder, 'second.parquet')];
    await writeParquet(table, first);
    await writeParquet(table, second);
    expect((await readFile(second)).equals(await readFile(first))).toBe(true);
    sameTable(await readParquet(first, anySchema), table);
  });

  it('read chosen columns in the asked-for order', async () => {
    const [table] = fc.sample(anyTable({ minRows: 3 }), { numRuns: 1, seed: 2 });
    const path = join(folder, 'chosen.parquet');
    await writeParquet(table!, path);
    const back = await readParquet(path, anySchema, ['time', 'NUMBER']);
    sameTable(back, selectColumns(table!, ['time', 'NUMBER']));
  });

  it('keep a table without rows', async () => {
    const empty: Table = {
      rows: 0,
      columns: new Map([['number', { kind: 'number', values: new Float64Array(0) }]]),
    };
    const path = join(folder, 'empty.parquet');
    await writeParquet(empty, path);
    sameTable(await readParquet(path, anySchema), empty);
  });

  it('read words back, few and many, with what SQL would take for its own', async () => {
    const path = join(folder, 'words.parquet');
    const odd = [
      "it's",
      "'); DROP TABLE x; --",
      '"',
      'é',
      '\\',
      'a\nb',
      '\ud83d\ude00',
      '\uffee',
      'a'.repeat(40),
    ];
    for (const count of [1, 300, 4096, 4097, 9000]) {
      const dictionary = Array.from({ length: count }, (_, i) => odd[i] ?? `word ${i}`);
      const codes = Int32Array.from({ length: 10_000 }, (_, row) =>
        row % 11 === 3 ? -1 : (row * 7) % count,
      );
      const table: Table = {
        rows: 10_000,
        columns: new Map([['a', { kind: 'category', codes, dictionary }]]),
      };
      await writeParquet(table, path);
      const back = (await readParquet(path, schemaOf({ a: 'category' }))).columns.get('a');
      if (back?.kind !== 'category') throw new TypeError('no words');
      const occur = [...new Set(Array.from(codes).filter((code) => code !== -1))].map(
        (code) => dictionary[code]!,
      );
      expect(back.dictionary).toEqual(occur.sort());
      expect(Array.from(back.codes, (code) => back.dictionary[code])).toEqual(
        Array.from(codes, (code) => dictionary[code]),
      );
    }
  });

  it('keep no negative zero', async () => {
    const values = Float64Array.of(-0, 1, -0, 0);
    const path = join(folder, 'zero.parquet');
    await writeParquet({ rows: 4, columns: new Map([['number', { kind: 'number', values }]]) }, path);
    const back = await readParquet(path, anySchema);
    expect(back.columns.get('number')).toEqual({ kind: 'number', values: Float64Array.of(0, 1, 0, 0) });
  });

  it('call a damaged snapshot damaged', async () => {
    const path = join(folder, 'damaged.parquet');
    await writeFile(path, 'not parquet at all');
    await expect(readParquet(path, anySchema)).rejects.toMatchObject({
      code: 'snapshot-damaged',
      exitCode: 8,
    });
    const [table] = fc.sample(anyTable({ minRows: 3 }), { numRuns: 1, seed: 3 });
    await writeParquet(selectColumns(table!, ['time']), path);
    await expect(readParquet(path, anySchema, ['number'])).rejects.toMatchObject({ exitCode: 8 });
  });
});

it('quotes identifiers and words, and answers a probe', async () => {
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
  expect(() => quoteIdentifier('a\u0000')).toThrow(RangeError);
  expect(quoteWord("it's")).toBe("'it''s'");
  expect(() => quoteWord('a\u0000')).toThrow(RangeError);
  expect(await probeDuckdb()).toMatch(/^v\d/);
});
