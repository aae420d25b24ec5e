import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { fakeEnvironment } from '../../../environment/index.ts';
import { isSupervisorAlive, readState, replaceJson } from './stateFile.ts';
import type { SupervisorState } from './wire.ts';

const environment = fakeEnvironment();
const state: SupervisorState = {
  schema: 1,
  name: 'churn',
  pid: environment.pid,
  processStart: '100',
  bootId: environment.host.bootId,
  state: 'running',
  message: '',
  host: null,
  port: null,
  secure: false,
  version: 1,
  bundleDigest: null,
  since: null,
  restarts: 0,
  backendPid: null,
  workerPids: [],
  processes: null,
  terms: 'x',
  backend: null,
};

it('is replaced in one step, and damage reads as nothing deployed', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-state-'));
  try {
    expect(await readState(folder)).toBeNull();
    await replaceJson(folder, 'state.json', state);
    expect(await readState(folder)).toEqual(state);
    expect(await readdir(folder)).toEqual(['state.json']);
    await writeFile(path.join(folder, 'state.json'), '{"schema": 1, "na');
    expect(await readState(folder)).toBeNull();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('tells the supervisor from a later process with its pid, and from another boot', () => {
  expect(isSupervisorAlive(state, environment)).toBe(true);
  expect(isSupervisorAlive({ ...state, processStart: '99' }, environment)).toBe(false);
  expect(isSupervisorAlive({ ...state, bootId: 'another' }, environment)).toBe(false);
  expect(isSupervisorAlive({ ...state, pid: 1 }, environment)).toBe(false);
  expect(isSupervisorAlive({ ...state, state: 'stopped' }, environment)).toBe(false);
});
