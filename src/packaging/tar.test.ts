import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { sampleInputs } from './bundle.fixture.ts';
import { carriedFiles } from './bundle.ts';
import { bundleLimits } from './layout.ts';
import { planBundle } from './plan.ts';
import { readTar, writeTar } from './tar.ts';

const bundle = planBundle(sampleInputs());
const carried = carriedFiles(bundle, 3);
const totalBytes = [...carried.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
const damaged = (message: RegExp): unknown =>
  expect.objectContaining({ exitCode: 8, code: 'bundle-damaged', message: expect.stringMatching(message) });

type Headers = Parameters<ReturnType<typeof pack>['entry']>[0];

/** A tar of the bundle's own files, and of what somebody put before and behind them. */
async function tarWith(
  entries: readonly (Headers & { readonly content?: Uint8Array | string })[],
  files: Iterable<[string, Uint8Array]> = carried,
): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, bytes] of files) archive.entry({ name }, Buffer.from(bytes));
  for (const { content = '', ...header } of entries) archive.entry(header, Buffer.from(content));
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

describe('limits of a tar', () => {
  const tar = writeTar(bundle, 3);

  it('lets as many bytes in all as it may hold, and not one more', async () => {
    const { bundle: read } = await readTar(tar, 'x', { ...bundleLimits, bytes: totalBytes });
    expect(read.digest).toBe(bundle.digest);
    await expect(readTar(tar, 'x', { ...bundleLimits, bytes: totalBytes - 1 })).rejects.toEqual(
      damaged(new RegExp(`more than ${totalBytes - 1} bytes`)),
    );
    // No file of it is as large as all of them: it is the sum that is limited.
    expect(Math.max(...[...carried.values()].map(({ byteLength }) => byteLength))).toBeLessThan(
      totalBytes - 1,
    );
  });

  it('lets as many files as it may hold, and not one more', async () => {
    const { bundle: read } = await readTar(tar, 'x', { ...bundleLimits, files: carried.size });
    expect(read.digest).toBe(bundle.digest);
    await expect(readTar(tar, 'x', { ...bundleLimits, files: carried.size - 1 })).rejects.toEqual(
      damaged(new RegExp(`more than ${carried.size - 1} files`)),
    );
  });

  it('refuses by what a header says before it reads what follows', async () => {
    const header = Buffer.from(writeTar(bundle, null).subarray(0, 512));
    header.write('77777777777', 124, 'latin1');
    header.write(' '.repeat(8), 148, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(readTar(header, 'x')).rejects.toEqual(damaged(/more than 2147483648 bytes/));
  });
});

describe('a tar from anywhere', () => {
  it('is read where folders have entries of their own and paths begin with a dot', async () => {
    const dotted = [...carried].map(([path, bytes]): [string, Uint8Array] => [`./${path}`, bytes]);
    const { bundle: read, version } = await readTar(
      await tarWith([{ name: './model/', type: 'directory' }], dotted),
      'x',
    );
    expect(read.digest).toBe(bundle.digest);
    expect(version).toBe(3);
  });

  it.each<[string, Headers & { content?: string }, RegExp]>([
    ['a file twice', { name: 'model/model.json', content: 'other' }, /"model\/model.json" is there twice/],
    ['a file twice, with a dot', { name: './golden.json' }, /"\.\/golden\.json" is there twice/],
    ['a twin by case', { name: 'Model/model.json' }, /"Model\/model.json" is there twice/],
    ['a twin in lower case', { name: 'model_card.md' }, /"model_card.md" is there twice/],
    ['a second manifest by case', { name: 'Manifest.JSON' }, /"Manifest.JSON" is there twice/],
    ['an absolute path', { name: '/model/x' }, /outside of its folder/],
    ['an absolute path behind a dot', { name: './/etc/x' }, /outside of its folder/],
    ['a path upwards', { name: 'model/../../x' }, /outside of its folder/],
    ['a path that ends upwards', { name: 'model/..' }, /outside of its folder/],
    ['a path of Windows', { name: 'model\\..\\x' }, /outside of its folder/],
    ['a symbolic link', { name: 'model/x', type: 'symlink', linkname: '/etc/passwd' }, /is a symlink/],
    ['a hard link', { name: 'model/x', type: 'link', linkname: 'model/model.json' }, /is a link/],
    ['a pipe', { name: 'model/x', type: 'fifo' }, /is a fifo/],
    ['a device', { name: 'model/x', type: 'character-device' }, /is a character-device/],
    ['a file that nobody listed', { name: 'model/x' }, /"model\/x" is not listed/],
  ])('with %s is refused', async (_what, entry, message) => {
    await expect(readTar(await tarWith([entry]), 'x')).rejects.toEqual(damaged(message));
  });

  it.each<[string, number | null]>([
    ['churn@1', 1],
    ['churn@999999999\n', 999_999_999],
    ['churn@1000000000', null],
    ['churn@0', null],
    ['churn@01', null],
    ['churn@-1', null],
    ['churn@', null],
    ['churn', null],
    ['Churn@1', null],
    ['', null],
  ])('with the version %j carries it or is refused', async (text, expected) => {
    const files = [...carriedFiles(bundle, null)];
    const read = readTar(await tarWith([{ name: 'VERSION', content: text }], files), 'x');
    if (expected === null) await expect(read).rejects.toEqual(damaged(/VERSION says/));
    else expect((await read).version).toBe(expected);
  });

  it('two dots within a name lead nowhere', async () => {
    await expect(readTar(await tarWith([{ name: 'model/a..b' }]), 'x')).rejects.toEqual(
      damaged(/"model\/a\.\.b" is not listed/),
    );
  });

  it('is refused wherever it was cut off, but for the empty blocks at its end', async () => {
    const tar = writeTar(bundle, 3);
    const end = tar.byteLength - 1024;
    for (let bytes = 0; bytes < end; bytes += 256)
      await expect(readTar(tar.subarray(0, bytes), 'x'), `${bytes} bytes`).rejects.toMatchObject({
        exitCode: 8,
        code: 'bundle-damaged',
      });
    expect((await readTar(tar, 'x')).bundle.digest).toBe(bundle.digest);
  });
});
