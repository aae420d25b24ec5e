import { expect, it } from 'vitest';
import type { EngineClient, Said } from './engineClient.ts';
import { findEngine } from './findEngine.ts';

const docker = JSON.stringify({ ServerVersion: '28', SecurityOptions: [] });
const podman = JSON.stringify({
  host: { cgroupManager: 'systemd', security: {} },
  version: { Version: '4.3.1' },
});
const answers = (stdout: string): Partial<Said> => ({ ok: true, stdout });
const missing: Partial<Said> = { ok: false, missing: true };
const dead: Partial<Said> = { ok: false, stderr: 'Cannot connect to the Docker daemon' };

/** Engines that answer `info` like that. */
function engines(said: Record<'docker' | 'podman', Partial<Said>>) {
  return (name: EngineClient['name']): EngineClient => ({
    name,
    ask: async () => ({ ok: false, missing: false, timedOut: false, stdout: '', stderr: '', ...said[name] }),
    follow: async () => undefined,
  });
}

it.each([
  ['both', { docker: answers(docker), podman: answers(podman) }, 'docker'],
  ['a docker client without its engine', { docker: dead, podman: answers(podman) }, 'podman'],
  ['docker that is podman', { docker: answers(podman), podman: answers(podman) }, 'podman'],
  ['podman only', { docker: missing, podman: answers(podman) }, 'podman'],
] as const)('auto takes the first that answers: %s', async (_case, said, name) => {
  expect(await findEngine('auto', { CONTAINERS_CONF: '/c' }, engines(said))).toMatchObject({
    name,
    variables: { CONTAINERS_CONF: '/c' },
  });
});

it('takes no other than the wished one', async () => {
  const said = { docker: missing, podman: answers(podman) };
  await expect(findEngine('docker', {}, engines(said))).rejects.toMatchObject({
    exitCode: 2,
    code: 'engine-not-installed',
    message: expect.stringContaining('docker'),
  });
});

it.each([
  ['none installed', { docker: missing, podman: missing }, {}, 2, 'engine-not-installed'],
  ['none running', { docker: dead, podman: missing }, {}, 6, 'engine-not-running'],
  ['silent', { docker: { ok: false, timedOut: true }, podman: missing }, {}, 6, 'engine-not-running'],
  [
    'elsewhere',
    { docker: answers(docker), podman: missing },
    { DOCKER_HOST: 'ssh://joe@far' },
    2,
    'engine-elsewhere',
  ],
] as const)('says why there is none: %s', async (_case, said, variables, exitCode, code) => {
  await expect(findEngine('auto', variables, engines(said))).rejects.toMatchObject({ exitCode, code });
});
