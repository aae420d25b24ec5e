import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { dialectOf } from '../../data/dialect.ts';
import { openWords } from '../../data/openRows.ts';
import type { Context } from '../../project/context.ts';
import { damageOf } from '../../project/damage.ts';
import { readFoldedRows } from '../../project/expireTraffic.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Store } from '../../store/store.ts';
import { lastRejects } from '../../tracking/rejects.ts';
import { openPredictionLog } from '../../traffic/predictionLog.ts';
import { readLog } from '../../traffic/readLog.ts';
import { ingest } from '../ingest/ingest.ts';
import { monitor } from '../monitor/monitor.ts';
import { predict } from '../predict/predict.ts';
import { rejects } from '../rejects/rejects.ts';
import { run } from '../run/run.ts';
import { validate } from '../validate/validate.ts';
import { forget } from './forget.ts';

const day = 24 * 3_600_000;
const wish = (rowId: string) => ({ rowId, why: 'asked for' });

/** What a file says: of a Parquet file, whose pages are compressed, every word of its columns. */
async function saidIn(path: string): Promise<string> {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 4) !== 'PAR1') return bytes.toString('utf8');
  const dialect = dialectOf('x.parquet');
  const file = { path, displayPath: path, dialect, declarable: false, batchRows: 1000 };
  const said: string[] = [];
  for await (const part of openWords(file, () => undefined))
    if (part.kind === 'words') said.push(JSON.stringify([...part.columns.values()]));
  return said.join();
}

/** Files of the store in which a text stands. */
async function filesWith(project: TestProject, text: string): Promise<string[]> {
  const root = join(project.context.root, '.aieng');
  const found: string[] = [];
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    if (statSync(path).isFile() && (await saidIn(path)).includes(text)) found.push(name);
  }
  return found;
}

/** The store of a process that is killed when it calls this for the first time. */
function killedAt(context: Context, call: 'replaceRecord' | 'removeObject'): Context {
  const store: Store = {
    ...context.store,
    [call]: () => Promise.reject(new Error('killed')),
  };
  return { ...context, store };
}

/** A log of which all has expired: c300, c301 and c302 with labels are folded. */
async function folded(): Promise<TestProject> {
  const project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(
      'row_id: id\nmonitor: { window_hours: 24, min_rows: 5 }\nlogs: { keep_days: 10 }\n',
    ),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  const { context, environment } = project;
  await run(context, { to: 'package', waitMs: 0 });
  project.write('data/new.csv', csvOf(customers(300, 310)));
  await predict(context, { bundle: 'left', input: 'data/new.csv', output: 'data/answers.ndjson', log: true });
  const logs = await context.store.folder('logs/left');
  const { predictions } = await readLog(logs);
  const log = openPredictionLog({ folder: join(logs, 'labels-1'), aieng: 'test' });
  await log.labels(predictions.slice(0, 3).map(({ id }) => ({ id, label: 'Yes', at: environment.now() })));
  await log.close();
  environment.advance(11 * day);
  await monitor(context, {});
  return project;
}

const foldedIds = async ({ context }: TestProject): Promise<string[]> =>
  (await readFoldedRows(context, await openPipeline(context, 'left'))).map(({ rowId }) => rowId);

describe('forgetting a row that was folded', () => {
  it('leaves no byte of it, and the others as they were', async () => {
    const project = await folded();
    expect(await foldedIds(project)).toEqual(['c300', 'c301', 'c302']);
    expect((await filesWith(project, 'c301')).length).toBeGreaterThan(0);
    const { result } = await forget(project.context, wish('c301'));
    expect(result).toMatchObject({ folded: 1, rejected: 0 });
    expect(await foldedIds(project)).toEqual(['c300', 'c302']);
    expect(await filesWith(project, 'c301')).toEqual([]);
    expect(await damageOf(project.context)).toEqual([]);
    const again = await forget(project.context, wish('c301'));
    expect(again.result).toMatchObject({ predictions: 0, labels: 0, folded: 0, rejected: 0 });
    for (const rowId of ['c300', 'c302']) await forget(project.context, wish(rowId));
    expect(await foldedIds(project)).toEqual([]);
    expect(await filesWith(project, 'c300')).toEqual([]);
    await monitor(project.context, {});
  });

  it('ends at Ctrl-C between two folds, and is finished by the same command', async () => {
    const project = await folded();
    const stop = new AbortController();
    const store: Store = {
      ...project.context.store,
      // The folds are listed once what is in the log is done.
      recordIds: (kind) => {
        if (kind.startsWith('fold')) stop.abort();
        return project.context.store.recordIds(kind);
      },
    };
    await expect(
      forget({ ...project.context, store, signal: stop.signal }, wish('c301')),
    ).rejects.toMatchObject({ exitCode: 130 });
    expect(await foldedIds(project)).toEqual(['c300', 'c301', 'c302']);
    expect(await project.context.store.recordIds('forgotten-left')).toEqual([]);
    await forget(project.context, wish('c301'));
    expect(await foldedIds(project)).toEqual(['c300', 'c302']);
    expect(await project.context.store.recordIds('forgotten-left')).toHaveLength(1);
  });

  it.each(['replaceRecord', 'removeObject'] as const)(
    'is finished where it was killed at %s',
    async (call) => {
      const project = await folded();
      await expect(forget(killedAt(project.context, call), wish('c301'))).rejects.toThrow('killed');
      expect((await filesWith(project, 'c301')).length).toBeGreaterThan(0);
      expect(await foldedIds(project)).toContain('c300');
      await forget(project.context, wish('c301'));
      expect(await foldedIds(project)).toEqual(['c300', 'c302']);
      expect(await filesWith(project, 'c301')).toEqual([]);
      expect(await damageOf(project.context)).toEqual([]);
    },
  );
});

