import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowsFile } from '../source.ts';
import type { FileOptions } from './testing.fixture.ts';
import { readAll, schemaOf, sourceFile, temporaryFolder } from './testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (content: string | Uint8Array, options: FileOptions = {}): Promise<RowsFile> =>
  sourceFile(folder.path, 'data.csv', content, options);
const abc = schemaOf({ a: 'number', b: 'category', c: 'text' });

describe('gzip', () => {
  const text = `a,b,c\n${'1,x,y\n'.repeat(5000)}`;
  const packed = gzipSync(text);
  it('is unpacked, declared or not', async () => {
    expect((await readAll(await file(packed, { compression: 'gzip' }), abc)).table.rows).toBe(5000);
    expect((await readAll(await file(packed), abc)).table.rows).toBe(5000);
  });
  it('truncated, corrupt or absent is refused', async () => {
    const fails = async (bytes: Uint8Array | string): Promise<void> => {
      await expect(readAll(await file(bytes, { compression: 'gzip' }), abc)).rejects.toMatchObject({
        code: 'gzip-damaged',
        exitCode: 3,
      });
    };
    await fails(packed.subarray(0, packed.length - 9));
    await fails(packed.subarray(0, 5));
    const badChecksum = Buffer.from(packed);
    badChecksum[badChecksum.length - 8]! ^= 1;
    await fails(badChecksum);
    await fails(text);
  });
});

