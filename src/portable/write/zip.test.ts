import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../data/sources/compression/zip.ts';
import { zipOf } from './zip.ts';

describe('a zip that is written', () => {
  const files = new Map([
    ['z.txt', new TextEncoder().encode('last')],
    ['index.mjs', new TextEncoder().encode('export {};\n'.repeat(99))],
    ['ä/empty', new Uint8Array(0)],
  ]);

  it('is read back by the reader of data', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aieng-zip-'));
    try {
      await writeFile(join(folder, 'a.zip'), zipOf(files));
      const handle = await open(join(folder, 'a.zip'));
      try {
        const { entries } = await openZip(handle, 'a.zip');
        expect(entries.map(({ name }) => name)).toEqual(['index.mjs', 'z.txt', 'ä/empty']);
      } finally {
        await handle.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has the same bytes whatever order the files came in', () => {
    expect(Buffer.compare(zipOf(files), zipOf(new Map([...files].reverse())))).toBe(0);
  });

  it('has the checksum of the standard', () => {
    // CRC-32 of "123456789", from the catalogue of checksums.
    const bytes = zipOf(new Map([['a', new TextEncoder().encode('123456789')]]));
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(14, true)).toBe(0xcbf43926);
  });
});
