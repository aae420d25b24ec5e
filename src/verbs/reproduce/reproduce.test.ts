import { beforeAll, describe, expect, it } from 'vitest';
import { cascade } from '../../cascade/cascade.ts';
import { tenureModel } from '../../cascade/script/model.fixture.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { outputOf } from '../../tracking/stages.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Context } from '../../project/context.ts';
import { scriptWorld } from '../../cascade/script/world.ts';
import { requireConsent } from './consent.ts';
import { firstDifference } from './differences.ts';
import { reproduce } from './reproduce.ts';

const data = { 'data/customers.csv': csvOf(customers(0, 300)) };
const again = (
  { context }: TestProject,
  bundle = 'left@1',
  allowCode = false,
): ReturnType<typeof reproduce> => reproduce(context, { bundle, allowCode });

describe('a bundle of a family of aieng', () => {
  let own: TestProject;
  let parquet = '';
  beforeAll(async () => {
    own = await openTestProject({ 'pipelines/left.yaml': customersPipeline(), ...data });
    const { records } = await cascade(own.context, 'package', { waitMs: 0 });
    parquet = outputOf.ingest(records.ingest!).snapshot.parquet;
  }, 60_000);

  it('is made again to the last byte, whatever the pipeline says now', async () => {
    own.write('pipelines/left.yaml', customersPipeline().replace('family: linear', 'family: gbdt'));
    const before = await own.context.store.objects();
    const { exitCode, result } = await again(own);
    expect([exitCode, result.state, result.differences, result.changed]).toEqual([0, 'same', [], []]);
    expect(result.stages.map(({ name, same }) => [name, same])).toEqual([
      ['featurize', true],
      ['train', true],
      ['package', true],
    ]);
    // Nothing of it is kept.
    expect(await own.context.store.objects()).toEqual(before);
    expect(await own.context.store.versions('left')).toHaveLength(1);
  });

  it('says what of aieng is another one here', async () => {
    const { environment } = own.context;
    const other = { ...environment, familyCode: () => ({ digest: 'other', libraries: {} }) };
    const { result } = await reproduce(
      { ...own.context, environment: other },
      { bundle: 'left@1', allowCode: false },
    );
    expect(result.changed).toEqual([
      'train: code of family linear changed',
      'package: code of family linear changed',
    ]);
  });

  it('cannot be made again where its rows are gone, or nobody wrote down how', async () => {
    const { context } = own;
    const store = {
      ...context.store,
      has: async (digest: string) => digest !== parquet && context.store.has(digest),
    };
    await expect(
      reproduce({ ...context, store }, { bundle: 'left', allowCode: false }),
    ).rejects.toMatchObject({
      code: 'lineage-gone',
      exitCode: 2,
    });
    const unknown = { ...context.store, recordIds: () => Promise.resolve([]) };
    await expect(
      reproduce({ ...context, store: unknown }, { bundle: 'left', allowCode: false }),
    ).rejects.toMatchObject({
      code: 'lineage-unknown',
      exitCode: 2,
    });
  });
});

