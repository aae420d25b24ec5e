import type { PredictResult } from './result.ts';
import type { PredictOptions } from './options.ts';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSink } from '../../data/index.ts';
import { rejectionLine } from '../../data/quarantine.ts';
import { readLog } from '../../serving/index.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { mergeShards } from './mergeShards.ts';
import { predict } from './predict.ts';
import { findInput } from './predictInput.ts';
import { openVerifiedPredictor } from '../../project/predictors.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import { noRemarks, predictFile } from './predictRows.ts';
import { makePart, planShard } from './predictShard.ts';
import { run } from '../run/run.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';

let project: TestProject;
let opened: OpenedPredictor;
let count = 0;
beforeAll(async () => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  opened = await openVerifiedPredictor(project.context, await resolveBundle(project.context, 'left'));
});

const path = (name: string): string => join(project.context.root, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');

/** Rows of new customers as a CSV; `false` stands for a record that is none. */
function csvWith(kinds: readonly boolean[], from: number): string {
  const rows = customers(from, from + kinds.length);
  const lines = rows.map((row, at) =>
    kinds[at] === true ? Object.values(row).join(',') : `${row.id},often,basic,,`,
  );
  return ['id,tenure,plan,note,left', ...lines, ''].join('\n');
}

/** Works through every shard of an input with small blocks, and puts the parts together. */
async function sharded(
  input: string,
  of: number,
  blockRows: number,
  format: 'csv' | 'ndjson',
): Promise<PredictResult> {
  const { context } = project;
  const output = `${input}-parts`;
  project.write(`${output}/.here`, '');
  const { predictor } = opened;
  for (let index = 0; index < of; index += 1) {
    const found = { ...(await findInput(context, { input, output })), name: input };
    const work = await planShard(context, found, { shard: { index, of }, format, bundle: predictor.digest });
    await makePart(context, { ...opened, log: null, past: null, blockRows }, work, path(output), noRemarks());
  }
  return (await mergeShards(context, { folder: output, output: `${input}-all.${format}` })).result;
}

/** The same with one sink for everything, and what was refused. */
async function unsharded(
  input: string,
  blockRows: number,
  format: 'csv' | 'ndjson',
): Promise<{ readonly whole: string; readonly refused: string }> {
  const { context } = project;
  const { kind, files } = await findInput(context, { input, output: '' });
  const classes = opened.predictor.manifest.outputs;
  const sink = await openSink({ path: path(`${input}-whole`), format, gzip: false, classes });
  const scoring = { ...opened, log: null, past: null, blockRows };
  let refused = '';
  for (const file of files)
    for await (const part of predictFile(context, scoring, { kind, file }, noRemarks())) {
      if (part.kind === 'read') continue;
      await sink.write(part.answers);
      for (const rejection of part.rejections) refused += rejectionLine({ ...rejection, file: file.name });
    }
  await sink.close();
  return { whole: read(`${input}-whole`), refused };
}

/** What was refused beside an output; nothing where there is no file. */
const refusedBeside = (output: string): string =>
  existsSync(path(`${output}.rejects.ndjson`)) ? read(`${output}.rejects.ndjson`) : '';

const anyFile = fc.array(fc.boolean(), { minLength: 1, maxLength: 25 });
const anyShards = fc.integer({ min: 1, max: 7 });
const anyFormat = fc.constantFrom('csv' as const, 'ndjson' as const);

describe('all shards put together', () => {
  it('of one file are one run over it, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFile,
        anyShards,
        fc.integer({ min: 1, max: 9 }),
        anyFormat,
        async (kinds, of, blockRows, format) => {
          const input = `f${count++}.csv`;
          project.write(input, csvWith(kinds, 1000));
          const { rows, rejected } = await sharded(input, of, blockRows, format);
          const { whole, refused } = await unsharded(input, blockRows, format);
          expect(read(`${input}-all.${format}`)).toBe(whole);
          expect(refusedBeside(`${input}-all.${format}`)).toBe(refused);
          // Physical lines, also after the first block: the header is the first.
          const lines = kinds.flatMap((good, at) => (good ? [] : [at + 2]));
          expect([...refused.matchAll(/"line":(\d+)/g)].map(([, line]) => Number(line))).toEqual(lines);
          expect([rows, rejected]).toEqual([
            kinds.filter((good) => good).length,
            kinds.filter((good) => !good).length,
          ]);
          // Told independently of the code that deals: the accepted rows in the order of the file.
          const ids = kinds.flatMap((good, at) => (good ? [`c${1000 + at}`] : []));
          expect(whole.match(/c1\d\d\d/g) ?? []).toEqual(ids);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('of a folder are one run over its files by name, byte for byte', async () => {
    const anyFolder = fc.array(fc.array(fc.boolean(), { maxLength: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(anyFolder, anyShards, anyFormat, async (files, of, format) => {
        const input = `d${count++}`;
        files.forEach((kinds, at) => project.write(`${input}/p${at}.csv`, csvWith(kinds, 1000 + 100 * at)));
        const { rows, rejected } = await sharded(input, of, 4, format);
        const { whole, refused } = await unsharded(input, 4, format);
        expect(read(`${input}-all.${format}`)).toBe(whole);
        expect(refusedBeside(`${input}-all.${format}`)).toBe(refused);
        expect(rows + rejected).toBe(files.flat().length);
        const ids = files.flatMap((kinds, file) =>
          kinds.flatMap((good, at) => (good ? [`c${1000 + 100 * file + at}`] : [])),
        );
        expect(whole.match(/c1\d\d\d/g) ?? []).toEqual(ids);
      }),
      { numRuns: 20 },
    );
  });
});

describe('predict --shard', () => {
  const options: PredictOptions = { bundle: 'left', input: 'rows', output: 'parts', log: false };
  const shard = async (index: number, changes: Partial<PredictOptions> = {}): Promise<PredictResult> =>
    (await predict(project.context, { ...options, shard: { index, of: 2 }, ...changes })).result;

  const fresh = (): void => {
    for (const name of ['rows', 'parts']) rmSync(path(name), { recursive: true, force: true });
    project.write('rows/a.csv', csvOf(customers(1000, 1010)));
    project.write('rows/b.csv', csvOf(customers(1010, 1025)));
    project.write('rows/c.csv', csvWith([true, false, true], 1025));
  };

  it('is the unsharded run through the public functions too', async () => {
    fresh();
    const whole = (await predict(project.context, { ...options, output: 'whole.csv' })).result;
    await shard(1);
    expect(await shard(0)).toMatchObject({
      rows: 12,
      rejected: 1,
      rejections: [{ file: 'rows/c.csv', line: 3, column: 'tenure' }],
      output: 'parts/part-00000-of-00002.ndjson',
      shard: { index: 0, of: 2, state: 'made' },
    });
    const merged = await mergeShards(project.context, { folder: 'parts', output: 'merged.csv' });
    expect(read('merged.csv')).toBe(read('whole.csv'));
    expect(read('merged.csv.rejects.ndjson')).toBe(read('whole.csv.rejects.ndjson'));
    expect(merged.result).toMatchObject({ rows: whole.rows, rejected: whole.rejected });
    expect(merged.result.merged?.map(({ rows }) => rows)).toEqual([12, 15]);
    expect(readdirSync(path('parts')).sort()).toEqual([
      'part-00000-of-00002.json',
      'part-00000-of-00002.ndjson',
      'part-00000-of-00002.rejects.ndjson',
      'part-00001-of-00002.json',
      'part-00001-of-00002.ndjson',
    ]);
  });

  it('explains as the unsharded run does, in every format, and makes parts again that were not explained so', async () => {
    fresh();
    await shard(0);
    const why = { ...options, explain: 1 };
    const part = async (index: number) =>
      (await predict(project.context, { ...why, output: 'parts', shard: { index, of: 2 } })).result.shard;
    expect(await part(0)).toMatchObject({ state: 'made' });
    expect(await part(0)).toMatchObject({ state: 'kept' });
    await shard(1);
    const merging = { folder: 'parts', output: 'why.csv' };
    await expect(mergeShards(project.context, merging)).rejects.toMatchObject({
      message: expect.stringContaining('different explanations'),
      hint: expect.stringContaining('--explain 1'),
    });
    expect(await part(1)).toMatchObject({ state: 'made' });
    for (const output of ['why.csv', 'why.ndjson']) {
      await mergeShards(project.context, { ...merging, output });
      await predict(project.context, { ...why, output: `whole-${output}` });
      expect(read(output)).toBe(read(`whole-${output}`));
      expect(read(output)).toContain('contributions');
    }
  });

  it('keeps what is done; makes again what is not, or of which the rows or the bundle changed', async () => {
    fresh();
    const part = 'parts/part-00000-of-00002.ndjson';
    const record = 'parts/part-00000-of-00002.json';
    await shard(0);
    const before = [read(part), read(record), statSync(path(part)).ino];
    expect(await shard(0)).toMatchObject({ rows: 12, rejected: 1, shard: { state: 'kept' } });
    expect([read(part), read(record), statSync(path(part)).ino]).toEqual(before);

    rmSync(path(record));
    expect((await shard(0)).shard?.state).toBe('made');
    writeFileSync(path(part), 'torn');
    expect((await shard(0)).shard?.state).toBe('made');
    expect([read(part), read(record)]).toEqual(before.slice(0, 2));

    // The same length, another customer: only the content tells.
    project.write('rows/a.csv', read('rows/a.csv').replace('c1000', 'c9000'));
    expect((await shard(0)).shard?.state).toBe('made');
    expect(read(part)).toContain('c9000');
    // Another shard's file of another size is another input; of the same size it is none of this shard's business.
    project.write('rows/b.csv', csvOf(customers(1010, 1020)));
    expect((await shard(0)).shard?.state).toBe('made');
    project.write('rows/b.csv', csvOf(customers(1010, 1020)).replace('c1010', 'c8888'));
    expect((await shard(0)).shard?.state).toBe('kept');
  });

  it('--log: each row once, however often the shard is run', async () => {
    fresh();
    const logged = async (): Promise<number> =>
      (await readLog(await project.context.store.folder('logs/left'))).predictions.length;
    await shard(0);
    expect(await logged()).toBe(0);
    // Done without the log: it is made again for it.
    expect((await shard(0, { log: true })).shard?.state).toBe('made');
    expect(await logged()).toBe(12);
    expect((await shard(0, { log: true })).shard?.state).toBe('kept');
    rmSync(path('parts'), { recursive: true });
    await Promise.all([shard(0, { log: true }), shard(0, { log: true }), shard(1, { log: true })]);
    expect(await logged()).toBe(27);
    expect(readdirSync(await project.context.store.folder('logs/left')).sort()).toHaveLength(2);
  });

  it('of which every record is refused is whole; the merged output says that nothing was predicted', async () => {
    fresh();
    for (const name of ['a', 'b', 'c']) project.write(`rows/${name}.csv`, csvWith([false], 1));
    for (const index of [0, 1]) {
      const { exitCode, warnings } = await predict(project.context, { ...options, shard: { index, of: 2 } });
      expect(exitCode).toBe(0);
      expect(warnings.join()).toContain('could not be predicted');
    }
    const merged = await mergeShards(project.context, { folder: 'parts', output: 'none.ndjson' });
    expect([merged.exitCode, merged.result.rejected]).toEqual([3, 3]);
    expect(read('none.ndjson')).toBe('');
  });

  it('a file of the folder that is without rows is told; alone it is an error', async () => {
    fresh();
    project.write('rows/a.csv', 'id,tenure,plan,note,left\n');
    project.write('rows/c.csv', '');
    project.write('rows/notes.md', 'x');
    const { warnings, result } = await predict(project.context, { ...options, shard: { index: 0, of: 2 } });
    expect(result.rows).toBe(0);
    expect(warnings).toEqual([
      'Files of the folder that are not named as rows were left out: notes.md.',
      'Without rows: rows/a.csv, rows/c.csv.',
    ]);
    const alone = predict(project.context, { ...options, input: 'rows/a.csv', shard: { index: 0, of: 2 } });
    await expect(alone).rejects.toMatchObject({ code: 'source-without-rows', exitCode: 3 });
  });

  it('refuses rows that change while they are read, and leaves no part', async () => {
    fresh();
    const { context } = project;
    const found = { ...(await findInput(context, options)), name: 'rows' };
    const about = { shard: { index: 1, of: 2 }, format: 'ndjson', bundle: opened.predictor.digest } as const;
    const work = await planShard(context, found, about);
    project.write('rows/b.csv', csvOf(customers(1010, 1026)));
    project.write('parts/.here', '');
    const scoring = { ...opened, log: null, past: null, blockRows: 8 };
    await expect(makePart(context, scoring, work, path('parts'), noRemarks())).rejects.toMatchObject({
      code: 'input-changed',
      exitCode: 3,
    });
    expect(readdirSync(path('parts'))).toEqual(['.here']);
  });

  it.each<[string, Partial<PredictOptions>, string]>([
    ['standard output', { output: '-' }, 'shard-to-stdout'],
    ['standard input', { input: '-' }, 'shard-of-stdin'],
    ['parts in Parquet', { format: 'parquet' }, 'shard-format'],
    ['parts among the rows', { output: 'rows' }, 'output-is-input'],
    ['a shard that there is not', { shard: { index: 2, of: 2 } }, 'shard-out-of-range'],
    ['parts below a file', { output: 'rows/a.csv/parts' }, 'output-unwritable'],
    ['a folder that is a file', { output: 'rows/a.csv' }, 'output-unwritable'],
  ])('refuses %s', async (_what, changes, code) => {
    fresh();
    await expect(shard(0, changes)).rejects.toMatchObject({ code, exitCode: 2 });
    expect(readdirSync(path('rows')).sort()).toEqual(['a.csv', 'b.csv', 'c.csv']);
    expect(existsSync(path('parts'))).toBe(false);
  });
});

describe('predict --merge', () => {
  it.each([
    ['a folder that is not there', { folder: 'nowhere' }, 'no-parts'],
    ['a folder without parts', { folder: 'data' }, 'no-parts'],
    ['an output that would be a part', { output: 'done/part-00000-of-00002.csv' }, 'output-is-input'],
    ['another format than CSV of CSV parts', { output: 'x.parquet' }, 'merge-format'],
    ['a kind of file that nobody writes', { output: 'x.xlsx' }, 'unknown-format'],
  ])('refuses %s', async (_what, changes, code) => {
    project.write('one.csv', csvOf(customers(1, 5)));
    const one = { bundle: 'left', input: 'one.csv', output: 'done', format: 'csv', log: false } as const;
    await predict(project.context, { ...one, shard: { index: 0, of: 1 } });
    const options = { folder: 'done', output: 'x.csv', ...changes };
    await expect(mergeShards(project.context, options)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('names the part that is missing and the command that makes it', async () => {
    project.write('one.csv', csvOf(customers(1, 5)));
    const one = { bundle: 'left', input: 'one.csv', output: 'half', log: false } as const;
    await predict(project.context, { ...one, shard: { index: 1, of: 2 } });
    await expect(mergeShards(project.context, { folder: 'half', output: 'x.csv' })).rejects.toMatchObject({
      code: 'parts-incomplete',
      exitCode: 3,
      message: 'half: 1 of 2 parts is missing: part-00000-of-00002.',
      hint: expect.stringContaining('`aieng predict left one.csv -o half --shard 0/2`'),
    });
  });
});
