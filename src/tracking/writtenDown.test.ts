import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../environment/fixed.ts';
import { openFileStore } from '../store/backends/fs/index.ts';
import type { Ledger } from './ledger.ts';
import {
  lastMonitorReport,
  monitorReportKind,
  readMonitorReports,
  writeMonitorReport,
} from './monitorReports.ts';
import { parseRecord, storeKind } from './recordKind.ts';
import { readRuns, runKind, writeRun } from './runs/runs.ts';
import { snapshotSince01, withSnapshotSince01 } from './since01.ts';
import { outputOf, readStage, stageKinds, stageNames, stageRef, writeStage } from './stages.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-written-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
async function ledger(): Promise<Ledger & { readonly folder: string }> {
  const environment = fakeEnvironment();
  const folder = join(scratch, String(++folders));
  const git = { commit: 'c0ffee', dirty: false, branch: 'main' };
  return {
    environment,
    folder,
    store: await openFileStore({ folder, environment }),
    git: () => Promise.resolve(git),
  };
}

describe('a run', () => {
  it('is written down with what came out, at which commit, on which machine', async () => {
    const context = await ledger();
    const { environment } = context;
    const { stages, outputs } = runKind.sample;
    const run = { command: 'train', pipeline: 'churn', startedAt: 5, outcome: 'ok', stages };
    const records = { ingest: { ...outputs['ingest']!, more: 1 }, train: undefined };
    await writeRun(context, { ...run, runId: '01', records });
    await writeRun(context, { ...run, runId: '02', records: {}, facts: { rows: 3 } });
    const { records: read, damaged } = await readRuns(context, 10);
    expect(damaged).toEqual([]);
    expect(read.map(({ id }) => id)).toEqual(['02', '01']);
    expect(read[1]?.content).toEqual({
      ...run,
      runId: '01',
      endedAt: environment.now(),
      outputs: { ingest: outputs['ingest'] },
      git: await context.git(),
      environment: {
        host: environment.host.name,
        platform: `${environment.host.platform}-${environment.host.arch}`,
        node: environment.nodeVersion,
        aieng: environment.version,
      },
    });
    expect(read[0]?.content.facts).toEqual({ rows: 3 });
    expect((await readRuns(context, 1)).records.map(({ id }) => id)).toEqual(['02']);
  });
});

describe('a stage', () => {
  it.each(stageNames)('%s is written once under its key, and its ref says which was last', async (name) => {
    const context = await ledger();
    const record = stageKinds[name].sample;
    expect(await readStage(context, name, record.key)).toBeUndefined();
    await writeStage(context, 'churn', record);
    await writeStage(context, 'churn', { ...record, runId: 'another' });
    expect(await readStage(context, name, record.key)).toEqual(record);
    expect(stageRef('churn', name)).toBe(`stages/churn/${name}`);
    expect(
      (await context.store.refHistory(stageRef('churn', name))).map(({ value, why }) => [value, why]),
    ).toEqual([[record.key, `run ${record.runId}`]]);
    expect(outputOf[name](record)).toEqual(record.output);
    for (const other of stageNames)
      if (other !== name)
        expect(() => outputOf[other](record)).toThrow(
          expect.objectContaining({ code: 'record-damaged', exitCode: 8 }),
        );
    expect(() => outputOf[name]({ ...record, output: { rows: 'many' } })).toThrow(
      `of stage ${name} does not say`,
    );
  });
});

