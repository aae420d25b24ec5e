import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { Project, Refusal } from './refusals.ts';
import { expectRefusal, expectSoundStore, expectToldWell, preparedProject, storeOf } from './refusals.ts';

const project = preparedProject();

interface Member {
  readonly name: string;
  readonly content: Buffer;
  /** A symbolic link to there. */
  readonly linkTo?: string;
}

async function readMembers(tar: Uint8Array): Promise<Member[]> {
  const members: Member[] = [];
  const reading = extract();
  reading.end(tar);
  for await (const entry of reading) members.push({ name: entry.header.name, content: await buffer(entry) });
  return members;
}

async function writeMembers(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, linkTo } of members)
    if (linkTo === undefined) archive.entry({ name }, content);
    else archive.entry({ name, type: 'symlink', linkname: linkTo });
  archive.finalize();
  return buffer(archive);
}

/** `evil.tar`: the project's bundle, changed. */
async function tamper(of: Project, change: (members: readonly Member[]) => readonly Member[]): Promise<void> {
  const members = await readMembers(readFileSync(of.path('churn.tar')));
  of.write('evil.tar', await writeMembers(change(members)));
}

const rewrite =
  (ending: string, edit: (content: Buffer) => Buffer) =>
  (members: readonly Member[]): readonly Member[] => {
    expect(members.filter(({ name }) => name.endsWith(ending))).toHaveLength(1);
    return members.map((member) =>
      member.name.endsWith(ending) ? { ...member, content: edit(member.content) } : member,
    );
  };

const add =
  (name: string, linkTo?: string) =>
  (members: readonly Member[]): readonly Member[] => [
    ...members,
    { name, content: Buffer.from('evil'), ...(linkTo === undefined ? {} : { linkTo }) },
  ];

const damaged = (...says: readonly string[]): Refusal => ({
  exitCode: 8,
  code: 'bundle-damaged',
  says: ['evil.tar', ...says],
  hints: 'Get it again from where it was packaged',
});

const tampered: readonly (readonly [string, (members: readonly Member[]) => readonly Member[], Refusal])[] = [
  [
    'one bit of the weights',
    rewrite('linear.bin', (bytes) => Buffer.from(bytes).fill(bytes[0]! ^ 1, 0, 1)),
    damaged('model/linear.bin was changed'),
  ],
  [
    'a missing file',
    (members) => members.filter(({ name }) => !name.endsWith('golden.json')),
    damaged('golden.json is missing'),
  ],
  [
    'another name',
    rewrite('manifest.json', (bytes) =>
      Buffer.from(bytes.toString('utf8').replace(/"name":\s*"churn"/, '"name": "other"')),
    ),
    damaged('"churn@1"', '"other@'),
  ],
  ['a file too many', add('extra.txt'), damaged('"extra.txt" is not listed')],
  ['a path that climbs out', add('../evil.txt'), damaged('"../evil.txt"', 'outside of its folder')],
  ['an absolute path', add('/tmp/aieng-evil.txt'), damaged('"/tmp/aieng-evil.txt"', 'outside of its folder')],
  ['a symbolic link', add('model/link', '/etc/passwd'), damaged('"model/link"', 'plain files only')],
];

describe.concurrent('a bundle that was changed on its way', () => {
  it.each(tampered)('%s: is refused by predict, serve and deploy', async (_name, change, wanted) => {
    const of = project();
    await tamper(of, change);
    const before = readdirSync(of.cwd).sort();
    await expectRefusal(of, ['predict', 'evil.tar', 'rows.csv', '-o', 'out.csv'], wanted);
    expect(readdirSync(of.cwd).sort()).toEqual(before);
    expect(readdirSync(join(of.cwd, '..'))).not.toContain('evil.txt');
  });

  it('serve and deploy refuse it too', async () => {
    const of = project();
    of.write('evil.tar', readFileSync(of.path('churn.tar')).subarray(0, 5000));
    await expectRefusal(of, ['serve', 'evil.tar', '--port', '0'], damaged('not a whole tar'));
    await expectRefusal(of, ['deploy', 'evil.tar', '--port', '0'], damaged('not a whole tar'));
  });

  it('the same version with another content is refused; the version here stays', async () => {
    const of = project();
    const elsewhere = project();
    elsewhere.edit('pipelines/churn.yaml', (text) =>
      text.replace('family: linear', 'family: linear, class_weights: balanced'),
    );
    const packaged = await elsewhere.run(['package', '-o', 'other.tar']);
    expect([packaged.exitCode, packaged.stdout]).toEqual([0, expect.stringContaining('churn@2')]);
    const [first] = await readMembers(readFileSync(of.path('churn.tar')));
    const members = await readMembers(readFileSync(elsewhere.path('other.tar')));
    const version = members.find(({ name }) => name.endsWith('VERSION'))!;
    expect(version.content.toString()).toContain('churn@2');
    const same = { ...version, content: Buffer.from(version.content.toString().replace('@2', '@1')) };
    of.write('other.tar', await writeMembers(members.map((member) => (member === version ? same : member))));
    expect(first).toBeDefined();
    await expectRefusal(of, ['predict', 'other.tar', 'rows.csv', '-o', 'out.csv'], {
      exitCode: 2,
      code: 'version-taken',
      says: ['churn@1', 'another content', 'other.tar'],
      hints: 'a version of its own',
    });
  });
});

