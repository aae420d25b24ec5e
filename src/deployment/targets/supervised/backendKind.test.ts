import { describe, expect, it } from 'vitest';
import { factsOf, parseBackend, parseFacts } from './backendKind.ts';
import type { ContainerKind } from './backendKind.ts';

const container: ContainerKind = {
  kind: 'container',
  engine: {
    name: 'podman',
    rootless: true,
    remapsUsers: false,
    hasTimers: true,
    relabels: false,
    variables: { CONTAINERS_CONF: '/c', XDG_RUNTIME_DIR: '/run/user/1000' },
  },
  image: `sha256:${'c'.repeat(64)}`,
  program: '/usr/local/bin/node',
  limits: { memoryMb: 512, cpus: 1, pids: 128 },
};

describe('how a backend is started', () => {
  it.each([container, { kind: 'process' as const, serveCommand: ['node', 'x'] }])(
    'survives JSON: %j',
    (kind) => {
      expect(parseBackend(JSON.parse(JSON.stringify({ backend: kind })))).toEqual(kind);
      expect(parseFacts(JSON.parse(JSON.stringify(factsOf(kind))))).toEqual(factsOf(kind));
    },
  );

  it('of an older aieng is a command alone', () => {
    expect(parseBackend({ serveCommand: ['node'] })).toEqual({ kind: 'process', serveCommand: ['node'] });
    expect(parseFacts(undefined)).toEqual({ kind: 'process' });
    expect(parseFacts(null)).toBeNull();
  });

  it.each([
    {},
    { backend: { kind: 'vm' } },
    { backend: { kind: 'process', serveCommand: [] } },
    { backend: { ...container, image: 'churn:3' } },
    { backend: { ...container, image: '--privileged' } },
    { backend: { ...container, engine: { ...container.engine, name: 'sh' } } },
    { backend: { ...container, engine: { ...container.engine, rootless: 'yes' } } },
    { backend: { ...container, engine: { ...container.engine, variables: { LD_PRELOAD: '/x.so' } } } },
    { backend: { ...container, limits: { memoryMb: '512', cpus: 1, pids: 1 } } },
  ])('is refused: %j', (request) => {
    expect(() => parseBackend(request)).toThrow(TypeError);
  });

  it('writes down nothing of the engine but its name', () => {
    expect(JSON.stringify(factsOf(container))).not.toContain('/run/user');
  });
});
