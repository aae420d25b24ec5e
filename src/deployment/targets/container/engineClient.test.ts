import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineClient } from './engineClient.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-engine-'));
});
afterEach(async () => {
  // What the fake engine left running.
  const pid = await readFile(path.join(folder, 'pid'), 'utf8').catch(() => '');
  if (pid !== '') process.kill(Number(pid), 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A client that starts something which lives on and holds its output, as an engine's monitor of a container does. */
async function fakeEngine(then: string): Promise<ReturnType<typeof engineClient>> {
  const script = `#!/bin/sh\nsleep 600 &\necho $! > '${folder}/pid.new'\nmv '${folder}/pid.new' '${folder}/pid'\necho begun\n${then}\n`;
  await writeFile(path.join(folder, 'podman'), script);
  await chmod(path.join(folder, 'podman'), 0o755);
  return engineClient('podman', { PATH: `${folder}:/usr/bin:/bin` });
}

describe.skipIf(process.platform === 'win32')('a client whose own child lives on with its pipes', () => {
  it('is waited for no longer than it was given', async () => {
    const client = await fakeEngine('exec sleep 600');
    expect(await client.ask(['run'], { timeoutMs: 500 })).toMatchObject({ ok: false, timedOut: true });
  });

  it('is followed until nobody listens any more', async () => {
    const client = await fakeEngine('exec sleep 600');
    const controller = new AbortController();
    const lines: string[] = [];
    const over = client.follow(['logs'], (line) => lines.push(line), controller.signal);
    await expect.poll(() => lines).toEqual(['begun']);
    controller.abort();
    await over;
  });

  it('is waited for until nobody asks any more, whether it has ended before or not', async () => {
    for (const then of ['exec sleep 600', 'exit 1']) {
      const client = await fakeEngine(then);
      const controller = new AbortController();
      const said = client.ask(['run'], { signal: controller.signal });
      await expect.poll(() => readFile(path.join(folder, 'pid'), 'utf8').catch(() => '')).not.toBe('');
      controller.abort();
      expect(await said).toMatchObject({ ok: false });
      process.kill(Number(await readFile(path.join(folder, 'pid'), 'utf8')), 'SIGKILL');
      await rm(path.join(folder, 'pid'));
    }
  });
});
