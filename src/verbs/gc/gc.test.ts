import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { unpackProject01 } from '../../../test/fixtures/store01.ts';
import { damageOf } from '../../project/damage.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { openContext } from '../../project/workspace.ts';
import { readValidated, validatedKind, writeValidated } from '../../tracking/runs/validations.ts';
import { readFittedRows } from '../../tracking/fittedRows.ts';
import { status } from '../status/status.ts';
import { gc } from './gc.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-gc-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

const day = 24 * 3_600;
/** Sets everything below a folder to a moment this many days ago. */
function age(folder: string, days: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) age(path, days);
    const at = Date.now() / 1000 - days * day;
    utimesSync(path, at, at);
  }
}

/** A store of aieng 0.1 in which everything is old. */
async function oldStore(): Promise<{ context: Context; store: string }> {
  const root = unpackProject01(join(scratch, String(++folders)));
  const store = join(root, '.aieng');
  age(store, 100);
  const context = await openContext({
    cwd: root,
    variables: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  return { context, store };
}

const removed = async (context: Context, dryRun = false): Promise<Record<string, number>> => {
  const { result } = await gc(context, { dryRun });
  return Object.fromEntries(result.removed.map(({ kind, count }) => [kind, count]));
};
const none = { object: 0, 'bundle-folder': 0, image: 0, 'image-layer': 0, temporary: 0, report: 0 };

it('a store of aieng 0.1 keeps both versions, their folders and their training rows, and is whole afterwards', async () => {
  const { context } = await oldStore();
  const before = await status(context, {});
  await removed(context);
  expect(await damageOf(context)).toEqual([]);
  for (const version of [1, 2]) {
    const { bundle } = await resolveBundle(context, `species@${version}`);
    const rows = await readFittedRows(context, bundle.digest);
    for (const object of [rows!.split, rows!.snapshot.parquet, rows!.snapshot.profile])
      expect(await context.store.has(object)).toBe(true);
  }
  expect(await status(context, {})).toEqual(before);
  expect(await removed(context)).toEqual(none);
});

it('--dry-run shows what goes, to the number, and removes nothing', async () => {
  const { context, store } = await oldStore();
  const stray = await context.store.put('nobody needs this');
  const image = 'f'.repeat(64);
  mkdirSync(join(store, 'images', image), { recursive: true });
  writeFileSync(join(store, 'images', `${image}.tar`), 'x'.repeat(1000));
  mkdirSync(join(store, 'images', 'blobs', 'sha256'), { recursive: true });
  writeFileSync(join(store, 'images', 'blobs', 'sha256', image), 'a layer');
  mkdirSync(join(store, 'bundles', image));
  mkdirSync(join(store, 'tmp'), { recursive: true });
  writeFileSync(join(store, 'tmp', 'of-somebody'), '');
  writeFileSync(join(store, 'reports', 'species-monitor-2020-01-01.html'), 'x');
  age(store, 2);
  const before = await removed(context, true);
  expect(before).toMatchObject({ 'bundle-folder': 1, image: 2, 'image-layer': 1, temporary: 1 });
  expect(before['object']).toBeGreaterThanOrEqual(1);
  expect(await removed(context, true)).toEqual(before);
  expect(await context.store.has(stray)).toBe(true);
  expect(await removed(context)).toEqual(before);
  expect(await context.store.has(stray)).toBe(false);
  expect(existsSync(join(store, 'images', `${image}.tar`))).toBe(false);
  expect(await removed(context)).toEqual(none);
});

it('ends at Ctrl-C between two things, and the rest goes with the next', async () => {
  const { context, store } = await oldStore();
  const strays = await Promise.all(['one', 'two', 'three'].map((text) => context.store.put(text)));
  age(store, 2);
  const all = (await removed(context, true))['object']!;
  const stop = new AbortController();
  const interrupted: Context = {
    ...context,
    signal: stop.signal,
    store: {
      ...context.store,
      removeObject: (digest, before) => {
        stop.abort();
        return context.store.removeObject(digest, before);
      },
    },
  };
  await expect(gc(interrupted, {})).rejects.toMatchObject({ exitCode: 130 });
  expect(await damageOf(context)).toEqual([]);
  expect((await removed(context))['object']).toBe(all - 1);
  for (const stray of strays) expect(await context.store.has(stray)).toBe(false);
});

it('a report goes beside a newer one of its name', async () => {
  const { context, store } = await oldStore();
  const page = join(store, 'reports', 'species-monitor-2020-01-01.html');
  writeFileSync(page, 'x');
  age(join(store, 'reports'), 31);
  writeFileSync(join(store, 'reports', 'species-monitor.html'), 'x');
  expect((await removed(context))['report']).toBeGreaterThanOrEqual(1);
  expect([existsSync(page), existsSync(join(store, 'reports', 'species-monitor.html'))]).toEqual([
    false,
    true,
  ]);
});

it('of the looks at snapshots of one day that found the same, the last stays', async () => {
  const { context } = await oldStore();
  const from = 1_764_547_200_000;
  const looks = [
    [from - 3_600_000, ['drift: age']],
    [from + 1_000, ['drift: age']],
    [from + 2_000, []],
    [from + 3_000, ['drift: age']],
  ] as const;
  for (const [at, found] of looks)
    await writeValidated(context, 'species', context.environment.newId(), {
      ...validatedKind.sample,
      at,
      found: [...found],
      changed: '344 → 345 rows',
    });
  const kept = async () =>
    (await readValidated(context, 'species', 9)).records.map(({ content }) => content.at).sort();
  const planned = await removed(context, true);
  expect(await kept()).toEqual(looks.map(([at]) => at));
  expect(await removed(context)).toEqual(planned);
  expect(planned['report']).toBeGreaterThanOrEqual(1);
  expect(await kept()).toEqual([from - 3_600_000, from + 2_000, from + 3_000]);
});

it('pages that were kept by kind and pipeline go one by one, but for the newest and the index', async () => {
  const { context, store } = await oldStore();
  const folder = join(store, 'reports', 'retrain', 'species');
  mkdirSync(folder, { recursive: true });
  const pages = ['01JHX3Q4V5W6X7Y8Z9A0B1C2D3.html', '01JHX3Q4V5W6X7Y8Z9A0B1C2D4.html', 'index.html'];
  for (const page of pages) writeFileSync(join(folder, page), 'x');
  age(join(store, 'reports'), 31);
  writeFileSync(join(folder, pages[1]!), 'newer');
  const planned = await removed(context, true);
  expect(await removed(context)).toEqual(planned);
  expect(planned['report']).toBeGreaterThanOrEqual(1);
  expect(readdirSync(folder)).toEqual(pages.slice(1));
});

it.each<[string, (store: string) => void]>([
  ['a damaged record', (store) => damage(join(store, 'runs/stage-train'))],
  ['a damaged ref', (store) => damage(join(store, 'refs/deployments/species'))],
  ['a damaged version', (store) => damage(join(store, 'versions/species'))],
  ['a kind of record of a later aieng', (store) => later(store)],
])('%s keeps every object, and is told', async (_what, harm) => {
  const { context, store } = await oldStore();
  const stray = await context.store.put('nobody needs this');
  age(store, 2);
  harm(store);
  const { exitCode, warnings, result } = await gc(context, {});
  expect(exitCode).toBe(0);
  expect(warnings.join()).toContain('cannot be read');
  expect(result.held).toHaveLength(1);
  expect(await context.store.has(stray)).toBe(true);
});

function damage(folder: string): void {
  const path = join(folder, readdirSync(folder).sort()[0]!);
  rmSync(path);
  writeFileSync(path, 'nonsense');
}

function later(store: string): void {
  mkdirSync(join(store, 'runs/hologram'));
  writeFileSync(join(store, 'runs/hologram/1.json'), '{}');
}