/** Two records that a row check refuses, and one of which nobody can tell whose it is. */
const refused = 'anna-1,many,plus,n1,Yes\nbert-1,few,plus,n2,No\ncarl;torn\n';

async function rejected(): Promise<TestProject> {
  const project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await ingest(project.context, { waitMs: 0 });
  project.write('data/customers.csv', csvOf(customers(0, 300)) + refused);
  await ingest(project.context, { waitMs: 0 });
  return project;
}

describe('forgetting a row that ingest rejected', () => {
  it('leaves no byte of it, counts what could be of anybody, and the others are listed still', async () => {
    const project = await rejected();
    const { context } = project;
    expect(await lastRejects(context, 'left')).toMatchObject({ records: 303, rejected: 3 });
    await validate(context, { waitMs: 0 });
    expect(await filesWith(project, 'anna-1')).toContain('reports/left-validation.html');
    const { result } = await forget(context, wish('anna-1'));
    expect(result).toMatchObject({ rejected: 1, folded: 0 });
    expect(result.remains[0]).toMatchObject({ count: 1, where: expect.stringContaining('anybody') });
    expect(await filesWith(project, 'anna-1')).toEqual([]);
    expect(await lastRejects(context, 'left')).toMatchObject({ records: 302, rejected: 2 });
    expect((await rejects(context, {})).result).toMatchObject({ records: 302, rejected: 2 });
    expect(await damageOf(context)).toEqual([]);
    expect((await forget(context, wish('anna-1'))).result.rejected).toBe(0);
    // The stage stands: it is not run again, and brings nothing back.
    await ingest(context, { waitMs: 0 });
    expect(await filesWith(project, 'anna-1')).toEqual([]);
    expect(await lastRejects(context, 'left')).toMatchObject({ rejected: 2 });
    await run(context, { to: 'package', waitMs: 0 });
  });

  it('leaves no byte of what it was mended to either', async () => {
    const project = await rejected();
    const { context } = project;
    const path = join(context.root, 'mended.csv');
    await rejects(context, { exportTo: path });
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('anna-1,many', 'anna-1,7').replace('bert-1,few', 'bert-1,8'),
    );
    expect((await rejects(context, { requeue: path })).result.requeued).toMatchObject({ taken: 2 });
    expect((await forget(context, wish('anna-1'))).result.rejected).toBe(2);
    expect(await filesWith(project, 'anna-1')).toEqual([]);
    expect((await filesWith(project, 'bert-1,8')).length).toBeGreaterThan(0);
    expect(await damageOf(context)).toEqual([]);
  });

  it.each(['replaceRecord', 'removeObject'] as const)(
    'is finished where it was killed at %s',
    async (call) => {
      const project = await rejected();
      await expect(forget(killedAt(project.context, call), wish('anna-1'))).rejects.toThrow('killed');
      expect((await rejects(project.context, {})).result.file).toBe('data/customers.csv');
      await forget(project.context, wish('anna-1'));
      expect(await filesWith(project, 'anna-1')).toEqual([]);
      expect(await damageOf(project.context)).toEqual([]);
    },
  );

  it('is finished where it was killed between the record of the stage and that of the rejects', async () => {
    const project = await rejected();
    const { store } = project.context;
    let calls = 0;
    const replaceRecord: Store['replaceRecord'] = (...call) =>
      ++calls === 2 ? Promise.reject(new Error('killed')) : store.replaceRecord(...call);
    const killed = { ...project.context, store: { ...store, replaceRecord } };
    await expect(forget(killed, wish('anna-1'))).rejects.toThrow('killed');
    await forget(project.context, wish('anna-1'));
    expect(await filesWith(project, 'anna-1')).toEqual([]);
    expect(await lastRejects(project.context, 'left')).toMatchObject({ records: 302, rejected: 2 });
    await ingest(project.context, { waitMs: 0 });
    expect(await filesWith(project, 'anna-1')).toEqual([]);
  });

  it('finds it in lines of JSON, and where too many were rejected for a snapshot', async () => {
    const rows = (more: string): string =>
      customers(0, 20)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join('') + more;
    const project = await openTestProject({
      'pipelines/left.yaml': customersPipeline().replace('customers.csv', 'customers.ndjson'),
      'data/customers.ndjson': rows(''),
    });
    const { context } = project;
    await ingest(context, { waitMs: 0 });
    const bad = (id: string): string => `{"id": "${id}", "tenure": "many", "plan": "plus", "left": "Yes"}\n`;
    project.write(
      'data/customers.ndjson',
      rows(bad('anna-1') + bad('bert-1') + bad('c-1') + '{"id": "torn\n'),
    );
    await expect(ingest(context, { waitMs: 0 })).rejects.toMatchObject({ code: 'too-many-rejected' });
    const { result } = await forget(context, wish('anna-1'));
    expect(result).toMatchObject({ rejected: 1, remains: [{ count: 1 }, {}, {}] });
    expect(await filesWith(project, 'anna-1')).toEqual([]);
    expect(await lastRejects(context, 'left')).toMatchObject({ rejected: 3, outcome: 'refused' });
  });
});
