import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { run } from '../run/run.ts';
import { predict } from './predict.ts';
import { predictBatch } from './predictBatch.ts';

let project: TestProject;
const path = (name: string): string => join(project.context.root, name);
const batch = (section: string): void =>
  writeFileSync(path('pipelines/left.yaml'), customersPipeline(`row_id: id\nbatch:\n${section}`));

beforeAll(async () => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  mkdirSync(path('rows'));
  writeFileSync(path('rows/a.csv'), csvOf(customers(300, 320)));
  const bad = customers(330, 331).map((row) => ({ ...row, tenure: 'often' as unknown as number }));
  writeFileSync(path('rows/b.csv'), csvOf([...customers(320, 330), ...bad]));
}, 60_000);

it('answers what the pipeline names, under the day of the run, in folders that it makes', async () => {
  await expect(predictBatch(project.context, 'left')).rejects.toMatchObject({
    code: 'batch-not-named',
    exitCode: 2,
  });
  batch('  input: rows\n  output: scored/{date}/all.csv\n');
  const { result, pipeline, exitCode } = await predictBatch(project.context, undefined);
  const day = new Date(project.context.environment.now()).toISOString().slice(0, 10);
  expect({ exitCode, pipeline, output: result.output }).toEqual({
    exitCode: 0,
    pipeline: 'left',
    output: join('scored', day, 'all.csv'),
  });
  expect([result.rows, result.rejected]).toEqual([30, 1]);
  await predict(project.context, { bundle: 'left', input: 'rows', output: 'by-hand.csv', log: false });
  expect(readFileSync(path(result.output))).toEqual(readFileSync(path('by-hand.csv')));
});

it('in parts gives the same bytes, keeps what a run before left whole, and leaves no parts', async () => {
  batch('  input: rows\n  output: scored/parts.csv\n  shards: 2\n');
  await predict(project.context, {
    ...{ bundle: 'left', input: 'rows', output: 'scored/parts.csv.parts-of-2', log: false },
    shard: { index: 0, of: 2 },
  });
  const { result, warnings } = await predictBatch(project.context, 'left');
  expect(readFileSync(path('scored/parts.csv'))).toEqual(readFileSync(path('by-hand.csv')));
  expect([result.rows, result.rejected]).toEqual([30, 1]);
  expect(warnings).toEqual([expect.stringContaining('see scored/parts.csv.rejects.ndjson')]);
  expect(readFileSync(path('scored/parts.csv.rejects.ndjson'))).toEqual(
    readFileSync(path('by-hand.csv.rejects.ndjson')),
  );
  expect(readdirSync(path('scored')).filter((name) => name.includes('.parts-of-'))).toEqual([]);
});

it('leaves the answers of the run before where its rows are gone, and waits for no other batch', async () => {
  batch('  input: rows\n  output: scored/latest.csv\n');
  await predictBatch(project.context, 'left');
  const before = readFileSync(path('scored/latest.csv'));
  batch('  input: tomorrow.csv\n  output: scored/latest.csv\n');
  await expect(predictBatch(project.context, 'left')).rejects.toMatchObject({ exitCode: 2 });
  expect(readFileSync(path('scored/latest.csv'))).toEqual(before);
  const { context } = project;
  const lock = await context.store.lock('batch-left', {
    waitMs: 0,
    command: 'another',
    signal: context.signal,
  });
  await expect(predictBatch(context, 'left')).rejects.toMatchObject({ exitCode: 7 });
  await lock.release();
  expect(existsSync(path('scored/latest.csv'))).toBe(true);
});
