import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../cascade/testing.fixture.ts';
import { fileFacts, isRacy } from '../data/sources/fileFacts.ts';
import { sha256 } from '../digest.ts';
import { knownFileDigest, rememberFileDigest } from '../tracking/fileDigests.ts';
import type { Context } from './context.ts';
import { sourceDigest } from './sourceDigest.ts';

const [first, second] = ['a,b\n1,2\n', 'a,b\n3,4\n'];

/** A project with a source, `afterMs` after that was written. */
async function project(afterMs: number): Promise<{
  readonly context: Context;
  readonly path: string;
  readonly known: () => Promise<string | undefined>;
}> {
  const { context } = await openTestProject({ 'data/rows.csv': first }, { now: () => written + afterMs });
  const path = join(context.root, 'data/rows.csv');
  const { mtimeMs, ctimeMs } = statSync(path);
  const written = Math.max(mtimeMs, ctimeMs);
  const known = async (): Promise<string | undefined> =>
    knownFileDigest(context, { path, facts: { ...(await fileFacts(path))! } });
  return { context, path, known };
}

describe('the digest of a source', () => {
  it('is taken from what was written down while the file system says the same of the file', async () => {
    const { context, path, known } = await project(10_000);
    expect(await sourceDigest(context, path, 'rows.csv')).toBe(sha256(first));
    expect(await known()).toBe(sha256(first));
    // So that it shows whether the file was read again.
    const other = 'f'.repeat(64);
    writeFileSync(path, second);
    const state = { path, facts: { ...(await fileFacts(path))! } };
    await rememberFileDigest(context, state, { digest: other, at: context.environment.now() });
    expect(await sourceDigest(context, path, 'rows.csv')).toBe(other);
  });

  it('is made anew where bytes of the same number were written and the time was set back', async () => {
    const { context, path } = await project(10_000);
    await sourceDigest(context, path, 'rows.csv');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, second);
    utimesSync(path, atime, mtime);
    expect(await sourceDigest(context, path, 'rows.csv')).toBe(sha256(second));
  });

  it('is of the place, too: a copy elsewhere is hashed', async () => {
    const { context, path } = await project(10_000);
    await sourceDigest(context, path, 'rows.csv');
    const copy = join(context.root, 'data/copy.csv');
    writeFileSync(copy, second);
    expect(await sourceDigest(context, copy, 'copy.csv')).toBe(sha256(second));
  });

  it.each([
    ['a step of the clock ago', 1000],
    ['just now', 0],
    ['in the future, by its own clock', -60_000],
  ])('is not relied on where the file was written %s', async (_when, afterMs) => {
    const { context, path, known } = await project(afterMs);
    expect(await sourceDigest(context, path, 'rows.csv')).toBe(sha256(first));
    expect(await known()).toBeUndefined();
  });

  it('of a file that is not there is refused, as ever', async () => {
    const { context, path } = await project(10_000);
    await expect(sourceDigest(context, `${path}x`, 'rows.csvx')).rejects.toMatchObject({
      code: 'source-not-found',
    });
  });
});

it('a time is racy up to three seconds before hashing began, and after', () => {
  const facts = (modified: number, changed = modified) => ({
    bytes: '1',
    modified: String(modified * 1e6),
    changed: String(changed * 1e6),
    inode: '1',
    device: '1',
  });
  expect(isRacy(facts(1e12), 1e12 + 3000)).toBe(true);
  expect(isRacy(facts(1e12), 1e12 + 3001)).toBe(false);
  expect(isRacy(facts(0, 1e12), 1e12 + 3000)).toBe(true);
  expect(isRacy(facts(1e12 + 5000), 1e12)).toBe(true);
});
