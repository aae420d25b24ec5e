import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../digest.ts';
import { fakeEnvironment } from '../environment/fixed.ts';
import type { FakeEnvironment } from '../environment/fixed.ts';
import { openFileStore } from '../store/backends/fs/index.ts';
import type { Store } from '../store/store.ts';
import { knownFileDigest, rememberFileDigest } from './fileDigests.ts';
import { fittedRowsKind, readFittedRows, writeFittedRows } from './fittedRows.ts';
import { foldKind, lastFolds, readFolds, replaceFold, writeFold } from './folds.ts';
import { forgottenKind, writeForgotten } from './forgotten.ts';
import { imageKind, writeImage } from './images.ts';
import { measuredMemoryKind, readMeasuredMemory, writeMeasuredMemory } from './measuredMemory.ts';
import { everyMended, lastMended, mendedKind, readMended, replaceMended, writeMended } from './mended.ts';
import type { RecordKind } from './recordKind.ts';
import { listRecords, newestRecord, readRecord, recordToday, writeRecord } from './recordKind.ts';
import { everyRejects, rejectsKind, replaceRejects, writeRejects } from './rejects.ts';
import {
  isPromoted,
  lastRetraining,
  retrainingKind,
  trainingsOf,
  writeRetraining,
} from './retraining/retrainings.ts';
import {
  approvalKind,
  approvalQueue,
  waitingKind,
  writeApproval,
  writeWaiting,
} from './retraining/approvals.ts';
import { runKind } from './runs/runs.ts';
import type { RunRecord } from './runs/runs.ts';
import { lastScheduleRun, scheduleRunKind, writeScheduleRun } from './scheduleRuns.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-kept-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
let store: Store;
let environment: FakeEnvironment;
let context: { readonly store: Store; readonly environment: FakeEnvironment };
beforeEach(async () => {
  environment = fakeEnvironment();
  store = await openFileStore({ folder: join(scratch, String(++folders)), environment });
  context = { store, environment };
});
const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];

/** Breaks what lies under a name: it is no JSON then. */
function damage(kind: string, id: string): void {
  const place = store.recordPlace(kind, id);
  rmSync(place, { force: true });
  writeFileSync(place, '{');
}

describe('the digest of a file', () => {
  const state = { path: 'data/x.csv', facts: { size: '7', changed: '1' } };

  it('is known for the very state that it was written down for', async () => {
    const said = { digest: a, at: environment.now() };
    expect(await knownFileDigest(context, state)).toBeUndefined();
    await rememberFileDigest(context, state, said);
    expect(await knownFileDigest(context, state)).toBe(a);
    for (const other of [
      { ...state, path: 'data/y.csv' },
      { ...state, facts: { ...state.facts, size: '8' } },
      { ...state, facts: { ...state.facts, changed: '2' } },
      { ...state, facts: {} },
    ])
      expect(await knownFileDigest(context, other)).toBeUndefined();
    expect(await store.recordIds('file-digest')).toHaveLength(1);
  });
});