describe('a bundle of a training script', () => {
  const pipeline = (seed: number): string => `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note] }
model: { seed: ${seed}, script: { command: [${process.execPath}, train.mjs], files: [made.txt] } }
evaluation: { bootstrap: 200, gates: [] }
`;
  const copying =
    "import { copyFileSync } from 'node:fs'; copyFileSync('made.txt', process.env.AIENG_OUTPUT);";
  let own: TestProject;
  beforeAll(async () => {
    own = await openTestProject({
      'pipelines/left.yaml': pipeline(1),
      'train.mjs': copying,
      'made.txt': tenureModel(),
      ...data,
    });
    await cascade(own.context, 'package', { waitMs: 0 });
  }, 60_000);

  it('is made again by the program that the project has', async () => {
    const { result } = await again(own);
    expect([result.state, result.stages.every(({ same }) => same)]).toEqual(['same', true]);
  });

  it('is made again by the program as it was, where somebody allows it', async () => {
    own.write('train.mjs', 'process.exit(1)');
    const refused = {
      code: 'code-not-allowed',
      exitCode: 2,
      message: expect.stringContaining('(train.mjs)'),
    };
    await expect(again(own)).rejects.toMatchObject(refused);
    expect((await again(own, 'left@1', true)).result.state).toBe('same');
    own.write('pipelines/left.yaml', pipeline(1).replace('left', 'lefft'));
    await expect(again(own)).rejects.toMatchObject({ code: 'code-not-allowed' });
    own.write('pipelines/left.yaml', pipeline(1));
    own.write('train.mjs', copying);
  });

  it('is compared by the metric where it does not give the same twice', async () => {
    const mark = JSON.stringify(`${own.context.root}/ran`);
    own.write(
      'train.mjs',
      `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const text = readFileSync('made.txt', 'utf8');
const other = text.replace(/^leaf_value=.*$/m, (line) => line.replace('2', '3'));
writeFileSync(process.env.AIENG_OUTPUT, existsSync(${mark}) ? other : text);
writeFileSync(${mark}, '');`,
    );
    const { last } = await cascade(own.context, 'package', { waitMs: 0 });
    expect(last.exitCode).toBe(0);
    const alike = await again(own, 'left');
    expect([alike.exitCode, alike.result.state]).toEqual([0, 'alike']);
    expect(alike.result.differences.map(({ path }) => path)).toContain('model/given/model.txt');
    expect(alike.result.differences[0]?.at).toMatch(/^byte \d+ \(line \d+\)$/);
  });

  it('is refused at another commit where its files are others, having shown commit, command and image', async () => {
    const { context } = own;
    const at = (commit: string, told: string[] = []): Context => ({
      ...context,
      git: () => Promise.resolve({ commit, dirty: false, branch: null }),
      progress: (event) => {
        if (event.kind === 'warning') told.push(event.message);
      },
    });
    const [then, now] = ['a'.repeat(40), 'b'.repeat(40)];
    own.write('train.mjs', copying);
    own.write('made.txt', tenureModel(true));
    await cascade(at(then), 'package', { waitMs: 0 });
    // The same files are the project's own program at whatever commit.
    const same = await reproduce(at(now), { bundle: 'left', allowCode: false });
    expect([same.result.state, same.result.recorded.commit, same.result.recorded.head]).toEqual([
      'same',
      then,
      now,
    ]);
    own.write('made.txt', tenureModel());
    const refusing = reproduce(at(now), { bundle: 'left', allowCode: false });
    await expect(refusing).rejects.toMatchObject({
      code: 'code-not-allowed',
      message: expect.stringMatching(
        /^The recorded training, made at commit a{12} \(here: b{12}\), runs .* train\.mjs on this machine with .*\(made\.txt\)\.$/,
      ),
      hint: expect.stringContaining(`\`git checkout ${then}\``),
    });
    const told: string[] = [];
    const allowed = await reproduce(at(now, told), { bundle: 'left', allowCode: true });
    expect(allowed.result.state).toBe('same');
    expect(told.join()).toContain('made at commit aaaaaaaaaaaa (here: bbbbbbbbbbbb)');
    const { script } = (await openPipeline(context, 'left')).model;
    const recorded = { script, files: {}, programs: {}, image: 'python@sha256:12', commit: then };
    await expect(
      requireConsent(at(then), 'left', recorded, scriptWorld(context, 'left'), false),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^The recorded training runs .* in python@sha256:12 with /),
    });
  });
});

it.each([
  ['abc', 'abc', null],
  ['a\nbc', 'a\nbd', 'byte 3 (line 2)'],
  ['ab', 'abc', 'byte 2, where one of them ends'],
])('%j and %j first differ at %s', (before, now, at) => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(firstDifference(bytes(before), bytes(now))).toBe(at);
});
