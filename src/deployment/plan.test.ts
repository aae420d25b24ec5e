import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../serviceAddress.ts';
import { planLocal, termsOf } from './plan.ts';
import type { DeploymentStatus, Wish } from './target.ts';

const wish: Wish = {
  name: 'churn',
  version: 4,
  bundleDigest: 'b'.repeat(64),
  bundlePath: '/bundles/churn/4',
  host: '127.0.0.1',
  port: 8080,
  timeoutMs: 30_000,
  drainMs: 10_000,
  bodyLimitBytes: 1e6,
  processes: { workers: 1, gateway: false, durable: false },
  image: null,
};
const running: DeploymentStatus = {
  name: 'churn',
  target: 'local',
  state: 'running',
  url: 'http://127.0.0.1:8080',
  version: 3,
  bundleDigest: 'a'.repeat(64),
  since: 1,
  pid: 2,
  restarts: 0,
  message: '',
};

const planFor = (wished: Wish, current: DeploymentStatus) =>
  planLocal(wished, current, { processes: wished.processes, terms: termsOf(wished) });

describe('planLocal', () => {
  it('starts where nothing runs, whatever ran before', () => {
    const plan = planFor(wish, { ...running, state: 'stopped', bundleDigest: wish.bundleDigest });
    expect(plan.action).toBe('start');
    expect(plan.steps.join('\n')).toContain('churn@4');
    expect(plan.steps[0]).toContain('http://127.0.0.1:8080');
  });

  it('does nothing where the same content serves at the same address', () => {
    expect(planFor(wish, { ...running, bundleDigest: wish.bundleDigest })).toEqual({
      action: 'none',
      steps: [],
    });
    expect(planFor({ ...wish, port: 0 }, { ...running, bundleDigest: wish.bundleDigest }).action).toBe(
      'none',
    );
  });

  it('replaces a version, naming both', () => {
    const plan = planFor(wish, running);
    expect(plan.action).toBe('switch');
    expect(plan.steps.join('\n')).toMatch(/churn@4 .* beside churn@3[\s\S]*let churn@3 finish .*10 s/);
    expect(plan.steps.join('\n')).not.toContain('take http');
  });

  it('is a switch where other processes are wished, and where a supervisor knows of none', () => {
    const same = { ...running, bundleDigest: wish.bundleDigest };
    for (const processes of [
      { workers: 2, gateway: false, durable: false },
      { workers: 1, gateway: true, durable: false },
      { workers: 1, gateway: false, durable: true },
      null,
    ])
      expect(planLocal(wish, same, { processes, terms: termsOf(wish) }).action).toBe('switch');
  });

  it('is a switch where others may call, a request may be larger, or the page goes', () => {
    const same = { ...running, bundleDigest: wish.bundleDigest };
    const now = { processes: wish.processes, terms: termsOf(wish) };
    expect(planLocal(wish, same, now).action).toBe('none');
    expect(planLocal({ ...wish, access: '{"hosts":[]}' }, same, now).action).toBe('switch');
    expect(planLocal({ ...wish, bodyLimitBytes: wish.bodyLimitBytes + 1 }, same, now).action).toBe('switch');
    expect(planLocal({ ...wish, docs: true }, same, now).action).toBe('none');
    expect(planLocal({ ...wish, docs: false }, same, now).action).toBe('switch');
  });

  it('is a switch where a canary comes, grows or goes, and says what takes part', () => {
    const now = { ...running, version: wish.version, bundleDigest: wish.bundleDigest };
    const second = {
      version: 5,
      bundleDigest: 'c'.repeat(64),
      bundlePath: '/b',
      role: 'canary',
      share: 0.1,
    } as const;
    const after = (before: Wish, next: Wish) =>
      planLocal(next, now, { processes: wish.processes, terms: termsOf(before) });
    const withIt = { ...wish, second };
    expect(after(wish, withIt).steps.join('\n')).toContain(
      'with churn@5 as a canary for 10 % of the requests',
    );
    expect(after(withIt, withIt).action).toBe('none');
    expect(after(withIt, { ...wish, second: { ...second, share: 0.2 } }).action).toBe('switch');
    expect(after(withIt, { ...wish, second: { ...second, role: 'shadow' } }).action).toBe('switch');
    expect(after(withIt, wish).action).toBe('switch');
  });

  it('moves to another address, and says so, also for the same content', () => {
    const plan = planFor({ ...wish, port: 9090 }, { ...running, bundleDigest: wish.bundleDigest });
    expect(plan.action).toBe('switch');
    expect(plan.steps[0]).toBe('take http://127.0.0.1:9090 beside http://127.0.0.1:8080');
    expect(plan.steps.at(-1)).toBe('give up http://127.0.0.1:8080');
  });

  it('replaces an unhealthy process of the same content', () => {
    expect(planFor(wish, { ...running, state: 'unhealthy', bundleDigest: wish.bundleDigest }).action).toBe(
      'switch',
    );
  });

  it('is settled once it was applied', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('running', 'stopped', 'unhealthy'),
        fc.integer({ min: 1, max: 65535 }),
        (state, port) => {
          const first = planFor({ ...wish, port }, { ...running, state });
          expect(first.action === 'none' ? first.steps.length : 1).toBe(first.action === 'none' ? 0 : 1);
          const after = {
            ...running,
            url: urlOf(wish.host, port),
            version: 4,
            bundleDigest: wish.bundleDigest,
          };
          expect(planFor({ ...wish, port }, after).action).toBe('none');
        },
      ),
    );
  });
});

describe('urlOf', () => {
  it('writes IPv6 hosts in brackets', () => {
    expect(urlOf('::1', 80)).toBe('http://[::1]:80');
  });
});
