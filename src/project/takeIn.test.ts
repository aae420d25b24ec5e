import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cascade } from '../cascade/cascade.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../cascade/testing.fixture.ts';
import { writeTar } from '../packaging/tar.ts';
import type { NamedBundle } from './bundles.ts';
import { resolveBundle } from './bundles.ts';
import type { Context } from './context.ts';
import { maxLeap, takeIn } from './takeIn.ts';

let made: NamedBundle;
beforeAll(async () => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await cascade(context, 'package', { waitMs: 0 });
  made = await resolveBundle(context, 'left');
});

/** Another project, and the bundle in it as a tar that says it has this version. */
async function elsewhere(version: number | null): Promise<{ context: Context; tar: string }> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() });
  const tar = join(context.root, 'x.tar');
  writeFileSync(tar, writeTar(made.bundle, version));
  return { context, tar };
}

describe('a bundle that comes as a file', () => {
  it('claims nothing by being looked at', async () => {
    const { context, tar } = await elsewhere(1);
    expect(await resolveBundle(context, tar)).toMatchObject({ name: 'left', version: 1, unclaimed: true });
    expect(await context.store.versions('left')).toEqual([]);
  });

  it('gets the version that it says it has once it is taken in, and keeps it', async () => {
    const { context, tar } = await elsewhere(7);
    expect(await takeIn(context, await resolveBundle(context, tar))).toMatchObject({ version: 7 });
    expect(await context.store.versions('left')).toEqual([{ version: 7, digest: made.bundle.digest }]);
    const again = await resolveBundle(context, tar);
    expect(again.unclaimed).toBeUndefined();
    expect(await takeIn(context, again)).toMatchObject({ version: 7 });
  });

  it('gets the next version where it says none', async () => {
    const { context, tar } = await elsewhere(null);
    expect(await takeIn(context, await resolveBundle(context, tar))).toMatchObject({ version: 1 });
  });

  it('claims no version before its golden rows gave what they should', async () => {
    const { context, tar } = await elsewhere(1);
    const found = await resolveBundle(context, tar);
    const golden = JSON.parse(new TextDecoder().decode(found.bundle.files.get('golden.json')));
    golden.rows[0].scores = golden.rows[0].scores.map((score: number) => 1 - score);
    const files = new Map(found.bundle.files);
    files.set('golden.json', new TextEncoder().encode(JSON.stringify(golden)));
    const bad = { ...found, bundle: { ...found.bundle, files } };
    await expect(takeIn(context, bad)).rejects.toMatchObject({ exitCode: 8, code: 'golden-mismatch' });
    expect(await context.store.versions('left')).toEqual([]);
    expect(await takeIn(context, found)).toMatchObject({ version: 1 });
  });

  it('is refused where its version is taken by another content', async () => {
    const { context, tar } = await elsewhere(1);
    const found = await resolveBundle(context, tar);
    await context.store.claimExactVersion('left', 1, 'f'.repeat(64));
    const refused = { exitCode: 2, code: 'version-taken' };
    await expect(takeIn(context, found)).rejects.toMatchObject(refused);
    await expect(resolveBundle(context, tar)).rejects.toMatchObject(refused);
  });

  it.each([0, 5])('may be a thousand versions above the newest (%i), and no more', async (newest) => {
    const { context, tar } = await elsewhere(newest + maxLeap + 1);
    if (newest > 0) await context.store.claimExactVersion('left', newest, 'f'.repeat(64));
    const found = await resolveBundle(context, tar);
    await expect(takeIn(context, found)).rejects.toMatchObject({ exitCode: 2, code: 'version-leap' });
    expect(await takeIn(context, { ...found, version: newest + maxLeap })).toMatchObject({
      version: newest + maxLeap,
    });
  });
});
