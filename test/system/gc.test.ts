import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCli } from '../cli/support.ts';
import { unpackProject01 } from '../fixtures/store01.ts';
import { openContext } from '../../src/project/workspace.ts';
import { gc } from '../../src/verbs/gc/gc.ts';
import { scratchFolder } from './project.ts';

const writer = fileURLToPath(new URL('gcWriter.ts', import.meta.url));

it('runs again and again beside 8 writers, and nothing that is referred to is lost', async () => {
  const root = scratchFolder();
  mkdirSync(join(root, 'pipelines'), { recursive: true });
  const context = await openContext({
    cwd: root,
    variables: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  const folder = join(root, '.aieng');
  for (let shared = 0; shared < 40; shared += 1) {
    const digest = await context.store.put(`shared ${shared}`);
    utimesSync(join(folder, 'objects', digest.slice(0, 2), digest), 1000, 1000);
  }
  const said = new Set<string>();
  let running = 8;
  const writers = Array.from({ length: 8 }, async (_, number) => {
    const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, String(number), '150'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout }))
      for (const digest of line.split(' ')) said.add(digest);
    running -= 1;
    return (await ended)[0] as number;
  });
  let removed = 0;
  let rounds = 0;
  const collect = async (): Promise<void> => {
    const { result, warnings } = await gc(context, {});
    expect(warnings).toEqual([]);
    removed += result.removed.find(({ kind }) => kind === 'object')?.count ?? 0;
    rounds += 1;
  };
  while (running > 0) await collect();
  expect(await Promise.all(writers)).toEqual(Array.from({ length: 8 }, () => 0));
  // Days later.
  for (const { digest } of await context.store.objects())
    utimesSync(join(folder, 'objects', digest.slice(0, 2), digest), 1000, 1000);
  await collect();
  expect(said.size).toBeGreaterThan(8 * 50);
  for (const digest of said) expect((await context.store.get(digest)).length).toBeGreaterThan(0);
  expect(await context.store.verify()).toEqual([]);
  expect(removed).toBeGreaterThan(0);
  expect(rounds).toBeGreaterThan(1);
});

it('a store of 0.1 still tells its status, predicts and monitors after it', async () => {
  const folder = unpackProject01(scratchFolder());
  const aieng = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(args, { cwd: folder, timeoutMs: 200_000 });
  const store = join(folder, '.aieng');
  for (const path of readdirSync(store, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(store, path), 1000, 1000);
  const before = (await aieng('status')).exitCode;
  const collected = await aieng('gc', '--json');
  expect([collected.exitCode, JSON.parse(collected.stdout).result.held]).toEqual([0, []]);
  expect((await aieng('status')).exitCode).toBe(before);
  const predicted = await aieng('predict', 'species@1', 'data/penguins.csv', '-o', 'answers.csv');
  expect([predicted.exitCode, predicted.stderr]).toEqual([0, expect.any(String)]);
  expect([0, 5]).toContain((await aieng('monitor', 'species')).exitCode);
  expect((await aieng('doctor')).exitCode).toBe(0);
});
