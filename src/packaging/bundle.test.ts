import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../digest.ts';
import { bundleFiles, openBundle } from './bundle.ts';
import { modelFiles, readBundleSchema, readDocument } from './documents.ts';
import { keepBundle, loadBundle } from './keep.ts';
import { sampleInputs } from './bundle.fixture.ts';
import { planBundle } from './plan.ts';
import { readTar, writeTar } from './tar.ts';

const bundle = planBundle(sampleInputs());
const withManifest = (change: (manifest: Record<string, unknown>) => void): Map<string, Uint8Array> => {
  const files = new Map(bundleFiles(bundle));
  const manifest = JSON.parse(canonicalJson(bundle.manifest));
  change(manifest);
  return files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
};
const damaged = (message: RegExp): unknown =>
  expect.objectContaining({ exitCode: 8, code: 'bundle-damaged', message: expect.stringMatching(message) });

describe('planBundle', () => {
  it('gives the same digest for the same content, in whatever order it was built', () => {
    const inputs = sampleInputs();
    const reversed = planBundle({ ...inputs, model: new Map([...inputs.model].reverse()) });
    expect(reversed.digest).toBe(bundle.digest);
    expect(sha256(bundleFiles(bundle).get('manifest.json') ?? '')).toBe(bundle.digest);
    expect(planBundle({ ...inputs, goal: 'another' }).digest).not.toBe(bundle.digest);
  });

  it('lists every file with size and digest, and says nothing of time, host or version', () => {
    expect(Object.keys(bundle.manifest.files)).toEqual([
      ...['MODEL_CARD.md', 'evaluation.json', 'features.json', 'golden.json', 'model/model.json'],
      ...['model/weights.bin', 'reference.json', 'schema.json'],
    ]);
    expect(bundle.manifest.files['model/weights.bin']).toEqual({
      sha256: sha256(new Uint8Array([1, 2, 3])),
      bytes: 3,
    });
    expect(Object.keys(bundle.manifest)).not.toContain('version');
  });

  it('refuses what could not be read again', () => {
    const inputs = sampleInputs();
    for (const model of [
      new Map([['../x', new Uint8Array()]]),
      new Map([
        ['a', new Uint8Array()],
        ['A', new Uint8Array()],
      ]),
    ])
      expect(() => planBundle({ ...inputs, model })).toThrow(RangeError);
    expect(() => planBundle({ ...inputs, threshold: NaN })).toThrow(RangeError);
  });
});

describe('openBundle', () => {
  it('gives back what was planned', () => {
    const { bundle: read, version } = openBundle(bundleFiles(bundle), 'x');
    expect(read).toEqual(bundle);
    expect(version).toBeNull();
  });

  it('does not mind how the manifest is laid out', () => {
    const files = new Map(bundleFiles(bundle));
    files.set(
      'manifest.json',
      Buffer.from(JSON.stringify(bundle.manifest, null, 2).replaceAll('\n', '\r\n')),
    );
    expect(openBundle(files, 'x').bundle.digest).toBe(bundle.digest);
  });

  it.each([...bundle.files.keys()])('notices any change of %s, and its absence', (path) => {
    const changed = new Map(bundleFiles(bundle));
    const bytes = Uint8Array.from(changed.get(path) ?? []);
    bytes[0] = bytes[0]! ^ 1;
    expect(() => openBundle(changed.set(path, bytes), 'x')).toThrow(damaged(new RegExp(path)));
    const short = new Map(bundleFiles(bundle)).set(path, bytes.subarray(1));
    expect(() => openBundle(short, 'x')).toThrow(damaged(new RegExp(`${path} has`)));
    const absent = new Map(bundleFiles(bundle));
    absent.delete(path);
    expect(() => openBundle(absent, 'x')).toThrow(damaged(new RegExp(`${path} is missing`)));
  });

  it('refuses files that nobody listed', () => {
    expect(() => openBundle(new Map(bundleFiles(bundle)).set('evil.js', new Uint8Array()), 'x')).toThrow(
      damaged(/evil\.js/),
    );
  });

  it('treats the manifest as text from anywhere', () => {
    const broken = new Map(bundleFiles(bundle)).set('manifest.json', Buffer.from('{'));
    expect(() => openBundle(broken, 'x')).toThrow(damaged(/not JSON/));
    expect(() => openBundle(new Map(), 'x')).toThrow(damaged(/no manifest/));
    expect(() =>
      openBundle(
        withManifest((m) => (m['surprise'] = 1)),
        'x',
      ),
    ).toThrow(damaged(/surprise/));
    expect(() =>
      openBundle(
        withManifest((m) => (m['name'] = '../x')),
        'x',
      ),
    ).toThrow(damaged(/name/));
    expect(() =>
      openBundle(
        withManifest((m) => (m['task'] = { kind: 'magic' })),
        'x',
      ),
    ).toThrow(damaged(/task/));
    const infinite = canonicalJson(bundle.manifest).replace('"threshold":0.4', '"threshold":1e400');
    const files = new Map(bundleFiles(bundle)).set('manifest.json', Buffer.from(infinite));
    expect(() => openBundle(files, 'x')).toThrow(damaged(/threshold/));
    const proto = canonicalJson(bundle.manifest).replace(
      '"files":{',
      '"files":{"__proto__":{"bytes":0,"sha256":""},',
    );
    expect(() => openBundle(new Map(files).set('manifest.json', Buffer.from(proto)), 'x')).toThrow(
      damaged(/files/),
    );
  });

  it('has the grammar of its cells: the one it names, the first where it names none', () => {
    const schemaOf = (cells: number | undefined, row_id: readonly string[] = []) => {
      const inputs = sampleInputs();
      const { columns, missing } = inputs.documents['schema.json'];
      const document = cells === undefined ? { columns, missing } : { columns, missing, cells };
      return readBundleSchema(
        planBundle({ ...inputs, row_id, documents: { ...inputs.documents, 'schema.json': document } }),
      );
    };
    expect(schemaOf(undefined).cells).toBe(1);
    expect(schemaOf(1).cells).toBe(1);
    expect(schemaOf(2)).not.toHaveProperty('cells');
    expect(() => schemaOf(3)).toThrow(damaged(/cells are of version 3.*up to 2; update aieng/));
    expect(() => schemaOf(-1)).toThrow(damaged(/schema.json/));
  });

  it('gives documents and model files back', () => {
    expect(readDocument(bundle, 'golden.json')).toEqual(sampleInputs().documents['golden.json']);
    expect([...modelFiles(bundle).keys()]).toEqual(['model.json', 'weights.bin']);
    const inputs = sampleInputs();
    const golden = {
      backend: { name: 'wasm' as const, version: '1' },
      rows: [{ input: {}, features: 'zz', scores: [] }],
    };
    const odd = planBundle({ ...inputs, documents: { ...inputs.documents, 'golden.json': golden } });
    expect(() => readDocument(odd, 'golden.json')).toThrow(damaged(/golden\.json: at \/rows\/0\/features/));
  });

  it('is kept in a store and comes back', async () => {
    const objects = new Map<string, Uint8Array>();
    const store = {
      put: async (content: Uint8Array | string) => {
        const digest = sha256(content);
        objects.set(digest, typeof content === 'string' ? Buffer.from(content) : content);
        return digest;
      },
      get: async (digest: string) => objects.get(digest) ?? Promise.reject(new Error('absent')),
    };
    expect(await keepBundle(store, bundle)).toBe(bundle.digest);
    expect(await loadBundle(store, bundle.digest)).toEqual(bundle);
  });
});

