import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashId } from './idFilter.ts';
import { Batch } from './batch.ts';
import type { Noted } from './batch.ts';
import { IndexBuilder, indexPath, readFilter, readIndex, readPart } from './segmentIndex.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-index-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const segment = (): string => path.join(folder, 'predictions-000001.ndjson');
const record = (id: string, at: number, bundle = 'b'): Noted => ({ id, rowId: `row of ${id}`, at, bundle });
const note = (builder: IndexBuilder, records: readonly Noted[]): void => {
  const batch = new Batch();
  for (const each of records) batch.add('{}\n', each);
  builder.add(batch, batch.count);
};

describe('the index of a segment', () => {
  it('tells its size, records, times, bundles and ids', async () => {
    const builder = new IndexBuilder();
    expect(builder.from).toBe(Infinity);
    expect(await builder.encode(0, 'test')).toBeNull();
    note(builder, [record('x', 30, 'two'), record('y', 10, 'one'), record('z', 20, 'two')]);
    expect(builder.from).toBe(10);
    writeFileSync(indexPath(segment()), (await builder.encode(77, 'test')) ?? '');
    const meter = { bytes: 0 };
    expect(await readIndex(segment(), 77, meter)).toEqual({
      format: 2,
      aieng: 'test',
      bytes: 77,
      records: 3,
      from: 10,
      to: 30,
      bundles: ['one', 'two'],
      // 20 bits for each of three ids and three rows.
      ids: 15,
    });
    const filter = await readFilter(segment(), 77, meter);
    for (const id of ['x', 'y', 'z', 'row of x', 'row of y', 'row of z'])
      expect(filter?.mayHold(hashId(id))).toBe(true);
    expect(filter?.mayHold(hashId('another'))).toBe(false);
    // A segment of another size is another segment.
    expect(await readIndex(segment(), 78, meter)).toBeUndefined();
    expect(await readFilter(segment(), 76, meter)).toBeUndefined();
  });

  it('keeps a row that is named as its prediction once, and no ids of labels', async () => {
    const builder = new IndexBuilder();
    note(builder, [
      { ...record('x', 1), rowId: 'x' },
      { id: 'p1', at: 5 },
    ]);
    writeFileSync(indexPath(segment()), (await builder.encode(1, 'test')) ?? '');
    expect(await readIndex(segment(), 1, { bytes: 0 })).toMatchObject({
      records: 2,
      from: 1,
      to: 5,
      bundles: ['b'],
      ids: 3,
    });
  });

  it('is read up to a first line of 16 KiB; a longer one counts as absent', async () => {
    const header = { format: 2, aieng: 'test', bytes: 9, records: 1, from: 0, to: 0, ids: 0 };
    const write = (bytes: number): void => {
      const bare = JSON.stringify({ ...header, bundles: [''] }).length + 1;
      writeFileSync(
        indexPath(segment()),
        `${JSON.stringify({ ...header, bundles: ['x'.repeat(bytes - bare)] })}\n`,
      );
    };
    for (const bytes of [1023, 1024, 1025, 16_383, 16_384]) {
      write(bytes);
      const meter = { bytes: 0 };
      expect((await readIndex(segment(), 9, meter))?.records, String(bytes)).toBe(1);
      expect(meter.bytes).toBe(bytes <= 1024 ? bytes : 1024 + bytes);
    }
    write(16_385);
    expect(await readIndex(segment(), 9, { bytes: 0 })).toBeUndefined();
  });

  it('without all bytes of its filter has none', async () => {
    const builder = new IndexBuilder();
    note(builder, [record('x', 1)]);
    const bytes = (await builder.encode(1, 'test'))!;
    writeFileSync(indexPath(segment()), bytes.subarray(0, -1));
    expect(await readFilter(segment(), 1, { bytes: 0 })).toBeUndefined();
  });
});

describe('a part of a file', () => {
  it('is read from where it begins to where it or the file ends, and metered', async () => {
    writeFileSync(segment(), '0123456789');
    const meter = { bytes: 0 };
    const part = async (from: number, length: number): Promise<string | undefined> =>
      (await readPart(segment(), from, length, meter))?.toString();
    expect(await part(2, 3)).toBe('234');
    expect(meter.bytes).toBe(3);
    expect(await part(8, 5)).toBe('89');
    expect(meter.bytes).toBe(5);
    expect(await part(10, 5)).toBe('');
  });

  it('of a file that is not there is nothing; whatever else is wrong is told', async () => {
    expect(await readPart(segment(), 0, 1, { bytes: 0 })).toBeUndefined();
    await expect(readPart(folder, 0, 1, { bytes: 0 })).rejects.toMatchObject({ code: 'EISDIR' });
    writeFileSync(segment(), '');
    await expect(readPart(path.join(segment(), 'below'), 0, 1, { bytes: 0 })).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });
});
