import { describe, expect, it } from 'vitest';
import type { Engine } from '../supervised/backendKind.ts';
import { confinedWords } from './confined.ts';
import type { ConfinedProgram } from './confined.ts';

const podman: Engine = {
  name: 'podman',
  rootless: false,
  remapsUsers: false,
  hasTimers: false,
  relabels: false,
  variables: {},
};
const program: ConfinedProgram = {
  name: 'aieng-script-1',
  labels: ['dev.aieng.folder=f'],
  image: 'python:3.12',
  entrypoint: 'python',
  words: ['train.py', '--fast'],
  workdir: '/aieng/work',
  mounts: [
    { source: '/p/work', target: '/aieng/work', readOnly: false },
    { source: '/p/input', target: '/aieng/input', readOnly: true, shared: true },
  ],
  variables: ['LICENCE'],
  network: false,
  limits: { memoryMb: 512, cpus: 1.5, pids: 64 },
};
const mounts = (words: readonly string[]): readonly string[] =>
  words.filter((_word, at) => words[at - 1] === '--mount');

describe('a confined program', () => {
  it('has nothing but what is named: the words, in order', () => {
    const words = confinedWords(podman, program);
    const said = words.join(' ');
    expect(words.slice(0, 2)).toEqual(['podman', 'run']);
    for (const part of [
      '--rm --name aieng-script-1 --pull never',
      '--label dev.aieng.folder=f',
      '--network none',
      '--memory 512m --memory-swap 512m --cpus 1.5 --pids-limit 64',
      '--read-only --tmpfs /tmp:rw,nosuid,nodev,size=1g --cap-drop ALL --security-opt no-new-privileges',
      '--http-proxy=false',
      '--workdir /aieng/work --env LICENCE --env HOME=/tmp',
    ])
      expect(said).toContain(part);
    expect(said.endsWith('--entrypoint python python:3.12 train.py --fast')).toBe(true);
    expect(mounts(words)).toEqual([
      'type=bind,src=/p/work,dst=/aieng/work',
      'type=bind,src=/p/input,dst=/aieng/input,readonly',
    ]);
    const user = words[words.indexOf('--user') + 1] ?? '';
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('has the network and the image’s own entry point where that is asked for', () => {
    const words = confinedWords(
      { ...podman, name: 'docker' },
      { ...program, network: true, entrypoint: null },
    );
    for (const word of ['--network', '--entrypoint', '--http-proxy=false']) expect(words).not.toContain(word);
  });

  it('is ended by the engine too, where that can', () => {
    const long = { ...program, seconds: 90 };
    expect(confinedWords(podman, long).join(' ')).toContain('--timeout 90');
    expect(confinedWords({ ...podman, name: 'docker' }, long)).not.toContain('--timeout');
  });

  it('tells SELinux what a container alone has, and what others have too', () => {
    expect(mounts(confinedWords({ ...podman, relabels: true }, program))).toEqual([
      'type=bind,src=/p/work,dst=/aieng/work,relabel=private',
      'type=bind,src=/p/input,dst=/aieng/input,readonly,relabel=shared',
    ]);
  });

  it.each(['/a,b', '/a"b', '/a\nb'])('refuses %j, which would be more than a path to an engine', (source) => {
    const mount = { source, target: '/x', readOnly: true };
    expect(() => confinedWords(podman, { ...program, mounts: [mount] })).toThrow(
      /cannot be given to a container/,
    );
  });
});
