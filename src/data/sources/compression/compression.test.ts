import { crc32Of, zipOf } from './zip.fixture.ts';
import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compression } from '../../dialect.ts';
import { dialectOf } from '../../dialect.ts';
import { temporaryFolder } from '../testing.fixture.ts';
import { openContent } from './content.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** The content of a file of such bytes, under such a name. */
async function contentOf(name: string, bytes: Uint8Array, compression?: Compression): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, bytes);
  const dialect = dialectOf(name, compression === undefined ? {} : { compression });
  const content = await openContent({ path, displayPath: name, dialect, declarable: false, batchRows: 10 });
  try {
    const parts: Buffer[] = [];
    for await (const part of content.chunks()) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  } finally {
    await content.close();
  }
}

/** `a,b\n1,ä\n` four hundred times, as `zstd` 1.5 and `bzip2` 1.0 pack it. */
const text = 'a,b\n1,ä\n'.repeat(400);
const packed: Readonly<Record<string, Buffer>> = {
  zst: Buffer.from('KLUv/QRYhQAASGEsYgoxLMOkCgEABKZfjtqcfBk=', 'base64'),
  bz2: Buffer.from(
    'QlpoOTFBWSZTWUiOvlgABK/ZFAAQAAQgADAABAAIACAAUIYAKVBo6EWBFgRYEXQRYEXgi0EXxdyRThQkEiOvlgA=',
    'base64',
  ),
  gz: gzipSync(text),
  zip: zipOf([{ name: 'rows.csv', content: text }]),
};

describe.each(['zst', 'bz2', 'gz', 'zip'])('content packed as %s', (extension) => {
  const bytes = packed[extension]!;
  it('is what was packed, by the name of the file or by its content', async () => {
    expect(await contentOf(`a.csv.${extension}`, bytes)).toBe(text);
    expect(await contentOf('a.csv', bytes)).toBe(text);
    expect(await contentOf('a.csv', bytes, 'none')).not.toBe(text);
  });

  it('that is cut off, at whatever byte, is told', async () => {
    for (let length = 11; length < bytes.length; length += 7)
      await expect(contentOf(`cut.csv.${extension}`, bytes.subarray(0, length))).rejects.toMatchObject({
        code: expect.stringMatching(/-damaged$/),
        exitCode: 3,
      });
  });

  it('of which a byte was changed is told, or is what it was', async () => {
    for (let at = 12; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x15;
      const outcome = await contentOf(`bad.csv.${extension}`, changed).catch((error: unknown) => error);
      if (outcome !== text) expect([at, outcome]).toEqual([at, expect.objectContaining({ exitCode: 3 })]);
    }
  });

  it('is not what another word declares', async () => {
    const other = extension === 'gz' ? 'zstd' : 'gzip';
    await expect(contentOf('a.csv', bytes, other)).rejects.toMatchObject({ code: `${other}-damaged` });
  });
});

describe('packed content', () => {
  it('of several streams one after the other is all of it', async () => {
    for (const extension of ['zst', 'bz2', 'gz'])
      expect(
        await contentOf(`a.csv.${extension}`, Buffer.concat([packed[extension]!, packed[extension]!])),
      ).toBe(text + text);
  });

  it('with frames of Zstandard that hold nothing is what the others hold', async () => {
    const nothing = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect(await contentOf('a.csv.zst', Buffer.concat([nothing, packed['zst']!, nothing]))).toBe(text);
  });

  it('that asks for too much memory is refused before it gets it', async () => {
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    await expect(contentOf('a.csv.zst', wide)).rejects.toMatchObject({
      code: 'zstd-window',
      hint: expect.stringContaining('zstd -d --long=31'),
    });
  });

  it('that is absurdly longer than the file is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    await expect(contentOf('a.csv.gz', bomb)).rejects.toMatchObject({
      code: 'archive-expands',
      hint: expect.stringContaining('gunzip -k'),
    });
  });

  it('that is plain is told how to be read', async () => {
    await expect(contentOf('a.csv.gz', Buffer.from('a,b\n1,2\n'))).rejects.toMatchObject({
      code: 'gzip-damaged',
      hint: expect.stringContaining('take the last extension off'),
    });
  });
});

describe('a zip', () => {
  const csv = { name: 'd/rows.csv', content: 'a\n1\n' };
  const read = (entries: Parameters<typeof zipOf>[0]): Promise<string> => contentOf('a.zip', zipOf(entries));

  it('gives its one file of rows, whatever systems and authors put beside it', async () => {
    const beside = [
      { name: '__MACOSX/d/._rows.csv', content: 'x' },
      { name: 'README.txt', content: 'x' },
    ];
    expect(await read([...beside, csv, { name: 'd/', content: '' }])).toBe('a\n1\n');
    expect(await read([{ name: 'noname', content: 'a\n2\n' }])).toBe('a\n2\n');
    expect(await read([{ ...csv, stored: true }])).toBe('a\n1\n');
  });

  it.each([
    [
      'of several',
      [csv, { name: 'more.ndjson', content: '{}' }],
      'zip-choice',
      '"d/rows.csv", "more.ndjson"',
    ],
    [
      'of none',
      [
        { name: 'a.png', content: '' },
        { name: 'b.png', content: '' },
      ],
      'zip-choice',
      'no file of rows',
    ],
    ['of nothing', [], 'zip-choice', 'no file of rows'],
    ['of what is packed inside', [{ name: 'x.parquet', content: 'PAR1' }], 'packed-twice', 'x.parquet'],
    ['that is encrypted', [{ ...csv, flags: 1 }], 'zip-encrypted', 'is encrypted'],
    ['packed otherwise', [{ ...csv, method: 14 }], 'zip-method', 'method 14'],
    ['with names that lead out of it', [csv, { name: '../x', content: '' }], 'zip-damaged', 'leads out'],
    ['that is a document', [{ name: '[Content_Types].xml', content: '' }], 'not-text', 'office document'],
    [
      'that is a workbook',
      [
        { name: '[Content_Types].xml', content: '' },
        { name: 'xl/workbook.xml', content: '' },
      ],
      'not-text',
      'an Excel workbook',
    ],
    ['that says a wrong length', [{ ...csv, size: 3 }], 'zip-damaged', 'length and checksum'],
    [
      'that says a wrong checksum',
      [{ ...csv, crc: crc32Of(Buffer.from('b\n1\n')) }],
      'zip-damaged',
      'checksum',
    ],
    ['that says an absurd length', [{ ...csv, size: 4_000_000_000 }], 'archive-expands', '500 times'],
    [
      'of too many files',
      Array.from({ length: 10_001 }, (_, at) => ({ name: `${at}.csv`, content: '' })),
      'zip-too-many',
      '10001 files',
    ],
  ] as const)('%s is refused', async (_what, entries, code, message) => {
    await expect(read(entries)).rejects.toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining(message),
    });
  });
});
