import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createPendingFile } from '../../src/data/sinks/file.ts';
import { replaceJson } from '../../src/deployment/targets/supervised/stateFile.ts';
import {
  afterPowerCut,
  cutPowerAt,
  failAt,
  operations,
  settle,
  survivals,
} from '../../src/disk/powerCut.fixture.ts';
import { writeWholeFile } from '../../src/disk/wholeFile.ts';
import { fakeEnvironment } from '../../src/environment/index.ts';
import { writeWhole } from '../../src/image/blobs/unfinished.ts';
import { writeFolder } from '../../src/store/backends/bundleFolder.ts';

vi.mock('node:fs/promises', async (real) =>
  (await import('../../src/disk/powerCut.fixture.ts')).watched(await real()),
);

const scratch = mkdtempSync(join(tmpdir(), 'aieng-durability-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(scratch, String(++folders));
  mkdirSync(folder);
  return folder;
};

const environment = fakeEnvironment();
const imageContext = (folder: string): Parameters<typeof writeWhole>[0] => ({
  folder: join(folder, 'images'),
  cwd: folder,
  variables: {},
  newId: () => environment.newId(),
  now: () => environment.now(),
  progress: () => undefined,
  signal: new AbortController().signal,
});
const bundle = (content: string): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ['manifest.json', Buffer.from(content)],
    ['model/weights.bin', Buffer.from(content.repeat(3))],
  ]);

/** Something that is written whole or not at all: by whom, and the file or folder that it becomes. */
interface Writer {
  readonly path: string;
  readonly write: (folder: string, content: string) => Promise<unknown>;
  /** Replaces what is there: it is tried on an old one too. */
  readonly replaces: boolean;
}

const writers: Readonly<Record<string, Writer>> = {
  'a file that a person named': {
    path: 'reports/x.html',
    write: (folder, content) => writeWholeFile(join(folder, 'reports/x.html'), content, environment),
    replaces: true,
  },
  'an output of predictions': {
    path: 'out.csv',
    write: async (folder, content) => {
      const pending = await createPendingFile(join(folder, 'out.csv'));
      writeFileSync(pending.temporary, content);
      try {
        await pending.commit();
      } finally {
        await pending.discard();
      }
    },
    replaces: true,
  },
  'the state of a supervisor': {
    path: 'state.json',
    write: (folder, content) => replaceJson(folder, 'state.json', { content }),
    replaces: true,
  },
  'a blob of an image': {
    path: 'images/blobs/sha256/ab',
    write: (folder, content) =>
      writeWhole(imageContext(folder), join(folder, 'images/blobs/sha256/ab'), content),
    replaces: true,
  },
  'the folder of a bundle': {
    path: 'bundles/ab',
    write: (folder, content) => writeFolder(join(folder, 'bundles/ab'), bundle(content), environment),
    replaces: false,
  },
};

/** Everything below a path, as text. */
function contentOf(path: string, isFile: boolean): unknown {
  if (!existsSync(path)) return undefined;
  if (isFile) return readFileSync(path, 'utf8');
  return Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')])
      .sort(),
  );
}

describe.each(Object.entries(writers))('%s', (_name, { path, write, replaces }) => {
  const isFile = !path.startsWith('bundles');
  const look = (folder: string): unknown => contentOf(join(folder, path), isFile);
  const prepared = async (old: boolean): Promise<string> => {
    const folder = newFolder();
    if (old) await write(folder, 'old');
    settle(folder);
    return folder;
  };

  it.each(replaces ? [false, true] : [false])(
    'is whole after a power cut at any operation, and there once it was said to be (an old one: %s)',
    async (old) => {
      const example = await prepared(old);
      const before = look(example);
      await write(example, 'new');
      const after = look(example);
      for (let at = 1; ; at += 1) {
        const folder = await prepared(old);
        const done = await cutPowerAt(at, () => write(folder, 'new'));
        for (const survival of survivals) {
          const found = newFolder();
          afterPowerCut(folder, found, survival);
          const told = `${survival} survives operation ${at} of ${operations().join(', ')}`;
          expect(done ? [after] : [before, after], told).toContainEqual(look(found));
        }
        if (done) return;
      }
    },
  );

  it('is the old or the new where an operation is refused, and nothing half-done stays', async () => {
    const example = await prepared(replaces);
    const before = look(example);
    await write(example, 'new');
    const after = look(example);
    const files = readdirSync(example, { recursive: true }).length;
    for (let at = 1; ; at += 1) {
      const folder = await prepared(replaces);
      const { reached, thrown } = await failAt(at, 'EIO', () => write(folder, 'new'));
      if (!reached) return;
      const told = `operation ${at} of ${operations().join(', ')}`;
      expect(thrown === undefined ? [after] : [before, after], told).toContainEqual(look(folder));
      const refused = operations()[at - 1]!;
      if (refused.startsWith('rm ')) continue;
      const left = readdirSync(folder, { recursive: true }).map(String);
      expect(
        left.filter((name) => /\.part|\.tmp$|\.new$|tmp\/./.test(name)),
        told,
      ).toEqual([]);
      expect(left.length, told).toBeLessThanOrEqual(files);
    }
  });
});