/** A tar as somebody with bad intentions would make it. */
async function tarOf(
  entries: readonly {
    name: string;
    type?: 'symlink' | 'link' | 'fifo';
    linkname?: string;
    content?: Uint8Array;
  }[],
): Promise<Uint8Array> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, Buffer.from(content ?? ''));
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

describe('tar', () => {
  it('carries the bundle and its version, and is the same every time', async () => {
    const tar = writeTar(bundle, 3);
    expect(sha256(writeTar(planBundle(sampleInputs()), 3))).toBe(sha256(tar));
    expect(await readTar(tar, 'x.tar')).toMatchObject({ bundle, version: 3 });
    expect(await readTar(writeTar(bundle, null), 'x.tar')).toMatchObject({ bundle, version: null });
    // One version of another number: the same bundle digest.
    expect((await readTar(writeTar(bundle, 4), 'x.tar')).bundle.digest).toBe(bundle.digest);
  });

  it.each([
    ['a path upwards', [{ name: '../evil' }], /outside/],
    ['a path upwards inside', [{ name: 'model/../../evil' }], /outside/],
    ['an absolute path', [{ name: '/etc/evil' }], /outside/],
    ['a symbolic link', [{ name: 'model', type: 'symlink' as const, linkname: '/etc' }], /symlink/],
    ['a hard link', [{ name: 'x', type: 'link' as const, linkname: '/etc/passwd' }], /link/],
    ['a pipe', [{ name: 'x', type: 'fifo' as const }], /fifo/],
    ['a duplicate', [{ name: 'manifest.json' }, { name: './manifest.json' }], /twice/],
    ['no manifest', [{ name: 'x' }], /no manifest/],
  ])('refuses %s', async (_what, entries, message) => {
    await expect(readTar(await tarOf(entries), 'x.tar')).rejects.toEqual(damaged(message));
  });

  it('refuses what is too much, too short, compressed or no tar at all', async () => {
    const tar = writeTar(bundle, 3);
    await expect(readTar(tar, 'x', { bytes: 100, files: 10 })).rejects.toEqual(
      damaged(/more than 100 bytes/),
    );
    await expect(readTar(tar, 'x', { bytes: 1e9, files: 2 })).rejects.toEqual(damaged(/more than 2 files/));
    await expect(readTar(tar.subarray(0, 3_000), 'x')).rejects.toMatchObject({ exitCode: 8 });
    await expect(readTar(Buffer.from([0x1f, 0x8b, 8]), 'x')).rejects.toEqual(damaged(/gunzip/));
    await expect(readTar(Buffer.alloc(2_000, 'not a tar '), 'x')).rejects.toEqual(damaged(/not a whole tar/));
    await expect(readTar(Buffer.alloc(0), 'x')).rejects.toMatchObject({ exitCode: 8 });
  });

  it('refuses a version of another name', async () => {
    const files = [...bundleFiles(bundle)].map(([name, content]) => ({ name, content }));
    const tar = await tarOf([...files, { name: 'VERSION', content: Buffer.from('other@3') }]);
    await expect(readTar(tar, 'x')).rejects.toEqual(damaged(/VERSION says "other@3"/));
  });
});
