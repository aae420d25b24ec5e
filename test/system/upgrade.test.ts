import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../cli/support.ts';
import { unpackCode01, unpackProject01 } from '../fixtures/store01.ts';
import { freePort, scratchFolder } from './project.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// Below the repository: its packages are those of this one.
// The code of 0.1 serves by Fastify, which is a package of this repository for it alone.
const code = mkdtempSync(join(root, 'node_modules', '.cache-aieng-01-'));
afterAll(() => rmSync(code, { recursive: true, force: true }));

it('a store of 0.1 with a running service is taken over by this aieng, and no answer is wrong', async () => {
  unpackCode01(code);
  const folder = unpackProject01(scratchFolder());
  const port = await freePort();
  const file = join(folder, 'pipelines/species.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/port: \d+/, `port: ${port}`));
  execFileSync(process.execPath, [join(code, 'bin/aieng.js'), 'deploy', 'species@1'], { cwd: folder });
  const aieng = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(args, { cwd: folder, timeoutMs: 200_000 });
  const features = {
    island: 'Biscoe',
    bill_length_mm: 45.1,
    bill_depth_mm: 14.5,
    flipper_length_mm: 215,
    body_mass_g: 5000,
    sex: 'female',
  };
  const seen = new Set<unknown>();
  const failed: unknown[] = [];
  let asking = true;
  const asked = (async () => {
    while (asking) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify({ features }),
        });
        const body = (await answer.json()) as { model?: { version?: number } };
        if (answer.status === 200) seen.add(body.model?.version);
        else failed.push(body);
      } catch (error) {
        failed.push(error);
      }
    }
  })();
  try {
    expect((await aieng('status')).exitCode).toBe(0);
    const upgraded = await aieng('doctor', '--upgrade', '--json');
    expect([upgraded.exitCode, JSON.parse(upgraded.stdout).result.upgraded]).toMatchObject([
      0,
      { from: 1, to: 2, wishes: 1, damaged: 0, left: [] },
    ]);
    const deployed = await aieng('deploy', 'species@2');
    expect([deployed.exitCode, deployed.stderr]).toEqual([0, expect.any(String)]);
    // One customer, over and over: that is drift, and told.
    expect([0, 5]).toContain((await aieng('monitor', 'species')).exitCode);
    expect((await aieng('rollback', 'species')).exitCode).toBe(0);
    expect((await aieng('status')).exitCode).toBe(0);
  } finally {
    asking = false;
    await asked;
    await aieng('stop', 'species');
  }
  // The port is closed for the moment in which this aieng takes over from the supervisor of 0.1; nothing is answered wrongly.
  expect(failed.filter((each) => !(each instanceof TypeError))).toEqual([]);
  expect([...seen].sort()).toEqual([1, 2]);
  expect((await aieng('status')).exitCode).toBe(0);
});
