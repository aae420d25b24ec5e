import fc from 'fast-check';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { LayerEntry } from './layer.ts';
import { tarLayer, tarSize, withParents } from './layer.ts';
import { tarHeader } from '../tar.ts';

async function bytesOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of tarLayer(entries)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

/** As another implementation reads it. */
async function readBack(tar: Buffer): Promise<{ header: Header; content: string }[]> {
  const unpacker = extract();
  unpacker.end(tar);
  const found: { header: Header; content: string }[] = [];
  for await (const entry of unpacker) {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry) pieces.push(piece as Uint8Array);
    found.push({ header: entry.header, content: Buffer.concat(pieces).toString() });
  }
  return found;
}

const file = (path: string, text: string, mode = 0o644): LayerEntry => ({
  kind: 'file',
  path,
  mode,
  content: new TextEncoder().encode(text),
});

const paths = fc.uniqueArray(
  fc
    .array(fc.stringMatching(/^[a-zé][a-z0-9é_.-]{0,60}$/), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('/')),
  { minLength: 1, maxLength: 8 },
);

describe('tarLayer', () => {
  it('gives the same bytes for the same entries in any order', async () => {
    const entries = [file('b/x', '1'), file('a', '22'), file('b/a', '')];
    expect((await bytesOf(entries)).equals(await bytesOf([...entries].reverse()))).toBe(true);
  });

  it('is read by another implementation as what went in, whatever the paths are', async () => {
    await fc.assert(
      fc.asyncProperty(paths, fc.string({ maxLength: 700 }), async (names, text) => {
        const entries = names.map((name, index) => file(`${name}.${index}`, text, index % 2 ? 0o755 : 0o644));
        const tar = await bytesOf(entries);
        expect(tar.byteLength % 512).toBe(0);
        expect(tar.byteLength).toBe(tarSize(entries));
        const found = await readBack(tar);
        expect(found.map(({ header }) => header.name).sort()).toEqual(entries.map(({ path }) => path).sort());
        for (const { header, content } of found) {
          expect(content).toBe(Buffer.from(text).toString());
          expect(header).toMatchObject({ uid: 0, gid: 0, mtime: new Date(0), type: 'file' });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('holds owners of folders, and no user, group or time of the machine', async () => {
    const [found] = await readBack(
      await bytesOf([{ kind: 'directory', path: 'var/lib/aieng', mode: 0o755, owner: 10001 }]),
    );
    expect(found?.header).toMatchObject({
      name: 'var/lib/aieng/',
      type: 'directory',
      mode: 0o755,
      uid: 10001,
      gid: 10001,
      uname: '',
      gname: '',
      mtime: new Date(0),
    });
  });

  it('uses no pax record for a path that fits into a plain header', async () => {
    const path = `${'d'.repeat(120)}/${'f'.repeat(100)}`;
    const tar = await bytesOf([file(path, 'x')]);
    expect(tar.byteLength).toBe(512 * 4);
    expect((await readBack(tar))[0]?.header.name).toBe(path);
  });

  it('refuses a path that is there twice', async () => {
    await expect(bytesOf([file('a', '1'), file('a', '2')])).rejects.toThrow('a is twice');
  });

  it('refuses a file that is not as large as it was said to be', async () => {
    const read = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3);
    };
    const entry: LayerEntry = { kind: 'file', path: 'a', mode: 0o644, content: { bytes: 4, read } };
    await expect(bytesOf([entry])).rejects.toThrow('changed while it was read');
  });
});

describe('tarHeader', () => {
  it('refuses what the format cannot hold', () => {
    const header = { path: 'a', kind: 'file', mode: 0o644, owner: 0 } as const;
    expect(tarHeader({ ...header, size: 8 ** 11 - 1 }).byteLength).toBe(512);
    expect(() => tarHeader({ ...header, size: 8 ** 11 })).toThrow('over 8 GiB');
  });
});

describe('withParents', () => {
  it('adds the folders between, once, and none outside of where it begins', () => {
    const entries = withParents([file('opt/aieng/a/b', ''), file('opt/aieng/a/c', '')], 'opt/aieng');
    expect(entries.map(({ path }) => path)).toEqual([
      'opt/aieng/a/b',
      'opt/aieng/a/c',
      'opt/aieng',
      'opt/aieng/a',
    ]);
  });
});
