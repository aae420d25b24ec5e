import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceOptions } from '../source.ts';
import { readAll, schemaOf, sourceFile, temporaryFolder } from './testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (content: string | Uint8Array, options: Partial<SourceOptions> = {}): Promise<SourceOptions> =>
  sourceFile(folder.path, 'data.csv', content, options);
const abc = schemaOf({ a: 'number', b: 'category', c: 'text' });

describe('gzip', () => {
  const text = `a,b,c\n${'1,x,y\n'.repeat(5000)}`;
  const packed = gzipSync(text);
  it('is unpacked, declared or not', async () => {
    expect((await readAll(await file(packed, { gzip: true }), abc)).table.rows).toBe(5000);
    expect((await readAll(await file(packed), abc)).table.rows).toBe(5000);
  });
  it('truncated, corrupt or absent is refused', async () => {
    const fails = async (bytes: Uint8Array | string): Promise<void> => {
      await expect(readAll(await file(bytes, { gzip: true }), abc)).rejects.toMatchObject({
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
  it.each<[string, Buffer, Partial<SourceOptions>]>([
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
  it('invalid UTF-8 is refused with byte offset and line', async () => {
    const start = Buffer.from('a,b,c\n1,é,😀\n2,x');
    for (const bad of [[0xff], [0xe9, 0x2c], [0xc3], [0xf0, 0x9f, 0x2c], [0xed, 0xa0, 0x80]]) {
      const bytes = Buffer.concat([start, Buffer.from(bad), Buffer.from(',y\n')]);
      await expect(readAll(await file(bytes), abc)).rejects.toMatchObject({
        code: 'invalid-encoding',
        exitCode: 3,
        message: expect.stringContaining(`byte ${start.length} (line 3)`) as unknown,
      });
    }
    await expect(readAll(await file(Buffer.concat([start, Buffer.from([0xc3])])), abc)).rejects.toMatchObject(
      { code: 'invalid-encoding' },
    );
  });
  it('broken UTF-16 is refused', async () => {
    await expect(
      readAll(await file(Buffer.from('\ufeffa,b,c\n1,\ud800,y\n', 'utf16le')), abc),
    ).rejects.toMatchObject({ code: 'invalid-encoding' });
  });
});
