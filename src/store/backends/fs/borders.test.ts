import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../digest.ts';
import { sha256 } from '../../../digest.ts';
import { damagedError } from '../../../errors.ts';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import type { Store } from '../../store.ts';
import { seal } from '../../sealed.ts';
import { openFileStore } from './index.ts';
import { versionsIn } from './versions.ts';

// What lies in a store as nobody's command would have written it: each guard from both sides.

const scratch = mkdtempSync(join(tmpdir(), 'aieng-borders-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String(++folders));
const open = (folder: string): Promise<Store> => openFileStore({ folder, environment: fakeEnvironment() });
const opened = async (): Promise<{ folder: string; store: Store }> => {
  const folder = newFolder();
  return { folder, store: await open(folder) };
};
const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, text);
};
const [a, b] = [sha256('a'), sha256('b')];

describe('the layout of a store', () => {
  it.each(['objects', 'runs', 'refs', 'versions', 'locks'])(
    'is that of aieng 0.1 where %s is there',
    async (name) => {
      const folder = newFolder();
      mkdirSync(join(folder, name), { recursive: true });
      expect(await (await open(folder)).layout()).toBe(1);
    },
  );

  it.each(['tmp', 'logs', 'bundles', 'damaged'])('is none yet where only %s is there', async (name) => {
    const folder = newFolder();
    mkdirSync(join(folder, name), { recursive: true });
    const store = await open(folder);
    expect(await store.layout()).toBeNull();
    await store.put('x');
    expect(await store.layout()).toBe(2);
  });

  it.each([
    ['{"layout":1}', 1],
    ['{"layout":2}', 2],
  ])('is what %s says', async (text, layout) => {
    const folder = newFolder();
    write(join(folder, 'layout.json'), text);
    expect(await (await open(folder)).layout()).toBe(layout);
  });

  it.each(['{"layout":0}', '{"layout":1.5}', '{"layout":null}', '{}', '[2]', '2', 'null'])(
    '%s is damage, not a layout',
    async (text) => {
      const folder = newFolder();
      write(join(folder, 'layout.json'), text);
      await expect(open(folder)).rejects.toMatchObject({
        exitCode: 8,
        code: 'store-damaged',
        message: `${join(folder, 'layout.json')} is damaged: it does not say which layout the store has.`,
        hint: expect.stringContaining('{"layout":2,"minimum_aieng":"0.2.0"}'),
      });
    },
  );

  it('stays as it was written', async () => {
    const { folder, store } = await opened();
    await store.put('x');
    write(join(folder, 'layout.json'), '{"layout":1}');
    await store.writeLayout();
    expect(readFileSync(join(folder, 'layout.json'), 'utf8')).toBe('{"layout":1}');
  });

  it('is written once the place can be used, by the process that could not before', async () => {
    const folder = newFolder();
    const store = await open(folder);
    writeFileSync(folder, 'in the way');
    await expect(store.put('x')).rejects.toMatchObject({ code: 'path-not-usable' });
    rmSync(folder);
    expect(await store.put('x')).toBe(sha256('x'));
    expect(await store.layout()).toBe(2);
  });
});

describe('a folder of the store', () => {
  it.each(['objects', 'runs/x', 'refs', 'versions/churn', 'locks'])(
    'is not %s: that is its own',
    async (name) => {
      const { folder, store } = await opened();
      await expect(store.folder(name)).rejects.toMatchObject({ exitCode: 2, code: 'invalid-name' });
      expect(() => store.folderPlace(name)).toThrow('keeps for itself');
      expect(existsSync(join(folder, name))).toBe(false);
    },
  );

  it('is made when it is asked for, and named without', async () => {
    const { folder, store } = await opened();
    expect(store.folderPlace('logs/churn')).toBe(join(folder, 'logs', 'churn'));
    expect(existsSync(folder)).toBe(false);
    expect(await store.folder('logs/objects')).toBe(join(folder, 'logs', 'objects'));
    expect(statSync(join(folder, 'logs', 'objects')).isDirectory()).toBe(true);
  });
});

