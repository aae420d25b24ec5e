import { mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireWholeRun } from '../shards/wholeRun.ts';
import { share } from '../../statistics/evenly.fixture.ts';
import { partRecord } from '../shards/partRecord.fixture.ts';
import { partFile, rejectsFile } from '../shards/partRecord.ts';
import type { PartFormat, PartRecord } from '../shards/partRecord.ts';
import { findParts, finishedPart } from '../sources/partFolder.ts';
import { readAll, schemaOf, temporaryFolder } from '../sources/testing.fixture.ts';
import { dialectOf } from '../dialect.ts';
import { openSink } from './index.ts';
import { mergeParts } from './mergedParts.ts';
import { openPartSink, writePartRecord } from './partFile.ts';
import { openRejectsSink } from './rejections.ts';
import { encodeQuarantine } from '../quarantine.ts';
import type { Rejection } from '../source.ts';
import type { OutputRow } from './sink.ts';

let base = { path: '', remove: async (): Promise<void> => undefined };
let count = 0;
beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());
const newFolder = async (): Promise<string> => {
  const folder = join(base.path, String(count++));
  await mkdir(folder);
  return folder;
};

const classes = ['No', 'Yes, "really"', '__proto__'];
const anyRow: fc.Arbitrary<OutputRow> = fc
  .tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom(...classes), share)
  .map(([id, prediction, p]) => ({
    id,
    prediction,
    probabilities: Object.fromEntries(classes.map((name, i) => [name, i === 0 ? p : (1 - p) / 2])),
  }));
/** Pieces of a few rows each, some of none. */
const anyPieces = fc.array(fc.array(anyRow, { maxLength: 4 }), { maxLength: 9 });

/** What is refused of a piece: nothing, one record or two. */
const refusedOf = (piece: number): Rejection[] =>
  Array.from({ length: piece % 3 }, (_, at) => ({
    file: 'é.csv',
    line: 10 * piece + at,
    column: 'a',
    reason: 'bad',
    raw: `raw "${piece}"\n`,
  }));

/** Writes the pieces as `of` shards would. */
async function writeParts(
  folder: string,
  pieces: readonly (readonly OutputRow[])[],
  of: number,
  format: PartFormat,
): Promise<PartRecord[]> {
  const records: PartRecord[] = [];
  for (let shard = 0; shard < of; shard += 1) {
    const path = join(folder, partFile({ shard, of, format }));
    const sink = await openPartSink(path, { format, classes });
    const refused = openRejectsSink(join(folder, rejectsFile({ shard, of })));
    const own: PartRecord['pieces'][number][] = [];
    for (const [piece, rows] of pieces.entries()) {
      if (piece % of !== shard) continue;
      const rejections = refusedOf(piece);
      const rejectsBytes = await refused.write(rejections);
      own.push({
        rows: rows.length,
        rejected: rejections.length,
        bytes: await sink.write(rows),
        rejectsBytes,
      });
    }
    const rows = own.reduce((sum, piece) => sum + piece.rows, 0);
    const rejected = own.reduce((sum, piece) => sum + piece.rejected, 0);
    const { bytes: rejectsBytes, digest: rejectsDigest } = await refused.close();
    const written = { ...(await sink.close()), rejectsBytes, rejectsDigest };
    const changes = { classes, format, pieces: own, rows, rejected, ...written };
    const record = partRecord(shard, of, pieces.length, changes);
    await writePartRecord(folder, record);
    records.push(record);
  }
  return records;
}

async function merge(
  folder: string,
  name: string,
  format: 'csv' | 'ndjson' | 'parquet',
  gzip = false,
): Promise<string> {
  const records = requireWholeRun(await findParts(folder, folder), folder);
  const path = join(folder, name);
  const onPiece = async (): Promise<void> => undefined;
  await mergeParts(
    { folder, display: 'parts', records, onPiece },
    { path, format, gzip },
    `${path}.rejects.ndjson`,
  );
  return path;
}

async function whole(
  path: string,
  pieces: readonly (readonly OutputRow[])[],
  format: PartFormat,
): Promise<Buffer> {
  const sink = await openSink({ path, format, gzip: false, classes });
  for (const rows of pieces) await sink.write(rows);
  await sink.close();
  return readFile(path);
}

