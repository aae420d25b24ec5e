import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetRow } from './forget.ts';
import { openPredictionLog } from './predictionLog.ts';
import { readLog, readShadows } from './readLog.ts';
import type { PredictionRecord } from './record.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-forget-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (id: string, rowId: string, at: number): PredictionRecord => ({
  id,
  rowId,
  at,
  version: 1,
  bundle: 'b',
  features: { name: `somebody called ${rowId}` },
  prediction: 'Yes',
  scores: [1],
});

const everything = (): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('');

describe('forgetting a row', () => {
  it('takes its predictions and their labels out of every segment, also of one that is being written', async () => {
    const ended = openPredictionLog({ folder: path.join(folder, 'ended'), aieng: 'test' });
    ended.prediction(record('p1', 'anna', 1));
    ended.prediction(record('p2', 'bert', 2));
    await ended.close();
    const pending = openPredictionLog({ folder: path.join(folder, 'batch.pending'), aieng: 'test' });
    pending.prediction(record('p5', 'anna', 5));
    await pending.flush();
    const running = openPredictionLog({ folder: path.join(folder, 'running'), aieng: 'test' });
    running.prediction(record('p3', 'anna', 3));
    await running.flush();
    await running.labels([
      { id: 'p1', label: 'Yes', at: 9 },
      { id: 'anna', label: 'No', at: 9 },
      { id: 'p2', label: 'No', at: 9 },
    ]);
    const shadow = { at: 9, bundle: 'c', fault: null, prediction: 'No', scores: [0], ms: 1, callerMs: 1 };
    for (const id of ['p1', 'p2', 'p3']) running.shadow({ id, ...shadow });
    await running.flush();
    expect(await forgetRow(folder, 'anna')).toEqual({
      predictions: 3,
      labels: 2,
      ids: new Set(['anna', 'p1', 'p3', 'p5']),
    });
    expect(everything()).not.toMatch(/anna|p1"|p3"|p5"/);
    // What is written afterwards is whole.
    running.prediction(record('p4', 'carl', 4));
    await running.close();
    await pending.close();
    const { predictions, labels, torn } = await readLog(folder);
    expect(predictions.map(({ id }) => id)).toEqual(['p2', 'p4']);
    expect(labels.map(({ id }) => id)).toEqual(['p2']);
    expect(torn).toBe(0);
    const said: string[] = [];
    for await (const { id } of readShadows(folder, 0)) said.push(id);
    expect(said).toEqual(['p2']);
    expect(await forgetRow(folder, 'anna')).toEqual({ predictions: 0, labels: 0, ids: new Set(['anna']) });
  });

  it('touches nobody whose id only contains it, and bears a folder that is not there', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test' });
    log.prediction(record('p1', 'anna maria', 1));
    log.prediction({ ...record('p2', 'bert', 2), features: { friend: 'anna' } });
    await log.close();
    expect(await forgetRow(folder, 'anna')).toEqual({ predictions: 0, labels: 0, ids: new Set(['anna']) });
    expect((await readLog(folder)).predictions).toHaveLength(2);
    expect(await forgetRow(path.join(folder, 'absent'), 'anna')).toEqual({
      predictions: 0,
      labels: 0,
      ids: new Set(['anna']),
    });
  });
});
