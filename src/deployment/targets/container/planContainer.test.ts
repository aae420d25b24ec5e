import { termsOf } from '../../plan.ts';
import { describe, expect, it } from 'vitest';
import type { DeploymentStatus, Wish } from '../../target.ts';
import { planContainer } from './planContainer.ts';
import type { Ground } from './planContainer.ts';

const configDigest = `sha256:${'c'.repeat(64)}`;
const image = {
  reference: 'churn:3',
  digest: `sha256:${'d'.repeat(64)}`,
  configDigest,
  archive: '/x.tar',
  pullReference: null,
};
const wish: Wish = {
  name: 'churn',
  version: 3,
  bundleDigest: 'b3',
  bundlePath: '/b',
  host: '127.0.0.1',
  port: 8080,
  timeoutMs: 30_000,
  drainMs: 10_000,
  bodyLimitBytes: 1,
  processes: { workers: 1, gateway: false, durable: false },
  image,
};
const settings = { engine: 'auto', memoryMb: 512, cpus: 1.5, pids: 128 } as const;
const ground: Ground = { engine: 'podman', hasImage: false, settings, running: null, terms: termsOf(wish) };
const nothing: DeploymentStatus = {
  name: 'churn',
  target: 'container',
  state: 'stopped',
  url: null,
  version: null,
  bundleDigest: null,
  since: null,
  pid: null,
  restarts: 0,
  message: '',
};
const serving: DeploymentStatus = {
  ...nothing,
  state: 'running',
  url: 'http://127.0.0.1:8080',
  version: 3,
  bundleDigest: 'b3',
};
const running = {
  kind: 'container',
  engine: 'podman',
  image: configDigest,
  limits: { memoryMb: 512, cpus: 1.5, pids: 128 },
} as const;

describe('planContainer', () => {
  it('says the image, the engine and the limits of a first deployment', () => {
    expect(planContainer(wish, nothing, ground)).toEqual({
      action: 'start',
      steps: [
        'load the image churn:3 (sha256:cccccccccccc) into podman',
        'start a supervisor for churn and take http://127.0.0.1:8080',
        'start a container of churn@3 with podman (512 MB of memory, 1.5 CPU, 128 processes, read-only, no privileges)',
        'wait until churn@3 is healthy: its golden rows replayed in the container, then one over HTTP',
        'route requests to churn@3',
      ],
    });
  });

  it.each([
    [{ ...ground, hasImage: true }, image, 'take the image churn:3 (sha256:cccccccccccc), which podman has'],
    [
      ground,
      { ...image, pullReference: 'r.example/churn@sha256:d' },
      'pull the image r.example/churn@sha256:d with podman',
    ],
    [ground, null, 'build the image of churn@3'],
  ])('says where the image comes from', (on, from, step) => {
    expect(planContainer({ ...wish, image: from }, nothing, on).steps[0]).toBe(step);
  });

  it('does nothing where the same image serves within the same limits', () => {
    expect(planContainer(wish, serving, { ...ground, running }).action).toBe('none');
  });

  it.each([
    ['limits', { ...ground, running, settings: { ...settings, memoryMb: 1024 } }],
    ['engine', { ...ground, running, engine: 'docker' as const }],
    ['image', { ...ground, running: { ...running, image: `sha256:${'e'.repeat(64)}` } }],
    ['callers', { ...ground, running, terms: termsOf({ ...wish, access: '{}' }) }],
    ['kind', { ...ground, running: { kind: 'process' as const } }],
  ])('switches where the %s changed', (_what, on) => {
    expect(planContainer(wish, serving, on).action).toBe('switch');
  });

  it('drains the old one and says what becomes of it', () => {
    const old = { ...serving, version: 2, bundleDigest: 'b2' };
    const { steps } = planContainer({ ...wish, port: 9090 }, old, { ...ground, running });
    expect(steps).toContain('take http://127.0.0.1:9090 beside http://127.0.0.1:8080');
    expect(steps).toContain(
      'let churn@2 finish its requests (at most 10 s), then stop and remove its container',
    );
    expect(steps.at(-1)).toBe('give up http://127.0.0.1:8080');
    const process = planContainer(wish, old, { ...ground, running: { kind: 'process' } });
    expect(process.steps.at(-1)).toBe(
      'let churn@2 finish its requests (at most 10 s), then stop its process',
    );
  });
});