describe('parts put together', () => {
  it.each(['ndjson', 'csv'] as const)('are the bytes of one run over everything (%s)', async (format) => {
    await fc.assert(
      fc.asyncProperty(anyPieces, fc.integer({ min: 1, max: 6 }), async (pieces, of) => {
        const folder = await newFolder();
        await writeParts(folder, pieces, of, format);
        const merged = await readFile(await merge(folder, `all.${format}`, format));
        expect(merged).toEqual(await whole(join(folder, 'whole'), pieces, format));
        const zipped = await readFile(await merge(folder, 'all.gz', format, true));
        expect(gunzipSync(zipped)).toEqual(merged);
        const refused = await readFile(join(folder, `all.${format}.rejects.ndjson`)).catch(() => null);
        const all = pieces.flatMap((_, piece) => refusedOf(piece));
        expect(refused).toEqual(all.length === 0 ? null : Buffer.from(encodeQuarantine(all)));
      }),
      { numRuns: 25 },
    );
  });

  it('NDJSON parts become CSV with the bytes of one run', async () => {
    await fc.assert(
      fc.asyncProperty(anyPieces, fc.integer({ min: 1, max: 4 }), async (pieces, of) => {
        const folder = await newFolder();
        await writeParts(folder, pieces, of, 'ndjson');
        const merged = await readFile(await merge(folder, 'all.csv', 'csv'));
        expect(merged).toEqual(await whole(join(folder, 'whole'), pieces, 'csv'));
      }),
      { numRuns: 25 },
    );
  });

  it('NDJSON parts become Parquet, and go to standard output', async () => {
    const folder = await newFolder();
    const row = (id: string): OutputRow => ({
      id,
      prediction: 'No',
      probabilities: { No: 0.5, 'Yes, "really"': 0.25, ['__proto__']: 0.25 },
    });
    const pieces = [[row('a')], [row('b'), row('c')], [row('d')]];
    const records = await writeParts(folder, pieces, 2, 'ndjson');
    const path = await merge(folder, 'all.parquet', 'parquet');
    const how = { displayPath: 'p', dialect: dialectOf(path), declarable: false, batchRows: 10 };
    const { rows } = await readAll({ path, ...how }, schemaOf({ id: 'text', prediction: 'text' }, ['']));
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    const stdout = new PassThrough();
    const onPiece = async (): Promise<void> => undefined;
    await mergeParts(
      { folder, display: 'parts', records, onPiece },
      { path: '-', format: 'ndjson', gzip: false, stdout },
      join(folder, 'refused'),
    );
    expect(await readFile(join(folder, 'refused'), 'utf8')).toContain('"line":10');
    stdout.end();
    expect(await buffer(stdout)).toEqual(await whole(join(folder, 'whole'), pieces, 'ndjson'));
  });
});

describe('a part that is not what its record says', () => {
  const rows = [
    { id: 'a', prediction: 'No', probabilities: Object.fromEntries(classes.map((name) => [name, 0.5])) },
  ];
  const damaged = { code: 'parts-incomplete', exitCode: 3, hint: expect.stringContaining('--shard 1/2') };

  it.each([
    ['the same format', 'ndjson'],
    ['another format', 'csv'],
    ['another format, through a file', 'parquet'],
  ] as const)('is told, and there is no output (%s)', async (_what, format) => {
    const folder = await newFolder();
    const records = await writeParts(folder, [rows, rows, rows], 2, 'ndjson');
    const path = join(folder, partFile(records[1]!));
    await writeFile(path, (await readFile(path, 'utf8')).replace('"No"', '"no"'));
    const before = await readdir(folder);
    await expect(merge(folder, `all.${format}`, format)).rejects.toMatchObject(damaged);
    expect(await readdir(folder)).toEqual(before);
  });

  it('so is what was refused, and there is no output', async () => {
    const folder = await newFolder();
    const records = await writeParts(folder, [rows, rows, rows], 2, 'ndjson');
    const path = join(folder, rejectsFile(records[1]!));
    await writeFile(path, (await readFile(path, 'utf8')).replace('bad', 'BAD'));
    const before = await readdir(folder);
    await expect(merge(folder, 'all.ndjson', 'ndjson')).rejects.toMatchObject(damaged);
    expect(await readdir(folder)).toEqual(before);
    await rm(path);
    await expect(merge(folder, 'all.ndjson', 'ndjson')).rejects.toMatchObject({ code: 'parts-incomplete' });
    expect(await finishedPart(folder, { index: 1, of: 2 }, records[1]!.work)).toBeUndefined();
  });

  it('an output without refused records takes those of an earlier run away', async () => {
    const folder = await newFolder();
    await writeParts(folder, [rows], 1, 'ndjson');
    await writeFile(join(folder, 'all.csv.rejects.ndjson'), 'old');
    await merge(folder, 'all.csv', 'csv');
    expect(await readdir(folder)).not.toContain('all.csv.rejects.ndjson');
  });

  it('is told where it ends early or is gone by then', async () => {
    const folder = await newFolder();
    const records = await writeParts(folder, [rows, rows, rows], 2, 'ndjson');
    const path = join(folder, partFile(records[1]!));
    const output = { path: join(folder, 'all.ndjson'), format: 'ndjson', gzip: false } as const;
    const input = { folder, display: 'parts', records, onPiece: () => truncate(path, 3) };
    await expect(mergeParts(input, output, join(folder, 'refused'))).rejects.toMatchObject(damaged);
    const gone = { ...input, folder: await newFolder(), onPiece: async () => undefined };
    await expect(mergeParts(gone, output, join(folder, 'refused'))).rejects.toMatchObject({
      code: 'parts-incomplete',
    });
    expect(await readdir(folder)).not.toContain('all.ndjson');
  });

  it('is not kept by its shard: only the same work, whole, is', async () => {
    const folder = await newFolder();
    const [record] = await writeParts(folder, [rows, rows, rows], 2, 'ndjson');
    const kept = (work: string): Promise<unknown> => finishedPart(folder, { index: 0, of: 2 }, work);
    expect(await kept(record!.work)).toEqual(record);
    expect(await kept('f'.repeat(64))).toBeUndefined();
    const path = join(folder, partFile(record!));
    const content = await readFile(path, 'utf8');
    await writeFile(path, content.replace('"No"', '"no"'));
    expect(await kept(record!.work)).toBeUndefined();
    await writeFile(path, content);
    expect(await kept(record!.work)).toEqual(record);
    await writeFile(join(folder, 'part-00000-of-00002.json'), '{"schema":1');
    expect(await kept(record!.work)).toBeUndefined();
  });
});
