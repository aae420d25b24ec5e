import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readParquet } from '../../data/parquet.ts';
import { rowsFromTable } from '../../data/rows.ts';
import { loadBundle } from '../../packaging/index.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascade } from '../cascade.ts';
import { planStages } from '../plan.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { decodeSplit } from '../split.ts';
import type { TestProject } from '../testing.fixture.ts';
import { csvOf, customers, openTestProject } from '../testing.fixture.ts';
import { tenureModel } from './model.fixture.ts';

// Programs in JavaScript, so that these tests need nothing but Node: they hand a model on that was made before. What is
// trained for real stands in test/system.

const training = `import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
const { env } = process;
console.log('training with', Object.keys(env).sort().join(' '));
const told = JSON.parse(readFileSync(env.AIENG_PARAMETERS, 'utf8'));
writeFileSync(env.AIENG_METRICS, JSON.stringify({ rows: told.rows.train, seed: Number(env.AIENG_SEED), best: 'x' }));
copyFileSync('made.txt', env.AIENG_OUTPUT);
`;

const pipeline = (own: object = {}): string => `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note] }
evaluation: { bootstrap: 200, gates: [] }
model: ${JSON.stringify({ script: { command: [process.execPath, 'train.mjs'], files: ['made.txt'], env: ['ASKED'], ...own } })}
`;

const variables = { PATH: '/usr/bin:/bin', ASKED: 'yes', TOKEN: 'secret' };
const files = {
  'pipelines/left.yaml': pipeline(),
  'data/customers.csv': csvOf(customers(0, 400)),
  'train.mjs': training,
  'made.txt': tenureModel(),
  'requirements.txt': 'lightgbm==4.6.0\n',
};
let own: TestProject;
beforeAll(async () => {
  own = await openTestProject(files, { variables });
}, 60_000);
beforeEach(() => {
  for (const [path, text] of Object.entries(files)) own.write(path, text);
});

const run = (target: 'train' | 'package' = 'package'): ReturnType<typeof cascade> =>
  cascade(own.context, target, { waitMs: 0 });

const failing = async (program: string, settings: object = {}): Promise<unknown> => {
  own.write('train.mjs', program);
  own.write('pipelines/left.yaml', pipeline(settings));
  const error = await run('train').catch((thrown: unknown) => thrown);
  // Nothing is left of what it did.
  expect(readdirSync(join(own.context.root, '.aieng/tmp'))).toEqual([]);
  return error;
};

const stale = async (): Promise<readonly string[]> => {
  const { stages } = await planStages(own.context, await openPipeline(own.context, 'left'), 'train');
  return stages
    .filter((stage) => stage.stale)
    .flatMap(({ name, reasons }) => reasons.map((why) => `${name}: ${why}`));
};

