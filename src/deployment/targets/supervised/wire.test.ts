import { describe, expect, it } from 'vitest';
import { parseConfig, parseState, parseSwitchRequest } from './wire.ts';
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
    const request = { wish, serveCommand: ['node', 'x'] };
    expect(parseSwitchRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
    expect(parseConfig({ name: 'churn', logFolder: '/l', more: 1 })).toEqual({
      name: 'churn',
      logFolder: '/l',
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