describe('what is kept of a bundle', () => {
  it('are the rows that it was fitted on, and the memory that its service took', async () => {
    expect(await readFittedRows(context, a)).toBeUndefined();
    expect(await readMeasuredMemory(context, a)).toBeUndefined();
    await writeFittedRows(store, a, fittedRowsKind.sample);
    await writeMeasuredMemory(context, a, 99);
    expect(await readFittedRows(context, a)).toEqual(fittedRowsKind.sample);
    expect(await readMeasuredMemory(context, a)).toBe(99);
    expect(await readRecord(store, measuredMemoryKind, { id: a })).toEqual({
      bytes: 99,
      at: environment.now(),
    });
    expect([await readFittedRows(context, b), await readMeasuredMemory(context, b)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is each image that was made of it, with the time of it', async () => {
    const { at: _at, ...image } = imageKind.sample;
    await writeImage(context, image);
    environment.advance(3);
    await writeImage(context, { ...image, pushed: 'registry/x' });
    expect((await listRecords(store, imageKind)).records.map(({ content }) => content)).toEqual([
      { ...image, pushed: 'registry/x', at: environment.now() },
      { ...image, at: environment.now() - 3 },
    ]);
  });
});

describe('what expired of a log', () => {
  it('is told newest first; a damaged one is passed over or refused, as it is asked for', async () => {
    const fold = (rows: number): typeof foldKind.sample => ({ ...foldKind.sample, rows });
    expect([await readFolds(context, 'churn'), await lastFolds(context, 'churn', 9)]).toEqual([[], []]);
    expect(await writeFold(context, 'churn', '01', fold(1))).toBe(true);
    expect(await writeFold(context, 'churn', '01', fold(7))).toBe(false);
    await writeFold(context, 'churn', '02', fold(2));
    await writeFold(context, 'churn', '03', fold(3));
    await writeFold(context, 'other', '04', fold(4));
    const rows = async (): Promise<number[]> =>
      (await readFolds(context, 'churn')).map(({ content }) => content.rows);
    expect(await rows()).toEqual([3, 2, 1]);
    expect((await lastFolds(context, 'churn', 2)).map(({ id }) => id)).toEqual(['03', '02']);
    await replaceFold(context, 'churn', '02', { ...fold(0), replaced: [a] });
    expect(await rows()).toEqual([3, 0, 1]);
    damage('fold-churn', '02');
    await expect(rows()).rejects.toMatchObject({
      exitCode: 8,
      hint: expect.stringContaining(foldKind.without),
    });
    expect((await lastFolds(context, 'churn', 9)).map(({ id }) => id)).toEqual(['03', '01']);
  });

  it('or was forgotten stays on record', async () => {
    expect(await writeForgotten(context, 'churn', '01', forgottenKind.sample)).toBe(true);
    expect(await readRecord(store, forgottenKind, { of: 'churn', id: '01' })).toEqual(forgottenKind.sample);
  });
});

describe('rejected records', () => {
  it('of every ingest are told newest first, or refused where one is damaged', async () => {
    const { at: _at, ...said } = rejectsKind.sample;
    await writeRejects(context, 'churn', said);
    environment.advance(1);
    await writeRejects(context, 'churn', { ...said, rejected: 1 });
    const [newest, oldest] = await everyRejects(context, 'churn');
    expect([newest?.content.rejected, oldest?.content.rejected]).toEqual([1, said.rejected]);
    expect(newest?.content.at).toBe(environment.now());
    await replaceRejects(context, 'churn', oldest!.id, { ...oldest!.content, rejects: null });
    expect((await everyRejects(context, 'churn'))[1]?.content.rejects).toBeNull();
    damage('rejects-churn', oldest!.id);
    await expect(everyRejects(context, 'churn')).rejects.toMatchObject({ exitCode: 8 });
    expect(await everyRejects(context, 'other')).toEqual([]);
  });

  it('that were mended are kept whole, and what is left of them may take their place', async () => {
    const record = (line: number): Awaited<ReturnType<typeof readMended>>[number] => ({
      file: 'x.csv',
      line,
      was: a,
      raw: 'é,1',
      by: 'mended.csv:1',
    });
    expect(await lastMended(context, 'churn')).toBeUndefined();
    await writeMended(context, 'churn', 'one.csv', [record(2)]);
    environment.advance(1);
    await writeMended(context, 'churn', 'two.csv', [record(2), record(5)]);
    const last = await lastMended(context, 'churn');
    expect(last?.file).toBe('two.csv');
    expect(await readMended(context, last!.digest)).toEqual([record(2), record(5)]);
    const [state, before] = await everyMended(context, 'churn');
    expect([state?.content.records, before?.content.records]).toEqual([2, 1]);
    expect(state?.content.at).toBe(environment.now());

    await replaceMended(context, 'churn', state!, [record(5)]);
    const [once] = await everyMended(context, 'churn');
    expect(once?.content).toMatchObject({ file: 'two.csv', records: 1, replaced: [last!.digest] });
    expect(await readMended(context, once!.content.mended)).toEqual([record(5)]);
    await replaceMended(context, 'churn', once!, []);
    const [twice] = await everyMended(context, 'churn');
    expect(twice?.content).toMatchObject({ records: 0, replaced: [last!.digest, once!.content.mended] });
    expect(await readMended(context, twice!.content.mended)).toEqual([]);
    expect(await everyMended(context, 'other')).toEqual([]);
    damage('mended-churn', before!.id);
    await expect(everyMended(context, 'churn')).rejects.toMatchObject({ exitCode: 8 });
    const other = await store.put('{"file":"x.csv"}\n');
    await expect(readMended(context, other)).rejects.toMatchObject({ exitCode: 8, code: 'mended-damaged' });
    expect(mendedKind.owner).toBe('pipeline');
  });
});

describe('a decision of retraining', () => {
  const { at: _at, ...decision } = retrainingKind.sample;

  it('is the newest, and those that trained are found behind idle ones, newest first', async () => {
    expect([await lastRetraining(context, 'churn'), await trainingsOf(context, 'churn')]).toEqual([
      undefined,
      [],
    ]);
    const idle = { ...decision, decision: 'cooldown' as const, trainingRows: null };
    await writeRetraining(context, 'churn', '00', { ...decision, trainingRows: 7 });
    await writeRetraining(context, 'churn', '01', { ...decision, trainingRows: 0 });
    environment.advance(1);
    await writeRetraining(context, 'churn', '02', idle);
    await writeRetraining(context, 'churn', '03', idle);
    expect(await lastRetraining(context, 'churn')).toEqual({ ...idle, at: environment.now() });
    expect(await trainingsOf(context, 'churn')).toMatchObject([
      { runId: '01', record: { trainingRows: 0, at: environment.now() - 1 } },
      { runId: '00', record: { trainingRows: 7 } },
    ]);
    damage('retrain-churn', '02');
    await expect(trainingsOf(context, 'churn')).rejects.toMatchObject({ exitCode: 8 });
    expect((await lastRetraining(context, 'churn'))?.decision).toBe('cooldown');
    // The newest one that can be read: `aieng status` does not stop at a damaged one.
    damage('retrain-churn', '03');
    expect((await lastRetraining(context, 'churn'))?.trainingRows).toBe(0);
  });

  it('put another model in charge where it says so', () => {
    const all = ['promoted', 'promoted-and-deployed', 'waits-for-approval', 'challenger-not-better'] as const;
    expect(all.map((each) => isPromoted({ decision: each }))).toEqual([true, true, false, false]);
  });

  it('of before knows one challenger and no account of labels', () => {
    const { labels: _labels, ...old } = retrainingKind.sample;
    expect(retrainingKind.older[1]?.(JSON.parse(JSON.stringify(old)))).toEqual({ ...old, labels: null });
    expect(retrainingKind.older[1]?.([])).toEqual([]);
    const {
      candidates: _c,
      chosen: _n,
      refittedRows: _r,
      holds: _h,
      level: _l,
      promise: _p,
      ...two
    } = decision;
    expect(retrainingKind.older[2]?.(JSON.parse(JSON.stringify(two)))).toEqual({
      ...two,
      candidates: [],
      chosen: null,
      refittedRows: null,
      holds: [],
      level: null,
      promise: null,
    });
    expect(retrainingKind.older[2]?.([])).toEqual([]);
  });
});

describe('a challenger that waits', () => {
  const { at: _waited, ...waiting } = waitingKind.sample;
  const { at: _said, ...approval } = approvalKind.sample;

  it('is answered once, and told newest first', async () => {
    expect(await approvalQueue(context, 'churn')).toEqual([]);
    await writeWaiting(context, 'churn', '01', waiting);
    await writeWaiting(context, 'churn', '02', waiting);
    environment.advance(1);
    expect(await writeApproval(context, 'churn', '01', approval)).toBe(true);
    expect(await writeApproval(context, 'churn', '01', { ...approval, verdict: 'rejected' })).toBe(false);
    expect(await approvalQueue(context, 'churn')).toEqual([
      { runId: '02', waiting: { ...waiting, at: environment.now() - 1 }, approval: null },
      {
        runId: '01',
        waiting: { ...waiting, at: environment.now() - 1 },
        approval: { ...approval, at: environment.now() },
      },
    ]);
    damage('waiting-churn', '02');
    await expect(approvalQueue(context, 'churn')).rejects.toMatchObject({ exitCode: 8 });
  });
});

describe('a run of a schedule', () => {
  it('is the newest that can be read', async () => {
    expect(await lastScheduleRun(context, 'nightly')).toBeNull();
    await writeScheduleRun(context, 'nightly', '01', scheduleRunKind.sample);
    await writeScheduleRun(context, 'nightly', '02', { ...scheduleRunKind.sample, missed: 4 });
    expect(await lastScheduleRun(context, 'nightly')).toEqual({
      id: '02',
      content: { ...scheduleRunKind.sample, missed: 4 },
    });
    damage('schedule-nightly', '02');
    expect((await lastScheduleRun(context, 'nightly'))?.id).toBe('01');
    expect(await lastScheduleRun(context, 'other')).toBeNull();
  });
});

describe('records of a kind', () => {
  it('are read up to the limit: so many that are sound, newest first', async () => {
    for (const id of ['01', '02', '03', '04'])
      await writeRecord(store, runKind, { id }, { ...runKind.sample, runId: id });
    damage('run', '03');
    const read = async (limit?: number): Promise<unknown[]> => {
      const { records, damaged } = await listRecords(store, runKind, limit === undefined ? {} : { limit });
      return [records.map(({ id }) => id), damaged.length];
    };
    expect(await read()).toEqual([['04', '02', '01'], 1]);
    expect(await read(2)).toEqual([['04', '02'], 1]);
    expect(await read(1)).toEqual([['04'], 0]);
    expect(await read(0)).toEqual([[], 0]);
    expect((await newestRecord(store, runKind, undefined))?.id).toBe('04');
    await expect(newestRecord(store, runKind, undefined, ({ runId }) => runId === '01')).rejects.toThrow(
      store.recordPlace('run', '03'),
    );
    await store.removeRecord('run', '03');
    expect((await newestRecord(store, runKind, undefined, ({ runId }) => runId < '03'))?.id).toBe('02');
    expect(await newestRecord(store, runKind, undefined, () => false)).toBeUndefined();
  });

  it('that go while they are listed are passed over; a fault of the disk is none of a record', async () => {
    const gone: Pick<Store, 'recordIds' | 'readRecord' | 'recordPlace'> = {
      recordIds: () => Promise.resolve(['02', '01']),
      recordPlace: (kind, id) => `${kind}/${id}`,
      readRecord: (_kind, id) =>
        Promise.resolve(id === '02' ? undefined : (JSON.parse(JSON.stringify(runKind.sample)) as Json)),
    };
    expect((await listRecords(gone, runKind)).records.map(({ id }) => id)).toEqual(['01']);
    expect((await newestRecord(gone, runKind, undefined))?.id).toBe('01');
    const broken = { ...gone, readRecord: () => Promise.reject(new TypeError('a bug')) };
    await expect(listRecords(broken, runKind)).rejects.toThrow(TypeError);
    await expect(newestRecord(broken, runKind, undefined)).rejects.toThrow(TypeError);
  });

  it('are brought from any version to that of today, one step after the other', () => {
    const kind: RecordKind<RunRecord> = {
      ...runKind,
      version: 3,
      minimumAieng: '9.9.9',
      older: {
        1: (content) => ({ ...(content as object), outcome: 'one' }),
        2: (content) => ({
          ...(content as object),
          command: `${(content as { outcome: string }).outcome}, two`,
        }),
      },
    };
    const json = JSON.parse(JSON.stringify(runKind.sample)) as Record<string, never>;
    const today = { record_version: 3, minimum_aieng: '9.9.9' };
    expect(recordToday(kind, json, 'here')).toEqual({
      ...json,
      ...today,
      outcome: 'one',
      command: 'one, two',
    });
    expect(recordToday(kind, { ...json, record_version: 2 as never }, 'here')).toEqual({
      ...json,
      ...today,
      command: 'ok, two',
    });
    expect(recordToday(kind, { ...json, record_version: 3 as never }, 'here')).toEqual({ ...json, ...today });
    expect(() => recordToday(kind, { ...json, record_version: 4 as never }, 'here')).toThrow(
      expect.objectContaining({
        code: 'written-by-newer-aieng',
        hint: 'Use aieng of the version that wrote it for this store.',
      }),
    );
  });
});