describe('a training script', () => {
  it('trains a model that is judged, packaged and kept like any other', async () => {
    const { records, last } = await run();
    expect(last.exitCode).toBe(0);
    const trained = outputOf.train(records.train!);
    expect([trained.model.family, trained.because]).toEqual([
      'imported',
      expect.stringContaining('train.mjs'),
    ]);
    const { train, validation, test } = outputOf.featurize(records.featurize!).rows;
    expect(trained.evaluation.rows).toBe(test);
    expect(trained.script?.metrics).toEqual({ rows: train, seed: 1 });
    expect(trained.evaluation.caveats).toEqual([
      expect.stringContaining(
        `handed ${train} rows of the training part and ${validation} of the validation part`,
      ),
      `The script says of itself: rows ${train}, seed 1. Nothing is decided by it.`,
      expect.stringContaining('1 of 3 entries of the program’s metrics.json are left out: best'),
    ]);
    const { bundle } = outputOf.package(records.package!);
    const { files, manifest } = await loadBundle(own.context.store, bundle);
    expect(new TextDecoder().decode(files.get('model/given/model.txt'))).toBe(tenureModel());
    expect(manifest.inputs.map(({ name }) => name)).toEqual(['tenure']);
  });

  it('sees the variables that it may see and no others', async () => {
    const { records } = await run('train');
    const log = new TextDecoder().decode(
      await own.context.store.get(outputOf.train(records.train!).script!.log),
    );
    expect(log.trim().split(' ').slice(2)).toEqual([
      ...['AIENG_INPUT', 'AIENG_METRICS', 'AIENG_OUTPUT', 'AIENG_PARAMETERS', 'AIENG_SEED', 'AIENG_TRAIN'],
      ...['AIENG_VALIDATION', 'ASKED', 'PATH', 'PYTHONHASHSEED', 'PYTHONUNBUFFERED'],
    ]);
  });

  it('is handed the rows that teach, and none of those that judge', async () => {
    own.write(
      'train.mjs',
      `${training}
for (const part of ['TRAIN', 'VALIDATION']) copyFileSync(env['AIENG_' + part], env.ASKED + '/' + part + '.parquet');`,
    );
    const context = {
      ...own.context,
      environment: { ...own.environment, variables: { ASKED: own.context.root } },
    };
    const { records } = await cascade(context, 'train', { waitMs: 0 });
    const { snapshot } = outputOf.ingest(records.ingest!);
    const { rows, split: codes } = outputOf.featurize(records.featurize!);
    const all = await readSnapshotRows(own.context, await openPipeline(own.context, 'left'), snapshot);
    const split = decodeSplit(await own.context.store.get(codes));
    const ids = async (part: string): Promise<unknown[]> => {
      const table = await readParquet(join(own.context.root, `${part}.parquet`), all.schema);
      return rowsFromTable(table, ['id']).map((row) => Object.values(row as object)[0] as unknown);
    };
    const idsOf = (positions: Int32Array): unknown[] => Array.from(positions, (row) => all.ids.at(row));
    expect(await ids('TRAIN')).toEqual(idsOf(split.train));
    expect(await ids('VALIDATION')).toEqual(idsOf(split.validation));
    expect(rows.train + rows.validation + rows.test).toBe(400);
  });

  it('is stale when a file that it uses is another one, and says which', async () => {
    await run('train');
    expect(await stale()).toEqual([]);
    own.write('notes.md', 'nothing of it');
    expect(await stale()).toEqual([]);
    own.write('made.txt', `${tenureModel()}\n`);
    expect(await stale()).toEqual([expect.stringMatching(/^train: script files\.made\.txt: \w+… → \w+…$/)]);
    own.write('made.txt', tenureModel());
    own.write('requirements.txt', 'lightgbm==4.5.0\n');
    own.write('uv.lock', 'x');
    expect(await stale()).toEqual([
      expect.stringMatching(/^train: script files\.requirements\.txt: /),
      expect.stringMatching(/^train: script files\.uv\.lock: nothing → /),
    ]);
  });

  it('is stale when a file of it may be run that could not', async () => {
    await run('train');
    const file = join(own.context.root, 'train.mjs');
    chmodSync(file, 0o755);
    expect(await stale()).toEqual(['train: script programs.train.mjs: nothing → true']);
    await run('train');
    expect(await stale()).toEqual([]);
    chmodSync(file, 0o644);
    // What it was made of before is known.
    expect(await stale()).toEqual([]);
  });

  it.each([
    ['process.exit(3)', {}, 'script-failed', 'ended with exit 3'],
    ['console.error("no such column"); process.exit(1)', {}, 'script-failed', 'no such column'],
    ['process.kill(process.pid, "SIGKILL")', {}, 'script-failed', 'was ended by SIGKILL'],
    ['', {}, 'script-output', 'left no model.txt'],
    ['', { command: ['no-such-program'] }, 'script-failed', 'could not be started (ENOENT)'],
    ['', { command: [] }, 'no-script', 'names no program'],
    ['', { files: ['absent/*.py'] }, 'script-files', 'there is no such file'],
    ['', { files: ['../secret'] }, 'script-files', 'does not lie in the project'],
    ['', { output: '../../model.txt' }, 'script-output', 'outside of the folder'],
    [
      "import { symlinkSync } from 'node:fs'; symlinkSync('/etc/passwd', 'model.txt')",
      {},
      'script-output',
      'link',
    ],
    ["import { linkSync } from 'node:fs'; linkSync('train.mjs', 'model.txt')", {}, 'script-output', 'link'],
    [
      "import { mkdirSync } from 'node:fs'; mkdirSync('model.txt')",
      {},
      'script-output',
      'no file of its own',
    ],
    [
      "import { writeFileSync } from 'node:fs'; writeFileSync('model.txt', 'gASV')",
      {},
      'model-refused',
      'its beginning',
    ],
    ["import 'node:fs'; await import('./other.mjs')", {}, 'script-failed', 'other.mjs'],
  ])('%s: fails in words (%j)', async (program, settings, code, words) => {
    expect(await failing(program, settings)).toMatchObject({
      code,
      exitCode: 2,
      message: expect.stringContaining(words),
    });
  });

  it('is ended with all that it started when its time is over', async () => {
    const mark = `sleeper-${process.pid}`;
    const program = `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { stdio: 'inherit' });
setInterval(() => {}, 1000);`;
    expect(await failing(program, { timeout_seconds: 1 })).toMatchObject({
      code: 'script-failed',
      message: expect.stringContaining('did not end within 1 s'),
    });
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(`${mark}\n`);
  });

  it('cannot change what it is handed for whoever comes after it', async () => {
    const before = readFileSync(join(own.context.root, 'made.txt'), 'utf8');
    own.write('train.mjs', `${training}writeFileSync('made.txt', 'other');`);
    await run('train');
    expect(readFileSync(join(own.context.root, 'made.txt'), 'utf8')).toBe(before);
  });
});
