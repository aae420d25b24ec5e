import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../../digest.ts';
import type { ImageContext } from '../image.ts';
import type { LayerEntry } from '../layer.ts';
import { hasBlob, putBlob, readBlob, storeLayer, takeBlob } from './index.ts';
import { blobFile } from './store.ts';

function context(signal = new AbortController().signal): ImageContext {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let ids = 0;
  return {
    folder,
    cwd: folder,
    variables: {},
    newId: () => `id${(ids += 1)}`,
    now: () => 1_764_400_000_000,
    progress: () => undefined,
    signal,
  };
}

const entries: readonly LayerEntry[] = [
  { kind: 'directory', path: 'opt', mode: 0o755 },
  { kind: 'file', path: 'opt/a', mode: 0o644, content: Buffer.from('hello '.repeat(1000)) },
];
const bytes = Buffer.from('a blob');
const promised = { digest: `sha256:${sha256(bytes)}`, bytes: bytes.byteLength };
const refused = (problem: string): Error => new Error(problem);
async function* from(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
const leftIn = (folder: string): string[] => readdirSync(join(folder, 'tmp'));

describe('storeLayer', () => {
  it('gives the same layer in two folders, from the cache, and after the cache was damaged', async () => {
    const [one, other] = [context(), context()];
    const first = await storeLayer(one, entries);
    expect(await storeLayer(other, entries)).toEqual(first);
    expect(await storeLayer(one, entries)).toEqual(first);
    const file = blobFile(one, first.digest);
    chmodSync(file, 0o644);
    writeFileSync(file, 'cut off');
    expect(await storeLayer(one, entries)).toEqual(first);
    expect(sha256(readFileSync(file))).toBe(first.digest.slice(7));
    expect(leftIn(one.folder)).toEqual([]);
  });

  it('makes a layer of the cache that is used again as young as a new one', async () => {
    const where = context();
    const { digest, bytes: size } = await storeLayer(where, entries);
    const file = blobFile(where, digest);
    utimesSync(file, 1000, 1000);
    expect(await hasBlob(where, { digest, bytes: size + 1 })).toBe(false);
    expect(statSync(file).mtimeMs).toBe(1_000_000);
    expect(await hasBlob(where, { digest, bytes: size })).toBe(true);
    expect(statSync(file).mtimeMs).toBe(where.now());
  });

  it('compresses a tar with that digest, with nothing of the machine in the header', async () => {
    const where = context();
    const layer = await storeLayer(where, entries);
    const blob = readFileSync(blobFile(where, layer.digest));
    expect(blob.byteLength).toBe(layer.bytes);
    expect(`sha256:${sha256(gunzipSync(blob))}`).toBe(layer.diffId);
    // RFC 1952: magic, deflate, no flags, no time, level, unknown system.
    expect([...blob.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, blob[8], 255]);
  });

  it('does not trust a record that was written over', async () => {
    const where = context();
    const layer = await storeLayer(where, entries);
    const [name = ''] = readdirSync(join(where.folder, 'layers'));
    for (const text of ['', '{}', '[1]', '{"digest":"../../x","bytes":1}']) {
      writeFileSync(join(where.folder, 'layers', name), text);
      expect(await storeLayer(where, entries)).toEqual(layer);
    }
  });

  it('is made by two at once', async () => {
    const where = context();
    const [left, right] = await Promise.all([storeLayer(where, entries), storeLayer(where, entries)]);
    expect(left).toEqual(right);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(storeLayer(context(controller.signal), entries)).rejects.toThrow('stop');
  });
});

describe('takeBlob', () => {
  it('keeps what was promised', async () => {
    const where = context();
    await takeBlob(where, from(bytes.subarray(0, 2), bytes.subarray(2)), promised, refused);
    expect(Buffer.from((await readBlob(where, promised.digest, 100)) ?? []).toString()).toBe('a blob');
  });

  it.each([
    ['too short', bytes.subarray(1), 'ended after 5 of 6 bytes'],
    ['too long', Buffer.from('a blob and more'), 'is larger than the 6 bytes'],
    ['something else', Buffer.from('a BLOB'), 'has the digest sha256:'],
  ])('keeps nothing of what is %s', async (_name, content, problem) => {
    const where = context();
    await expect(takeBlob(where, from(content), promised, refused)).rejects.toThrow(problem);
    expect(leftIn(where.folder)).toEqual([]);
    expect(await readBlob(where, promised.digest, 100)).toBeUndefined();
  });
});

describe('readBlob', () => {
  it('gives nothing that is damaged or over the limit', async () => {
    const where = context();
    const { digest } = await putBlob(where, bytes);
    expect(await readBlob(where, digest, 3)).toBeUndefined();
    writeFileSync(blobFile(where, digest), 'b blob');
    expect(await readBlob(where, digest, 100)).toBeUndefined();
  });
});