describe('an object', () => {
  const fileOf = (folder: string, digest: string): string =>
    join(folder, 'objects', digest.slice(0, 2), digest);

  it('can be read by everybody and written by nobody, however it was put', async () => {
    const { folder, store } = await opened();
    write(join(scratch, 'to-put'), 'file');
    const digests = [
      await store.put('text'),
      await store.putFile(join(scratch, 'to-put')),
      await store.putBy(async (path) => writeFileSync(path, 'by')),
    ];
    for (const digest of digests) expect(statSync(fileOf(folder, digest)).mode & 0o777).toBe(0o444);
    expect(digests).toEqual(['text', 'file', 'by'].map((text) => sha256(text)));
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('that could not be made leaves nothing', async () => {
    const { folder, store } = await opened();
    const failing = store.putBy((path) => {
      writeFileSync(path, 'half');
      return Promise.reject(new Error('the writer failed'));
    });
    await expect(failing).rejects.toThrow('the writer failed');
    await expect(store.putFile(join(scratch, 'nowhere'))).rejects.toMatchObject({
      code: 'file-not-found',
      message: `There is no file ${join(scratch, 'nowhere')}.`,
    });
    await expect(store.putFile(scratch)).rejects.toMatchObject({ code: 'path-not-usable' });
    expect([readdirSync(join(folder, 'tmp')), await store.objects()]).toEqual([[], []]);
  });

  it('is one by its name alone; a folder or a stray file is none', async () => {
    const { folder, store } = await opened();
    const digest = await store.put('text');
    mkdirSync(fileOf(folder, a), { recursive: true });
    write(join(folder, 'objects', digest.slice(0, 2), 'stray'), 'x');
    write(join(folder, 'objects', digest.slice(0, 2), `${digest}.part`), 'x');
    expect([await store.has(a), await store.has(digest), await store.has(b)]).toEqual([false, true, false]);
    expect((await store.objects()).map((object) => object.digest).filter((of) => of !== a)).toEqual([digest]);
    expect((await store.objects()).find((object) => object.digest === digest)?.bytes).toBe(4);
  });

  it('are listed by their digest', async () => {
    const { store } = await opened();
    const digests = await Promise.all(Array.from({ length: 40 }, (_, at) => store.put(String(at))));
    expect((await store.objects()).map(({ digest }) => digest)).toEqual([...digests].sort());
  });

  it('that was damaged is told by path too, once it is not taken for sound', async () => {
    const { folder, store } = await opened();
    const digest = await store.put('text');
    const damagedNow = (): void => {
      chmodSync(fileOf(folder, digest), 0o644);
      writeFileSync(fileOf(folder, digest), 'texd');
    };
    damagedNow();
    const other = await open(folder);
    await expect(other.path(digest)).rejects.toMatchObject({
      code: 'object-damaged',
      message: expect.stringContaining(sha256('texd')),
    });
    expect(readFileSync(join(folder, 'damaged', digest), 'utf8')).toBe('texd');
    expect(await other.has(digest)).toBe(false);
    await expect(other.path(digest)).rejects.toMatchObject({ code: 'object-missing' });
    await expect(other.get(digest)).rejects.toMatchObject({ code: 'object-missing', exitCode: 8 });
    expect(await other.put('text')).toBe(digest);
    expect(await other.path(digest)).toBe(fileOf(folder, digest));
    rmSync(fileOf(folder, digest));
    await expect(other.path(digest)).rejects.toMatchObject({ code: 'object-missing' });
  });

  it('that is damaged is not made young, nor taken for kept', async () => {
    const { folder, store } = await opened();
    const digest = await store.put('text');
    chmodSync(fileOf(folder, digest), 0o644);
    writeFileSync(fileOf(folder, digest), 'texd');
    const other = await open(folder);
    await other.putBy(async (path) => writeFileSync(path, 'text'));
    expect(new TextDecoder().decode(await other.get(digest))).toBe('text');
    await other.renew(a);
    expect(await other.has(a)).toBe(false);
    for (const bad of ['x', digest.toUpperCase(), `${digest}0`, digest.slice(1)])
      for (const ask of [() => other.renew(bad), () => other.path(bad), () => other.removeObject(bad, 1)])
        await expect(ask()).rejects.toMatchObject({ code: 'invalid-digest', exitCode: 2 });
  });
});

describe('an object that is taken away', () => {
  /** A store in which something happens once, between a look at an object and its removal. */
  const happening = async (happens: (file: string) => void): Promise<{ store: Store; digest: string }> => {
    const folder = newFolder();
    const real = fakeEnvironment();
    let file = '';
    const environment = {
      ...real,
      newId: () => {
        if (file !== '') happens(file);
        file = '';
        return real.newId();
      },
    };
    const store = await openFileStore({ folder, environment });
    const digest = await store.put('text');
    file = join(folder, 'objects', digest.slice(0, 2), digest);
    return { store, digest };
  };

  it('and goes meanwhile was not taken away here', async () => {
    const { store, digest } = await happening((file) => rmSync(file));
    expect(await store.removeObject(digest, Infinity)).toBe(false);
    expect(await store.has(digest)).toBe(false);
  });

  it('and is put again meanwhile stays', async () => {
    const { store, digest } = await happening((file) => utimesSync(file, 4e9, 4e9));
    expect(await store.removeObject(digest, 3e12)).toBe(false);
    expect(new TextDecoder().decode(await store.get(digest))).toBe('text');
  });
});

describe('a store without anything', () => {
  it('has no records, refs, versions or objects, whatever is asked for', async () => {
    const { store } = await opened();
    expect([await store.recordKinds(), await store.recordIds('run'), await store.refs('')]).toEqual([
      [],
      [],
      [],
    ]);
    expect([await store.versionNames(), await store.versions('churn'), await store.objects()]).toEqual([
      [],
      [],
      [],
    ]);
    expect([await store.readRef('x'), await store.refHistory('x'), await store.version('churn', 1)]).toEqual([
      undefined,
      [],
      undefined,
    ]);
  });

  it.each(['runs', 'refs', 'versions', 'objects', 'locks'])('says so where %s is a file', async (name) => {
    const { folder, store } = await opened();
    await store.put('x');
    rmSync(join(folder, name), { recursive: true, force: true });
    writeFileSync(join(folder, name), '');
    const asked: Readonly<Record<string, () => Promise<unknown>>> = {
      runs: () => store.recordIds('run'),
      refs: () => store.readRef('churn'),
      versions: () => store.versions('churn'),
      objects: () => store.objects(),
      locks: () => store.lock('churn', { waitMs: 0, command: 'x' }),
    };
    await expect(asked[name]!()).rejects.toMatchObject({ code: 'path-not-usable', exitCode: 2 });
  });
});

describe('a record', () => {
  it('is a file that ends in .json, and gone once', async () => {
    const { folder, store } = await opened();
    await store.record('run', 'a', {});
    write(join(folder, 'runs', 'run', 'notes.txt'), 'x');
    write(join(folder, 'runs', 'run', 'json'), 'x');
    expect(await store.recordIds('run')).toEqual(['a']);
    expect(store.recordPlace('run', 'a')).toBe(join(folder, 'runs', 'run', 'a.json'));
    for (const id of ['a/b', 'a//b', '/a', 'a/'])
      expect(() => store.recordPlace('run', id)).toThrow(expect.objectContaining({ code: 'invalid-name' }));
    mkdirSync(join(folder, 'runs', 'run', 'folder.json'));
    await expect(store.removeRecord('run', 'folder')).rejects.toMatchObject({ exitCode: 2 });
    await expect(store.readRecord('run', 'folder')).rejects.toMatchObject({ code: 'path-not-usable' });
    expect(statSync(join(folder, 'runs', 'run', 'a.json')).mode & 0o777).toBe(0o444);
    await store.replaceRecord('run', 'a', { n: 1 });
    expect(statSync(join(folder, 'runs', 'run', 'a.json')).mode & 0o777).toBe(0o444);
  });

  it('that was changed says how it is damaged', async () => {
    const { folder, store } = await opened();
    await store.record('run', 'a', { n: 1 });
    const file = join(folder, 'runs', 'run', 'a.json');
    const message = (problem: string): unknown =>
      expect.objectContaining({
        code: 'store-damaged',
        exitCode: 8,
        message: `${file} is damaged: ${problem}.`,
        hint: expect.stringContaining('aieng doctor --repair'),
      });
    write(file, '{"n":1');
    await expect(store.readRecord('run', 'a')).rejects.toEqual(message('it is not JSON'));
    write(file, readFileSync(join(folder, 'layout.json'), 'utf8'));
    await expect(store.readRecord('run', 'a')).rejects.toEqual(
      message('it has no digest, and every document of this store has one'),
    );
    write(file, seal('runs/run/b', { n: 1 }));
    await expect(store.readRecord('run', 'a')).rejects.toEqual(
      message('it was changed after it was written (its digest does not fit)'),
    );
    write(file, seal('runs/run/a', { n: 2 }));
    expect(await store.readRecord('run', 'a')).toEqual({ n: 2 });
  });
});

describe('a move of a ref', () => {
  const whole = { value: 'b', previous: 'a', at: 1, why: 'test' };
  const withMove = async (content: unknown): Promise<Store> => {
    const { folder, store } = await opened();
    await store.compareAndSet('churn', undefined, 'a', 'first');
    write(join(folder, 'refs', 'churn', '00000002.json'), seal('refs/churn/2', content));
    return store;
  };

  it.each<readonly [string, Record<string, unknown>]>([
    ['without a value', { previous: 'a', at: 1, why: 'test' }],
    ['to no text', { ...whole, value: 2 }],
    ['from no text', { ...whole, previous: 2 }],
    ['from nowhere said', { value: 'b', at: 1, why: 'test' }],
    ['at no time', { ...whole, at: '1' }],
    ['for no reason', { ...whole, why: null }],
  ])('%s is damage', async (_what, content) => {
    const store = await withMove(content);
    for (const ask of [
      () => store.readRef('churn'),
      () => store.refHistory('churn'),
      () => store.compareAndSet('churn', 'b', 'c', 'test'),
    ])
      await expect(ask()).rejects.toMatchObject({
        exitCode: 8,
        message: expect.stringContaining('it does not say where the ref moved'),
      });
    expect(await store.verify()).toMatchObject([{ what: join('refs', 'churn') }]);
  });

  it('that is whole is believed, but one that starts elsewhere is found', async () => {
    const store = await withMove({ ...whole, more: true });
    expect(await store.readRef('churn')).toBe('b');
    expect((await store.refHistory('churn'))[1]).toEqual(whole);
    expect(await store.verify()).toEqual([]);
    for (const previous of ['x', null])
      expect(await (await withMove({ ...whole, previous })).verify()).toMatchObject([
        {
          what: join('refs', 'churn'),
          problem: 'move 2 does not start where move 1 ended',
          repair: expect.stringContaining('the ref starts anew'),
        },
      ]);
  });

  it('is none of another ref, and no other file of its folder is a move', async () => {
    const { folder, store } = await opened();
    await store.compareAndSet('churn', undefined, 'a', 'first');
    await store.compareAndSet('churn/train', undefined, 't', 'first');
    write(join(folder, 'refs', 'other', 'notes.txt'), 'x');
    expect(await store.refs('')).toEqual(['churn', 'churn/train']);
    expect(await store.refs('churn/')).toEqual(['churn/train']);
    expect(await store.readRef('other')).toBeUndefined();
    expect(await store.verify()).toMatchObject([
      { what: join('refs', 'other'), problem: 'it holds files that are not moves of a ref' },
    ]);
    rmSync(join(folder, 'refs', 'other'), { recursive: true });
    write(join(folder, 'refs', 'churn', '00000003.json'), seal('refs/churn/3', { ...whole }));
    expect(await store.verify()).toMatchObject([{ problem: 'move 2 is missing' }]);
    rmSync(join(folder, 'refs', 'churn', '00000001.json'));
    rmSync(join(folder, 'refs', 'churn', '00000003.json'));
    write(join(folder, 'refs', 'churn', '00000002.json'), seal('refs/churn/2', { ...whole }));
    expect(await store.verify()).toMatchObject([{ problem: 'move 1 is missing' }]);
  });
});

describe('a version', () => {
  it('is a number from 1 of at most nine digits', async () => {
    expect(
      versionsIn([
        '10.json',
        '9.json',
        '999999999.json',
        '1.json',
        '0.json',
        '01.json',
        '1000000000.json',
        '-1.json',
        '1.json.part',
        'x1.json',
        '2',
      ]),
    ).toEqual([1, 9, 10, 999_999_999]);
    const { store } = await opened();
    expect(await store.claimExactVersion('churn', 1, a)).toBe(true);
    expect(await store.claimExactVersion('churn', 999_999_999, b)).toBe(true);
    expect(await store.version('churn', 999_999_999)).toBe(b);
    for (const version of [0, -1, 1.5, 1_000_000_000, Number.NaN])
      for (const ask of [
        () => store.version('churn', version),
        () => store.claimExactVersion('churn', version, a),
      ])
        await expect(ask()).rejects.toMatchObject({
          code: 'invalid-version',
          exitCode: 2,
          message: `churn@${version} is not a version: expected a whole number from 1.`,
          hint: 'Write it like churn@1.',
        });
    for (const ask of [
      () => store.claimVersion('churn', 'x'),
      () => store.claimExactVersion('churn', 2, 'x'),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'invalid-digest' });
    expect(await store.versionNames()).toEqual(['churn']);
  });

  it.each([{}, { digest: 7 }, { digest: 'a' }, { digest: a.toUpperCase() }, { digest: `${a}0` }])(
    'that says %j names no digest',
    async (content) => {
      const { folder, store } = await opened();
      await store.claimVersion('churn', a);
      write(join(folder, 'versions', 'churn', '2.json'), seal('versions/churn/2', content));
      const damage = { exitCode: 8, message: expect.stringContaining('it does not name a digest') };
      await expect(store.version('churn', 2)).rejects.toMatchObject(damage);
      await expect(store.versions('churn')).rejects.toMatchObject(damage);
      await expect(store.claimVersion('churn', b)).rejects.toMatchObject(damage);
      expect(await store.verify()).toMatchObject([
        { what: join('versions', 'churn', '2.json'), repair: expect.stringContaining('doctor --repair') },
      ]);
    },
  );

  it('of one name is none of another, and is found for content that has several names', async () => {
    const { store } = await opened();
    expect(await store.claimVersion('churn', a)).toEqual({ version: 1, existed: false });
    expect(await store.claimVersion('other', b)).toEqual({ version: 1, existed: false });
    expect(await store.claimVersion('other', a)).toEqual({ version: 2, existed: false });
    expect(await store.claimVersion('churn', a)).toEqual({ version: 1, existed: true });
    expect([await store.version('churn', 1), await store.version('other', 1)]).toEqual([a, b]);
    expect(await store.claimExactVersion('churn', 1, b)).toBe(false);
    expect(await store.claimExactVersion('churn', 1, a)).toBe(true);
  });
});

describe('verify', () => {
  it('finds each kind of stray and damaged file, with what to do', async () => {
    const { folder, store } = await opened();
    const [digest, kept] = [await store.put('text'), await store.put('kept')];
    await store.record('run', 'a', { n: 1 });
    await store.record('monitor-churn', 'b', { n: 1 });
    await store.claimVersion('churn', kept);
    expect(await store.verify()).toEqual([]);
    const file = join(folder, 'objects', digest.slice(0, 2), digest);
    chmodSync(file, 0o644);
    writeFileSync(file, 'texd');
    const elsewhere = kept.startsWith('00') ? '01' : '00';
    write(join(folder, 'objects', elsewhere, kept), 'kept');
    write(join(folder, 'runs', 'run', 'stray'), 'x');
    write(join(folder, 'versions', 'churn', 'stray.json'), '{}');
    const found = (await store.verify()).map(({ what, problem }) => [what, problem]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        [join('objects', digest.slice(0, 2), digest), `its content has the digest ${sha256('texd')}`],
        [join('objects', elsewhere, kept), 'it lies in the wrong folder'],
        [join('runs', 'run', 'stray'), 'it is not a record'],
        [join('versions', 'churn', 'stray.json'), 'it is no version'],
      ]),
    );
    for (const { what, repair } of await store.verify())
      expect(repair).toContain(what.startsWith('versions') ? 'doctor --repair' : join(folder, what));
  });
});