const named: readonly (readonly [string, (of: Project) => void, string, Refusal])[] = [
  [
    'a version that does not exist',
    () => undefined,
    'churn@9',
    { exitCode: 2, code: 'bundle-unknown', says: ['churn@9', 'there is churn@1'], hints: 'Use churn@1' },
  ],
  [
    'a name with a typo',
    () => undefined,
    'chrun',
    { exitCode: 2, code: 'bundle-unknown', says: ['no bundle chrun'], hints: 'Did you mean churn?' },
  ],
  [
    'a pipeline that was not packaged yet',
    (of) => of.write('pipelines/other.yaml', of.read('pipelines/churn.yaml')),
    'other',
    { exitCode: 2, code: 'bundle-unknown', says: ['no bundle other'], hints: 'aieng run other' },
  ],
  [
    'a version that is no number',
    () => undefined,
    'churn@New',
    { exitCode: 2, code: 'bundle-not-found', says: ['churn@New'], hints: 'name@version' },
  ],
  [
    'a name that no version has',
    () => undefined,
    'churn@new',
    { exitCode: 2, code: 'alias-unknown', says: ['no alias new'], hints: 'aieng alias churn@<version> new' },
  ],
  [
    'a tar that does not exist',
    () => undefined,
    'nowhere.tar',
    { exitCode: 2, code: 'file-not-found', says: ['nowhere.tar'], hints: 'Check the path' },
  ],
  [
    'a folder called .tar',
    ({ path }) => mkdirSync(path('f.tar')),
    'f.tar',
    { exitCode: 2, code: 'not-a-file', says: ['f.tar', 'a folder'], hints: 'Name a file' },
  ],
  [
    'a folder that is no bundle',
    ({ path }) => mkdirSync(path('f')),
    './f',
    { exitCode: 8, code: 'bundle-damaged', says: ['./f', 'no manifest.json'], hints: 'Get it again' },
  ],
  [
    'a file that is no tar',
    (of) => of.write('rows.tar', of.read('rows.csv')),
    'rows.tar',
    { exitCode: 8, code: 'bundle-damaged', says: ['rows.tar', 'not a whole tar'], hints: 'Get it again' },
  ],
];

describe.concurrent('a bundle that is not there', () => {
  it.each(named)('%s', async (_name, spoil, bundle, wanted) => {
    const of = project();
    spoil(of);
    await expectRefusal(of, ['predict', bundle, 'rows.csv', '-o', 'out.csv'], wanted);
  });
});

/** Changes one object of the store. */
function damageObject({ path }: Project, digest: string): void {
  const file = path(join('.aieng', 'objects', digest.slice(0, 2), digest));
  chmodSync(file, 0o644);
  writeFileSync(file, `${readFileSync(file, 'latin1')}x`);
}

const predict = ['predict', 'churn', 'rows.csv', '-o', 'out.csv'];

describe.concurrent('a store that is damaged', () => {
  it('an object: exit 8 wherever it is needed, doctor tells, and the command of the hint mends it', async () => {
    const of = project();
    const [version] = await (await storeOf(of)).versions('churn');
    damageObject(of, version!.digest);
    const doctor = await of.run(['doctor', '--json']);
    expect(doctor.exitCode).toBe(8);
    expect(JSON.stringify(doctor.json.result.checks)).toContain('aieng run');
    await expectRefusal(of, predict, {
      exitCode: 8,
      code: 'object-damaged',
      says: [version!.digest, 'moved to damaged/'],
      hints: 'aieng run',
    });
    await expectRefusal(of, predict, {
      exitCode: 8,
      code: 'object-missing',
      says: [version!.digest],
      hints: 'aieng run',
    });
    expect((await of.run(['doctor', '--json'])).json.result.checks).toContainEqual(
      expect.objectContaining({ name: 'store', state: 'failed' }),
    );
    const again = await of.run(['run', '--json']);
    expect(again).toMatchObject({ exitCode: 0, json: { version: 1, bundle: version!.digest } });
    expect((await of.run([...predict, '--json'])).exitCode).toBe(0);
    await expectSoundStore(of);
  });

  it('all objects at once: each run mends what it finds, until all is well', async () => {
    const of = project();
    const objects = readdirSync(of.path('.aieng/objects'), { recursive: true, withFileTypes: true });
    const files = objects.filter((entry) => entry.isFile());
    for (const { name } of files) damageObject(of, name);
    const codes: number[] = [];
    while (codes.at(-1) !== 0 && codes.length < files.length) {
      const result = await of.run(['run', '--json']);
      if (result.exitCode !== 0) expect(expectToldWell('run', result).code).toBe('object-damaged');
      codes.push(result.exitCode);
    }
    expect(codes.at(-1)).toBe(0);
    expect(new Set(codes.slice(0, -1))).toEqual(new Set([8]));
  });

  it.each([
    ['a ref', '.aieng/refs/stages/churn/train/00000001.json', ['run']],
    ['a version', '.aieng/versions/churn/1.json', predict],
  ])('%s that is no JSON: exit 8, and what the hint says mends it', async (_name, file, needsIt) => {
    const of = project();
    chmodSync(of.path(file), 0o644);
    of.write(file, '{');
    await expectRefusal(of, needsIt, {
      exitCode: 8,
      code: 'store-damaged',
      says: [file, 'not JSON'],
      hints: '`aieng doctor --repair`',
      storeIsDamaged: true,
    });
    const repaired = await of.run(['doctor', '--repair', '--json']);
    // A version is known elsewhere; of a ref it says what to do.
    const isRef = file.includes('/refs/');
    expect(repaired.exitCode).toBe(isRef ? 8 : 0);
    if (isRef) {
      expect(JSON.stringify(repaired.json.result.checks)).toContain('delete it: the ref starts anew');
      of.remove(file);
    }
    expect((await of.run(['run', '--json'])).json).toMatchObject({ exitCode: 0, version: 1 });
    expect((await of.run([...predict, '--json'])).json).toMatchObject({ exitCode: 0, version: 1 });
    await expectSoundStore(of);
  });
});
