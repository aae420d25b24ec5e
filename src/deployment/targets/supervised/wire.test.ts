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
  version: null,
  bundleDigest: 'abc',
  since: 5,
  restarts: 0,
  backendPid: null,
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
  image: null,
};

describe('what crosses the control socket', () => {
  it('survives JSON', () => {
    expect(parseState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    const request = { wish, backend: { kind: 'process', serveCommand: ['node', 'x'] } } as const;
    expect(parseSwitchRequest(JSON.parse(JSON.stringify(requestBody(request))))).toEqual(request);
    expect(parseConfig({ name: 'churn', logFolder: '/l', more: 1 })).toEqual({
      name: 'churn',
      logFolder: '/l',
    });
  });

  it('goes between this and an older aieng', () => {
    const old = { wish, serveCommand: ['node', 'x'] };
    const request = { wish, backend: { kind: 'process', serveCommand: ['node', 'x'] } } as const;
    expect(parseSwitchRequest(old)).toEqual(request);
    expect(requestBody(request)).toMatchObject(old);
    const { backend: _unsaid, ...before } = state;
    expect(parseState(before).backend).toEqual({ kind: 'process' });
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