describe('an upgrade', () => {
  const old = (): { folder: string; text: (path: string) => string } => {
    const folder = newFolder();
    write(join(folder, 'runs/run/one.json'), '{"n":1}');
    write(join(folder, 'runs/monitor-churn/two.json'), '{"n":2}');
    write(join(folder, 'runs/run/notes.txt'), 'x');
    write(join(folder, 'refs/stages/churn/00000001.json'), '{"at":1,"previous":null,"value":"a","why":"t"}');
    write(join(folder, 'refs/stages/churn/notes.txt'), 'x');
    write(join(folder, `versions/churn/1.json`), `{"digest":"${a}"}`);
    write(join(folder, `versions/churn/notes.json`), 'x');
    return { folder, text: (path) => readFileSync(join(folder, path), 'utf8') };
  };

  it('asks for today’s form of each record by kind and id, and says what it brought', async () => {
    const { folder, text } = old();
    const store = await open(folder);
    const asked: unknown[] = [];
    const today = (kind: string, id: string, content: Json): object => {
      asked.push([kind, id, content]);
      return { ...(content as object), today: true };
    };
    expect(await store.sealAll(today)).toEqual({ records: 2, refs: 1, versions: 1, damaged: [] });
    expect(asked).toEqual(
      expect.arrayContaining([
        ['run', 'one', { n: 1 }],
        ['monitor-churn', 'two', { n: 2 }],
      ]),
    );
    expect(asked).toHaveLength(2);
    expect(text('runs/run/one.json')).toBe(seal('runs/run/one', { n: 1, today: true }));
    expect(text('runs/run/notes.txt')).toBe('x');
    expect(text('versions/churn/1.json')).toBe(seal('versions/churn/1', { digest: a }));
    expect(text('refs/stages/churn/00000001.json')).toBe(
      seal('refs/stages/churn/1', { at: 1, previous: null, value: 'a', why: 't' }),
    );
    // What has its digest and its form is not written again; another form is.
    expect(await store.sealAll(today)).toMatchObject({ records: 0, refs: 0, versions: 0 });
    expect(await store.sealAll((_kind, id) => ({ id }))).toMatchObject({ records: 2, refs: 0, versions: 0 });
    expect(await store.readRecord('run', 'one')).toEqual({ id: 'one' });
  });

  it('leaves what is damaged as it is, and names it', async () => {
    const { folder, text } = old();
    write(join(folder, 'runs/run/broken.json'), '{');
    write(join(folder, 'refs/stages/churn/00000002.json'), '{"at":1}');
    write(join(folder, 'versions/churn/2.json'), '{"digest":"x"}');
    const store = await open(folder);
    const result = await store.sealAll((_kind, id, content) => {
      if (id !== 'two') return content as object;
      throw damagedError({ code: 'record-damaged', message: 'not of its kind', hint: 'delete it' });
    });
    expect(result).toMatchObject({ records: 1, refs: 1, versions: 1 });
    const places = [
      'runs/monitor-churn/two.json',
      'runs/run/broken.json',
      'refs/stages/churn/00000002.json',
      'versions/churn/2.json',
    ];
    expect(result.damaged.map(({ what }) => what).sort()).toEqual(
      places.map((place) => join(...place.split('/'))).sort(),
    );
    expect(result.damaged.find(({ what }) => what.includes('two'))).toEqual({
      what: join('runs', 'monitor-churn', 'two.json'),
      problem: 'not of its kind',
      repair: 'delete it',
    });
    expect([text('runs/run/broken.json'), text('versions/churn/2.json')]).toEqual(['{', '{"digest":"x"}']);
  });

  it('stops at what a newer aieng wrote, and at a bug of ours', async () => {
    const { folder } = old();
    const store = await open(folder);
    const newer = damagedError({ code: 'written-by-newer-aieng', message: 'newer', hint: 'upgrade' });
    for (const error of [newer, new TypeError('a bug')])
      await expect(
        store.sealAll(() => {
          throw error;
        }),
      ).rejects.toBe(error);
  });
});
