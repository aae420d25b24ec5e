import { describe, expect, it } from 'vitest';
import { parseConfig, parseState, parseSwitchRequest, requestBody } from './wire.ts';
import type { SupervisorState } from './wire.ts';

const state: SupervisorState = {
  schema: 1,
  name: 'churn',
  pid: 7,
  processStart: '100',
  bootId: 'boot',
  state: 'running',
  message: '',
  host: '127.0.0.1',
  port: 8080,
  secure: false,
  version: null,
  bundleDigest: 'abc',
  since: 5,
  restarts: 0,
  backendPid: null,
  workerPids: [8, 9],
  processes: { workers: 2, gateway: false, durable: true },
  terms: 'x',
  backend: { kind: 'process' },
};
const wish = {
  name: 'churn',
  version: 3,
  bundleDigest: 'abc',
  bundlePath: '/b',
  host: '::1',
  port: 0,
  timeoutMs: 1,
  drainMs: 2,
  bodyLimitBytes: 3,
  processes: { workers: 1, gateway: false, durable: false },
  image: null,
};

describe('what crosses the control socket', () => {
  it('survives JSON', () => {
    expect(parseSwitchRequest({ wish: { ...wish, access: '{}' }, serveCommand: ['node'] }).wish.access).toBe(
      '{}',
    );
    expect(parseSwitchRequest({ wish: { ...wish, docs: false }, serveCommand: ['node'] }).wish.docs).toBe(
      false,
    );
    expect(parseState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    const second = { version: 4, bundleDigest: 'def', role: 'canary', share: 0.1 } as const;
    for (const each of [second, null])
      expect(parseState(JSON.parse(JSON.stringify({ ...state, second: each })))).toEqual({
        ...state,
        second: each,
      });
    const wished = { ...second, bundlePath: '/c' };
    expect(
      parseSwitchRequest({ wish: { ...wish, second: wished }, serveCommand: ['node'] }).wish.second,
    ).toEqual(wished);
    const request = { wish, backend: { kind: 'process', serveCommand: ['node', 'x'] } } as const;
    expect(parseSwitchRequest(JSON.parse(JSON.stringify(requestBody(request))))).toEqual(request);
    expect(parseConfig({ name: 'churn', logFolder: '/l', more: 1 })).toEqual({
      name: 'churn',
      logFolder: '/l',
    });
  });

  it('goes between this and an older aieng', () => {
    const { processes: _unknown, ...known } = wish;
    const old = { wish: known, serveCommand: ['node', 'x'] };
    const backend = { kind: 'process', serveCommand: ['node', 'x'] } as const;
    const processes = { workers: 1, gateway: true, durable: false };
    expect(parseSwitchRequest(old)).toEqual({ wish: { ...known, processes }, backend });
    expect(requestBody({ wish, backend })).toMatchObject(old);
    const { backend: _unsaid, workerPids: _pids, processes: _wished, ...before } = state;
    expect(parseState({ ...before, backendPid: 8 })).toMatchObject({
      backend: { kind: 'process' },
      workerPids: [8],
      processes: null,
    });
  });

  it.each([null, [], {}, { ...state, schema: 2 }, { ...state, pid: '7' }, { ...state, state: 'odd' }])(
    'refuses a state like %j',
    (value) => {
      expect(() => parseState(value)).toThrow(TypeError);
    },
  );

  it.each([
    null,
    { wish },
    { wish, serveCommand: [] },
    { wish, serveCommand: [1] },
    { wish: { ...wish, port: NaN }, serveCommand: ['a'] },
  ])('refuses a request like %j', (value) => {
    expect(() => parseSwitchRequest(value)).toThrow(TypeError);
  });
});