describe('a report of monitoring', () => {
  it('is kept under the run that made it; the newest is the last', async () => {
    const context = await ledger();
    const { sample } = monitorReportKind;
    await writeMonitorReport(context, 'churn', '01', sample);
    await writeMonitorReport(context, 'churn', '02', { ...sample, decision: 'calm' });
    expect(await lastMonitorReport(context, 'churn')).toEqual({
      id: '02',
      content: { ...sample, decision: 'calm' },
    });
    expect((await readMonitorReports(context, 'churn', 1)).records.map(({ id }) => id)).toEqual(['02']);
    expect((await readMonitorReports(context, 'other', 9)).records).toEqual([]);
  });

  it('of aieng 0.1 has the three fates that it counted', () => {
    const { labels: _labels, window, health, performance, ...rest } = monitorReportKind.sample;
    const old = {
      ...rest,
      window: { rows: window.rows, from: window.from, to: window.to },
      health: { ...health, since: undefined, lostRecords: undefined, counters: undefined },
      performance: { ...performance, labelled: 5, replacedLabels: 3, orphanLabels: 2 },
    };
    const today = parseRecord(monitorReportKind, JSON.parse(JSON.stringify(old)), 'place');
    expect(today.labels).toMatchObject({ given: 10, used: 5, superseded: 3, unmatched: 2, expired: 0 });
    expect(today.window.rejected).toBe(0);
    expect(today.health).toMatchObject({ since: null, lostRecords: 0, counters: null });
  });
});

describe('a record', () => {
  it('that does not fit says where first, and what to do without it', () => {
    const parse = (content: unknown) => () => parseRecord(runKind, content as never, 'runs/run/x.json');
    const { outcome: _outcome, ...without } = runKind.sample;
    expect(parse(without)).toThrow(/^runs\/run\/x\.json is damaged: \/outcome: /);
    expect(parse([])).toThrow('runs/run/x.json is damaged: it is no object.');
    expect(parse({ ...runKind.sample, record_version: 0 })).toThrow('its record_version is no number');
    expect(parse({ ...runKind.sample, record_version: 1.5 })).toThrow('its record_version is no number');
    expect(parse({ ...runKind.sample, stages: [{}] })).toThrow(
      expect.objectContaining({ hint: `Restore that file from a copy, or delete it. ${runKind.without}` }),
    );
    expect(parse({ ...runKind.sample, record_version: 2, minimum_aieng: '0.9.0' })).toThrow(
      expect.objectContaining({
        code: 'written-by-newer-aieng',
        hint: 'Use aieng 0.9.0 or newer for this store.',
      }),
    );
  });

  it('of a kind with owners needs one, of another has none', () => {
    expect([storeKind(runKind, undefined), storeKind(monitorReportKind, 'churn')]).toEqual([
      'run',
      'monitor-churn',
    ]);
    expect(() => storeKind(runKind, 'churn')).toThrow(RangeError);
    expect(() => storeKind(monitorReportKind, undefined)).toThrow('is of a pipeline');
  });

  it('of a snapshot of aieng 0.1 names unknown columns with all its records', () => {
    const snapshot = { rows: 10, quarantined: 2, unknownColumns: ['a', { name: 'b', records: 1 }] };
    const today = {
      ...snapshot,
      unknownColumns: [
        { name: 'a', records: 12 },
        { name: 'b', records: 1 },
      ],
    };
    expect(snapshotSince01(snapshot)).toEqual(today);
    expect(withSnapshotSince01({ snapshot, at: 1 })).toEqual({ snapshot: today, at: 1 });
    for (const other of [null, 'text', [], { at: 1 }]) expect(withSnapshotSince01(other)).toEqual(other);
    expect(snapshotSince01({ rows: 1 })).toEqual({ rows: 1 });
  });
});

describe('what is set aside of a store', () => {
  it('lies in damaged/ under its name, the second of that name too; what is gone is gone', async () => {
    const { store, folder } = await ledger();
    await store.record('run', 'x', { a: 1 });
    await store.setAside('runs/run/x.json');
    expect(existsSync(join(folder, 'runs/run/x.json'))).toBe(false);
    expect(readFileSync(join(folder, 'damaged/runs/run/x.json'), 'utf8')).toContain('"a":1');
    await store.record('run', 'x', { a: 2 });
    await store.setAside('runs/run/x.json');
    expect(readdirSync(join(folder, 'damaged/runs/run'))).toHaveLength(2);
    await expect(store.setAside('runs/run/x.json')).resolves.toBeUndefined();
    await expect(store.setAside('../elsewhere')).rejects.toMatchObject({ code: 'invalid-name' });
  });
});