describe('encodings', () => {
  const text = 'a,b,c\n1,Zürich,😀\n2,ß,é\n';
  const expected = [
    { a: 1, b: 'Zürich', c: '😀' },
    { a: 2, b: 'ß', c: 'é' },
  ];
  const utf16be = (of: string): Buffer => Buffer.from(of, 'utf16le').swap16();
  it.each<[string, Buffer, FileOptions]>([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`), {}],
    ['UTF-16LE by its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), {}],
    ['UTF-16BE by its mark', utf16be(`\ufeff${text}`), {}],
    ['UTF-16LE declared', Buffer.from(text, 'utf16le'), { encoding: 'utf-16' }],
    ['UTF-16BE declared', utf16be(text), { encoding: 'utf-16' }],
  ])('%s', async (_, bytes, options) => {
    expect((await readAll(await file(bytes, options), abc)).rows).toEqual(expected);
  });
  it('latin-1 declared', async () => {
    const { rows } = await readAll(
      await file(Buffer.from('a,b,c\n1,Zürich,é\n', 'latin1'), { encoding: 'latin-1' }),
      abc,
    );
    expect(rows).toEqual([{ a: 1, b: 'Zürich', c: 'é' }]);
  });
  it('windows-1252 declared, with what ISO 8859-1 has not', async () => {
    const bytes = Buffer.from([
      ...Buffer.from('a,b,c\n1,'),
      0x80,
      0x85,
      0x96,
      0x9f,
      0xfc,
      ...Buffer.from(',x\n'),
    ]);
    const { rows } = await readAll(await file(bytes, { encoding: 'windows-1252' }), abc);
    expect(rows).toEqual([{ a: 1, b: '€…–Ÿü', c: 'x' }]);
  });
  it('bytes that are no character of the declared encoding cost the record that they stand in', async () => {
    const bytes = Buffer.from([...Buffer.from('a,b,c\n1,x,y\n2,'), 0x81, ...Buffer.from(',y\n3,x,y\n')]);
    const { rows, rejections } = await readAll(await file(bytes, { encoding: 'shift_jis' }), abc);
    expect(rows.map(({ a }) => a)).toEqual([1, 3]);
    expect(rejections).toMatchObject([
      { line: 3, reason: expect.stringContaining('got bytes that are no character of it') },
    ]);
  });
  it('an encoding that there is not is refused by name', async () => {
    await expect(readAll(await file('a,b,c\n1,x,y\n', { encoding: 'cp850' }), abc)).rejects.toMatchObject({
      code: 'unknown-encoding',
      exitCode: 2,
      hint: expect.stringContaining('iconv -f CP850'),
    });
  });
  it('invalid UTF-8 costs the record that it stands in', async () => {
    const start = Buffer.from('a,b,c\n1,é,😀\n2,x');
    for (const bad of [[0xff], [0xe9, 0x78], [0xc3], [0xf0, 0x9f, 0x78], [0xed, 0xa0, 0x80]]) {
      const bytes = Buffer.concat([start, Buffer.from(bad), Buffer.from(',y\n3,x,y\n')]);
      const { rows, rejections } = await readAll(await file(bytes), abc);
      expect(rows.map(({ a }) => a)).toEqual([1, 3]);
      expect(rejections).toMatchObject([
        {
          line: 3,
          reason: `expected UTF-8, got the byte 0x${bad[0]!.toString(16).toUpperCase()} (byte 4 of the record)`,
        },
      ]);
    }
  });
  it('a file that ends in half of a character loses its last record', async () => {
    const { rows, rejections } = await readAll(
      await file(Buffer.from([...Buffer.from('a,b,c\n1,x,y\n2,x,'), 0xc3])),
      abc,
    );
    expect([rows.length, rejections.map(({ line, reason }) => [line, reason.slice(0, 14)])]).toEqual([
      1,
      [[3, 'expected UTF-8']],
    ]);
  });
  it('a character may be parted by the end of a chunk', async () => {
    const text = `a,b,c\n${'1,xé,y😀\n'.repeat(120_000)}`;
    const { table, rejections } = await readAll(await file(text, { batchRows: 50_000 }), abc);
    expect([table.rows, rejections]).toEqual([120_000, []]);
  });
  it('in a header it refuses the file', async () => {
    await expect(
      readAll(await file(Buffer.from('a,b,caf\xe9\n1,x,y\n', 'latin1')), abc),
    ).rejects.toMatchObject({
      code: 'invalid-encoding',
      message:
        'data.csv:1: the header cannot be read: expected UTF-8, got the byte 0xE9 (byte 8 of the record).',
    });
  });
  it('broken UTF-16 is refused with its line', async () => {
    const text = `\ufeffa,b,c\n${'1,x,y\n'.repeat(1000)}1,\ud800,y\n`;
    await expect(readAll(await file(Buffer.from(text, 'utf16le')), abc)).rejects.toMatchObject({
      code: 'invalid-encoding',
      message: /^data\.csv:1002: expected UTF-16/,
    });
  });
});

describe('a NUL byte', () => {
  it('costs the record that it stands in', async () => {
    const { rows, rejections } = await readAll(await file('a,b,c\n1,x,y\n2,x\0,y\n3,x,y\n\x004,x,y\n'), abc);
    expect(rows.map(({ a }) => a)).toEqual([1, 3]);
    expect(rejections.map(({ line, column }) => [line, column])).toEqual([
      [3, 'b'],
      [5, 'a'],
    ]);
  });
  it.each([
    ['UTF-16LE', Buffer.from('a,b,c\n1,x,y\n', 'utf16le'), /UTF-16 without a byte order mark/],
    ['UTF-16BE', Buffer.from('a,b,c\n1,x,y\n', 'utf16le').swap16(), /UTF-16 without a byte order mark/],
    ['binary', Buffer.from([97, 0, 0, 7, 1, 0, 2, 0, 9, 9, 10]), /binary/],
  ])('is a sign of %s where there are many', async (_what, bytes, message) => {
    await expect(readAll(await file(bytes), abc)).rejects.toMatchObject({ code: 'not-text', message });
  });
  it('is told with advice that can be followed: a key where there is a pipeline, else a command', async () => {
    const bytes = Buffer.from('a,b,c\n1,x,y\n', 'utf16le');
    await expect(readAll(await file(bytes), abc)).rejects.toMatchObject({ hint: /source\.encoding: utf-16/ });
    await expect(readAll(await file(bytes, { declarable: false }), abc)).rejects.toMatchObject({
      hint: /^Convert the file: `iconv -f UTF-16 -t UTF-8 "data\.csv" > utf-8\.csv`/,
    });
  });
});
