import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bin, schemaErrors } from '../cli/support.ts';
import { expectSoundStore } from '../cli/refusals.ts';
import { withConnection } from '../../src/data/duckdb.ts';
import { readLog } from '../../src/serving/index.ts';
import { createChurnProject, trainedRows } from './churnProject.ts';
import { fixtureLines } from './project.ts';
import type { Project } from './project.ts';

/** Kills a command at the moment at which it says something, or before its n-th rename. */
const hook = fileURLToPath(new URL('./signalWhenSaid.mjs', import.meta.url));
const shards = [0, 1, 2];

let project: Project;
const { header, lines } = fixtureLines('telco-churn.csv');
const rowsOf = (from: number, to: number): string => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
const read = (name: string): Buffer => readFileSync(join(project.folder, name));
const list = (name: string): string[] => readdirSync(join(project.folder, name)).sort();
const remove = (name: string): void => rmSync(join(project.folder, name), { recursive: true, force: true });
const predict = (
  input: string,
  output: string,
  shard: number,
  ...more: readonly string[]
): readonly string[] => [
  ...['predict', 'churn', input, '-o', output, '--shard', `${shard}/${shards.length}`, ...more],
];

/** Runs a command that is killed, and gives the signal that ended it. */
async function killed(env: Record<string, string>, args: readonly string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['--import', hook, bin, ...args], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: 'ignore',
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

beforeAll(async () => {
  project = await createChurnProject();
  await project.must('run');
  project.write('rows/a.csv', rowsOf(trainedRows, trainedRows + 700));
  project.write('rows/b.csv', `${rowsOf(trainedRows + 700, trainedRows + 900)}"not a row"\n`);
  project.write('rows/d.csv', rowsOf(trainedRows + 1200, trainedRows + 1900));
  writeFileSync(
    join(project.folder, 'rows/c.csv.gz'),
    gzipSync(rowsOf(trainedRows + 900, trainedRows + 1200)),
  );
  // More than two blocks of 8,192 rows.
  project.write('one.csv', `${[header, ...lines, ...lines, ...lines].join('\n')}\n`);
});

describe('a batch prediction in three shards', () => {
  it.each([
    ['a folder', 'rows', 'ndjson'],
    ['a folder', 'rows', 'csv'],
    ['one file', 'one.csv', 'ndjson'],
    ['one file', 'one.csv', 'csv'],
  ])('of %s (%s, %s): put together it is the unsharded run, byte for byte', async (_what, input, format) => {
    const name = `${input}-${format}`;
    const whole = await project.must('predict', 'churn', input, '-o', `${name}-whole.${format}`, '--json');
    const results = await Promise.all(
      shards.map((shard) => project.must(...predict(input, name, shard, '--format', format, '--json'))),
    );
    const merged = await project.must('predict', '--merge', name, '-o', `${name}-all.${format}`, '--json');
    expect(read(`${name}-all.${format}`).equals(read(`${name}-whole.${format}`))).toBe(true);
    for (const { json } of [...results, merged]) expect(schemaErrors('predict', json)).toEqual([]);
    for (const of of ['rows', 'rejected'] as const) {
      const total = results.reduce((sum, { json }) => sum + Number(json.result[of]), 0);
      expect([of, total, merged.json.result[of]]).toEqual([of, whole.json.result[of], whole.json.result[of]]);
    }
    expect(whole.json.result.rows).toBe(input === 'rows' ? 1900 : 3 * lines.length);
    expect(merged.json.bundle).toBe(whole.json.bundle);
  });

  it('of Parquet files, put together to Parquet and to standard output', async () => {
    for (const name of ['a', 'd'])
      await withConnection((connection) =>
        connection.run('COPY (SELECT * FROM read_csv($1)) TO $2 (FORMAT parquet, ROW_GROUP_SIZE 2048)', [
          join(project.folder, `rows/${name}.csv`),
          join(project.folder, `${name}.parquet`),
        ]),
      );
    mkdirSync(join(project.folder, 'columnar'));
    for (const name of ['a', 'd'])
      renameSync(join(project.folder, `${name}.parquet`), join(project.folder, `columnar/${name}.parquet`));
    const { json } = await project.must('predict', 'churn', 'columnar', '-o', 'columnar.csv', '--json');
    expect(json.result).toMatchObject({ rows: 1400, rejected: 0 });
    for (const shard of shards) await project.must(...predict('columnar', 'columnar-parts', shard));
    await project.must('predict', '--merge', 'columnar-parts', '-o', 'columnar-all.csv');
    expect(read('columnar-all.csv').equals(read('columnar.csv'))).toBe(true);

    const { stdout } = await project.must('predict', '--merge', 'columnar-parts', '-o', '-');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1400);
    await project.must('predict', '--merge', 'columnar-parts', '-o', 'all.parquet');
    const counted = await withConnection(async (connection) =>
      (
        await connection.runAndReadAll(
          'SELECT count(*)::INT, count(DISTINCT id)::INT FROM read_parquet($1)',
          [join(project.folder, 'all.parquet')],
        )
      ).getRows(),
    );
    expect(counted[0]?.[0]).toBe(1400);
  });
});

describe('a shard that is killed', () => {
  it('in the middle, or before any step that makes something last: run again it is whole, and in the log once', async () => {
    const logged = async (): Promise<number> =>
      (await readLog(join(project.folder, '.aieng', 'logs', 'churn'))).predictions.length;
    const args = predict('rows', 'parts', 0, '--log');
    for (const shard of [1, 2]) await project.must(...predict('rows', 'parts', shard));
    const done = list('parts');
    const before = await logged();
    expect(await killed({ SIGNAL_WHEN_SAID: 'SIGKILL predict 700' }, [...args, '--verbose'])).toBe('SIGKILL');
    expect(list('parts').filter((name) => !name.startsWith('.'))).toEqual(done);
    // The part, the log with its index, the record: killed before each of them, the shard is not done.
    let ends: (string | null)[] = [];
    for (let step = 1; ends.at(-1) !== null; step += 1) {
      ends = [...ends, await killed({ KILL_AT_STEP: `${step}` }, args)];
      expect(step).toBeLessThan(20);
      if (ends.at(-1) === null) continue;
      await expectSoundStore({ cwd: project.folder });
      const { json } = await project.aieng('predict', '--merge', 'parts', '-o', 'parts.ndjson', '--json');
      expect(json).toMatchObject({ exitCode: 3, error: { code: 'parts-incomplete' } });
    }
    expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', null]);
    expect(await logged()).toBe(before + 1400);
    await project.must('predict', '--merge', 'parts', '-o', 'parts.ndjson');
    expect(read('parts.ndjson').equals(read('rows-ndjson-whole.ndjson'))).toBe(true);
  });
});

describe('two processes of the same shard at once', () => {
  it('both end well, with one result and one log', async () => {
    remove('.aieng/logs');
    const args = predict('rows', 'twice', 0, '--log', '--json');
    const both = await Promise.all([project.must(...args), project.must(...args)]);
    for (const { json } of both) expect(json.result).toMatchObject({ rows: 1400, rejected: 0 });
    expect(list('twice')).toEqual(['part-00000-of-00003.json', 'part-00000-of-00003.ndjson']);
    expect(
      read('twice/part-00000-of-00003.ndjson').equals(read('rows-ndjson/part-00000-of-00003.ndjson')),
    ).toBe(true);
    expect((await readLog(join(project.folder, '.aieng', 'logs', 'churn'))).predictions).toHaveLength(1400);
  });
});
