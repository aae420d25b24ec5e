import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cascade } from '../../cascade/cascade.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { bundleFolder, resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { damageOf } from '../../project/damage.ts';

let context: Context;
beforeAll(async () => {
  ({ context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  }));
  await cascade(context, 'package', { waitMs: 0 });
});

it('finds each damaged record and each changed byte of a bundle folder, and names them once', async () => {
  const { bundle } = await resolveBundle(context, 'left');
  const folder = await bundleFolder(context, bundle);
  expect(await damageOf(context)).toEqual([]);
  for (const path of bundle.files.keys()) {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[Math.floor(changed.length / 2)]! ^= 1;
    writeFileSync(file, changed);
    const [problem, ...more] = await damageOf(context);
    expect([path, problem?.what, more]).toEqual([path, folder, []]);
    writeFileSync(file, bytes);
  }
  const train = (await context.store.recordIds('stage-train'))[0]!;
  const place = context.store.recordPlace('stage-train', train);
  const text = readFileSync(place, 'utf8');
  rmSync(place);
  writeFileSync(place, text.replace(/"log_loss":0\.(\d)/, '"log_loss":0.0$1'));
  const found = await damageOf(context);
  expect(found).toHaveLength(1);
  expect(place.endsWith(found[0]!.what)).toBe(true);
  // Nothing is packaged from a figure that was changed.
  await expect(cascade(context, 'package', { waitMs: 0 })).rejects.toMatchObject({
    exitCode: 8,
    message: expect.stringContaining(place),
  });
  mkdirSync(join(folder, '..', 'f'.repeat(64)));
  expect(await damageOf(context)).toHaveLength(2);
});
