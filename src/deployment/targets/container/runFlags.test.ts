import { describe, expect, it } from 'vitest';
import type { Wish } from '../../target.ts';
import type { ContainerKind, Engine } from '../supervised/backendKind.ts';
import { containerName, folderLabel, runFlags, userFlags } from './runFlags.ts';

const podman: Engine = {
  name: 'podman',
  rootless: false,
  remapsUsers: false,
  hasTimers: false,
  relabels: false,
  variables: { CONTAINERS_CONF: '/c' },
};
const docker: Engine = { ...podman, name: 'docker', hasTimers: true };
const kind: ContainerKind = {
  kind: 'container',
  engine: podman,
  image: `sha256:${'c'.repeat(64)}`,
  program: '/usr/local/bin/node',
  limits: { memoryMb: 512, cpus: 1.5, pids: 128 },
};
const wish: Wish = {
  name: 'churn',
  version: 3,
  bundleDigest: 'b3',
  bundlePath: '/b',
  host: '0.0.0.0',
  port: 80,
  timeoutMs: 30_000,
  drainMs: 9500,
  bodyLimitBytes: 1000,
  processes: { workers: 1, gateway: false, durable: false },
  image: null,
};
const place = {
  instance: '01JABCDEFGHJKMNPQRSTVWXYZ0',
  folder: '/p/deployments/churn',
  logFolder: '/p/logs/churn/01JABCDEFGHJKMNPQRSTVWXYZ0',
  owner: 'S1',
  caller: { uid: 0, gid: 0 },
};
const root = { uid: 0, gid: 0 };
const joe = { uid: 1000, gid: 100 };

describe('runFlags', () => {
  it('runs by id, within limits, and asks nothing of the engine that the supervisor does', () => {
    expect(runFlags(wish, kind, place)).toEqual([
      ...['--detach', '--name', 'aieng-churn-qrstvwxyz0', '--pull', 'never', '--restart', 'no'],
      ...['--label', 'dev.aieng.deployment=churn', '--label', 'dev.aieng.bundle=b3'],
      ...['--label', folderLabel('/p/deployments/churn'), '--label', 'dev.aieng.supervisor=S1'],
      ...['--memory', '512m', '--memory-swap', '512m', '--cpus', '1.5', '--pids-limit', '128'],
      ...['--read-only', '--tmpfs', '/tmp:rw,nosuid,nodev,noexec,size=64m'],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--stop-timeout', '10'],
      ...['--user', '10001:10001', '--publish', '127.0.0.1::8080'],
      ...['--log-driver', 'k8s-file', '--log-opt', 'max-size=5mb', '--http-proxy=false'],
      '--mount',
      'type=bind,src=/p/logs/churn/01JABCDEFGHJKMNPQRSTVWXYZ0,dst=/var/lib/aieng/logs/churn/01JABCDEFGHJKMNPQRSTVWXYZ0',
      kind.image,
      ...['serve', '/opt/bundle', '--host', '0.0.0.0', '--port', '8080'],
      ...['--log-folder', '/var/lib/aieng/logs/churn', '--instance', place.instance],
      ...['--model-version', '3', '--body-limit-bytes', '1000', '--probe-token', place.instance],
    ]);
  });

  it('mounts a second bundle for reading, and says how it takes part', () => {
    const second = {
      version: 4,
      bundleDigest: 'b4',
      bundlePath: '/p/b4',
      role: 'shadow',
      share: 0.5,
    } as const;
    const flags = runFlags({ ...wish, second }, kind, place).join(' ');
    expect(flags).toContain('--mount type=bind,src=/p/b4,dst=/opt/second,readonly ');
    expect(flags).toMatch(/--second \/opt\/second --second-as shadow --second-share 0.5 --second-version 4$/);
  });

  it('never passes the variables that lead to the engine on to what serves', () => {
    expect(runFlags(wish, kind, place).join(' ')).not.toMatch(/CONTAINERS_CONF|--env/);
  });

  it('has the engine look at the health where it can', () => {
    const flags = runFlags(wish, { ...kind, engine: docker }, place);
    const shell = flags[flags.indexOf('--health-cmd') + 1] ?? '';
    expect(shell).toMatch(/^\/usr\/local\/bin\/node -e '[^']*'$/);
    const timed = runFlags(wish, { ...kind, engine: { ...podman, hasTimers: true } }, place);
    const words: unknown = JSON.parse(timed[timed.indexOf('--health-cmd') + 1] ?? '');
    expect(words).toMatchObject(['/usr/local/bin/node', '-e', expect.stringContaining('/health/ready')]);
    const strange = runFlags(wish, { ...kind, engine: docker, program: "/bin/sh -c 'x'" }, place);
    expect(strange).not.toContain('--health-cmd');
  });

  it('gives the folder a label where the host wants one', () => {
    const flags = runFlags(wish, { ...kind, engine: { ...podman, relabels: true } }, place);
    expect(flags[flags.indexOf('--mount') + 1]).toMatch(/,relabel=private$/);
  });
});

it.each([
  ['root, podman', podman, root, ['--user', '10001:10001'], 10_001],
  [
    'root, docker that shifts users',
    { ...docker, remapsUsers: true },
    root,
    ['--user', '10001:10001', '--userns', 'host'],
    10_001,
  ],
  ['a user of root’s docker', docker, joe, ['--user', '1000:100'], null],
  ['a user’s own docker', { ...docker, rootless: true }, joe, ['--user', '0:0'], null],
  [
    'a user’s own podman',
    { ...podman, rootless: true },
    joe,
    ['--user', '1000:100', '--userns', 'keep-id'],
    null,
  ],
])('runs as one who can write the log: %s', (_who, engine, caller, flags, owner) => {
  expect(userFlags(engine, caller)).toEqual({ flags, owner });
});

it('names and labels tell deployments apart', () => {
  expect(containerName('a-b_c', '01JABCDEFGHJKMNPQRSTVWXYZ0')).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
  expect(folderLabel('/p/one')).not.toBe(folderLabel('/p/two'));
  expect(folderLabel('/p/one/')).toBe(folderLabel('/p/one'));
});
