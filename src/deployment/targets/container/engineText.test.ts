import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  complaint,
  endInWords,
  parseContainerState,
  parseIds,
  parseImage,
  parseInfo,
  parsePort,
} from './engineText.ts';

const id = 'a'.repeat(64);

describe('parseInfo', () => {
  it('knows docker by its server, and its ways to run containers', () => {
    const info = {
      ServerVersion: '28.2.2',
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'],
    };
    expect(parseInfo(JSON.stringify(info))).toEqual({
      name: 'docker',
      rootless: true,
      remapsUsers: false,
      hasTimers: true,
      relabels: false,
    });
    const remapped = { ServerVersion: '28.2.2', SecurityOptions: ['name=userns'] };
    expect(parseInfo(JSON.stringify(remapped))?.remapsUsers).toBe(true);
  });

  it('knows podman, also where it is called docker', () => {
    const info = {
      host: { cgroupManager: 'cgroupfs', security: { rootless: false, selinuxEnabled: true } },
      version: { Version: '4.3.1' },
    };
    expect(parseInfo(JSON.stringify(info))).toEqual({
      name: 'podman',
      rootless: false,
      remapsUsers: false,
      hasTimers: false,
      relabels: true,
    });
  });

  // What docker 28's client prints without a daemon.
  it.each([
    '{"ID":"","ServerVersion":"","SecurityOptions":null,"ClientInfo":{"Version":"28.2.2"}}',
    '',
    'null',
  ])('no engine answered with %j', (text) => {
    expect(parseInfo(text)).toBeNull();
  });
});

it('reads an image by either spelling of its id', () => {
  const image = { Id: id, Config: { Entrypoint: ['/usr/local/bin/node', 'x.js'] } };
  const facts = { id: `sha256:${id}`, program: '/usr/local/bin/node' };
  expect(parseImage(JSON.stringify([image]))).toEqual(facts);
  expect(parseImage(JSON.stringify([{ ...image, Id: `sha256:${id}` }]))).toEqual(facts);
  expect(parseImage(JSON.stringify([{ Id: id, Config: null }]))).toEqual({ ...facts, program: 'node' });
  for (const text of ['', '[]', '{}', '[{"Id":"abc"}]']) expect(parseImage(text)).toBeNull();
});

it('reads the loopback port and no other', () => {
  expect(parsePort('127.0.0.1:44005\n')).toBe(44005);
  expect(parsePort('0.0.0.0:1\n127.0.0.1:2\n')).toBe(2);
  for (const text of ['', '0.0.0.0:44005', '127.0.0.1:0', '127.0.0.1:99999', 'no public port'])
    expect(parsePort(text)).toBeNull();
});

it('reads ids and drops everything else', () => {
  expect(parseIds(`${id}\n\nWARN something\n${'b'.repeat(12)}\n`)).toEqual([id, 'b'.repeat(12)]);
});

describe('how a container ended', () => {
  const state = (fields: object): string | null => {
    const parsed = parseContainerState(JSON.stringify({ Running: false, ExitCode: 0, ...fields }));
    return parsed === null ? null : endInWords(parsed, 64, false);
  };
  it.each([
    [{ ExitCode: 8 }, 'exited with code 8'],
    [{ ExitCode: 137, OOMKilled: true }, 'was killed for using more than its 64 MB of memory'],
    [{ ExitCode: 137, OOMKilled: false }, 'as happens to what uses more than its 64 MB of memory'],
    [{ ExitCode: 127, Error: 'exec: "node": not found' }, 'could not be started: exec: "node": not found'],
  ])('%j', (fields, words) => {
    expect(state(fields)).toContain(words);
  });

  it('blames no memory where we killed it ourselves', () => {
    const killed = { running: false, exitCode: 137, oomKilled: false, error: '' };
    expect(endInWords(killed, 64, true)).toBe('exited with code 137');
  });

  it('one that is paused or about to start again has not ended', () => {
    expect(parseContainerState('{"Running":false,"Restarting":true}')?.running).toBe(true);
    expect(parseContainerState('{"Running":false,"Paused":true}')?.running).toBe(true);
    expect(parseContainerState('')).toBeNull();
  });
});

describe('complaint', () => {
  it.each([
    ['time="x" level=error msg="noise"\nError: no such image\n', 'no such image'],
    [
      "docker: Error response from daemon: port is taken.\n\nRun 'docker run --help' for more information",
      'port is taken.',
    ],
    [
      'Cannot connect to tcp://joe:hunter2@far:2375. Is it running?',
      'Cannot connect to tcp://***@far:2375. Is it running?',
    ],
    ['', 'it did not say why'],
  ])('of %j', (stderr, words) => {
    expect(complaint(stderr)).toBe(words);
  });
});

it('nothing that an engine prints breaks a reader', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const read of [parseInfo, parseImage, parsePort, parseIds, parseContainerState, complaint])
        expect(() => read(text)).not.toThrow();
    }),
  );
});
