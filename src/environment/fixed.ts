import { encodeTime } from 'ulid';
import type { Environment } from './environment.ts';

/** An environment whose clock only moves when told to. */
export interface FakeEnvironment extends Environment {
  /** Moves both clocks forward, in ms. */
  advance(ms: number): void;
}

/** Wednesday 2025-01-01, 00:00 UTC. */
const start = 1_735_689_600_000;

/**
 * A world that says the same every time: for tests, and for library users who want a run that depends on nothing.
 * Ids carry the clock's time and count up; only its own process is alive.
 *
 * @example fakeEnvironment().newId() === '01JGFJJZ000000000000000001'
 */
export function fakeEnvironment(changes: Partial<Environment> = {}): FakeEnvironment {
  let passed = 0;
  let ids = 0;
  const pid = changes.pid ?? 4242;
  return {
    now: () => start + passed,
    elapsed: () => passed,
    newSecret: () => 'secret'.repeat(7),
    newId: () => {
      ids += 1;
      return `${encodeTime(start + passed)}${String(ids).padStart(16, '0')}`;
    },
    cwd: '/project',
    variables: {},
    host: {
      name: 'test-host',
      platform: 'linux',
      arch: 'x64',
      cpus: 2,
      bootId: '00000000-0000-4000-8000-000000000000',
      pidNamespace: 'pid:[1]',
    },
    processStart: (asked) => (asked === pid ? '100' : null),
    nodeVersion: 'v20.0.0',
    version: '0.0.0-test',
    stageCode: (stage) => ({ digest: `code-of-${stage}`, libraries: {} }),
    familyCode: (family) => ({ digest: `code-of-family-${family}`, libraries: {} }),
    ...changes,
    pid,
    advance: (ms) => {
      passed += ms;
    },
  };
}
