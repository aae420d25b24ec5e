import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultyDisk } from './faults.fixture.ts';
import type { Fault } from './faults.fixture.ts';
import { LabelsNotKept, openPredictionLog } from './predictionLog.ts';
import type { LogState, PredictionLog } from './predictionLog.ts';
import { readLabels, readPredictions } from './readLog.ts';
import type { PredictionRecord } from './record.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-log-faults-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (at: number): PredictionRecord => ({
  id: `p${at}`,
  rowId: `r${at}`,
  at,
  version: 1,
  bundle: 'b',
  features: { tenure: at },
  prediction: 'Yes',
  scores: [0.25, 0.75],
});

const rounds = 4;
const perRound = 4;
const open = (files?: ReturnType<typeof faultyDisk>['files']): PredictionLog =>
  openPredictionLog({
    folder: path.join(folder, 'one'),
    aieng: 'test',
    flushMs: 1e9,
    // A segment holds two rounds.
    maxSegmentBytes: 900,
    ...(files === undefined ? {} : { files }),
  });

interface Course {
  readonly state: LogState;
  /** Ids of labels whose writing was said to be done. */
  readonly promised: readonly string[];
  readonly labelled: readonly string[];
  readonly predicted: readonly string[];
}

/** A log's life: predictions and labels in turns, rotation, the end. */
async function live(log: PredictionLog, end: () => Promise<void> = () => Promise.resolve()): Promise<Course> {
  const promised: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < perRound; i += 1) log.prediction(record(round * perRound + i));
    const told = Promise.all(
      [0, 1, 2].map(async (sender) => {
        const labels = [0, 1].map((i) => ({ id: `l${round}.${sender}.${i}`, label: 'Yes', at: round }));
        try {
          await log.labels(labels);
          promised.push(...labels.map(({ id }) => id));
        } catch (error) {
          if (!(error instanceof LabelsNotKept)) throw error;
        }
      }),
    );
    await log.flush();
    await told;
  }
  await end();
  await log.close();
  const predicted: string[] = [];
  for await (const { id } of readPredictions(folder)) predicted.push(id);
  const { labels } = await readLabels(folder, -Infinity);
  return { state: log.state(), promised, labelled: labels.map(({ id }) => id), predicted };
}

const given = Array.from({ length: rounds * perRound }, (_, at) => `p${at}`);

function expectKept({ state, promised, labelled, predicted }: Course, what: string): void {
  const told = JSON.stringify({ what, state, predicted });
  // Nothing twice, nothing out of order, and what is not there was counted.
  expect(new Set(predicted).size, told).toBe(predicted.length);
  expect(
    given.filter((id) => predicted.includes(id)),
    told,
  ).toEqual(predicted);
  expect(predicted.length + state.lost, told).toBe(given.length);
  const kept = new Set(labelled);
  expect(
    promised.filter((id) => !kept.has(id)),
    told,
  ).toEqual([]);
}

async function operationsOf(): Promise<number> {
  const { files, count } = faultyDisk({ at: Infinity, times: 0, torn: 0, honest: true });
  const course = await live(open(files));
  expectKept(course, 'no fault');
  expect(course).toMatchObject({ state: { lost: 0, errors: 0, degraded: false } });
  expect(course.predicted).toEqual(given);
  expect(course.promised).toHaveLength(rounds * 6);
  rmSync(path.join(folder, 'one'), { recursive: true });
  return count();
}

describe('the prediction log, whichever operation of the disk fails', () => {
  it.each<[string, Omit<Fault, 'at'>, boolean]>([
    ['once', { times: 1, torn: 0, honest: true }, true],
    ['once, half-way', { times: 1, torn: 0.5, honest: false }, true],
    ['once, after it was done', { times: 1, torn: 1, honest: false }, true],
    [
      'with the four after it: write, truncate and sync all fail',
      { times: 5, torn: 0.6, honest: true },
      true,
    ],
    ['with the eleven after it', { times: 12, torn: 0.3, honest: true }, false],
    ['and every one after it', { times: Infinity, torn: 0.4, honest: true }, false],
  ])(
    '%s: loses, doubles and hides nothing',
    async (what, fault, recovers) => {
      const operations = await operationsOf();
      const told = (at: number): string => `operation ${at} fails ${what}`;
      expect(operations).toBeGreaterThan(40);
      for (let at = 1; at <= operations; at += 1) {
        const { files } = faultyDisk({ at, ...fault });
        const course = await live(open(files));
        expectKept(course, told(at));
        // A fault in the last moments cannot be made good any more; before, all is written once the disk works again.
        if (recovers && at < operations - 14) expect(course.state.lost, told(at)).toBe(0);
        expect(course.state.errors, told(at)).toBeGreaterThan(0);
        rmSync(path.join(folder, 'one'), { recursive: true, force: true });
      }
    },
    120_000,
  );

  it('goes on in a new file where its folder was removed, or moved away', async () => {
    for (const take of [
      () => rmSync(path.join(folder, 'one'), { recursive: true }),
      () => renameSync(path.join(folder, 'one'), path.join(folder, 'away.pending')),
    ]) {
      const log = open();
      log.prediction(record(1));
      await log.flush();
      await log.labels([{ id: 'p1', label: 'No', at: 1 }]);
      take();
      log.prediction(record(2));
      await log.flush();
      await log.labels([{ id: 'p2', label: 'No', at: 2 }]);
      await log.close();
      const predicted = [];
      for await (const { id } of readPredictions(folder)) predicted.push(id);
      expect(predicted).toEqual(['p2']);
      expect((await readLabels(folder, 0)).labels).toEqual([{ id: 'p2', label: 'No', at: 2 }]);
      expect(log.state()).toMatchObject({ written: 4, lost: 0, degraded: false });
      rmSync(folder, { recursive: true });
    }
  });

  it('counts at its end what it could not write, and what comes after', async () => {
    const { files } = faultyDisk({ at: 1, times: Infinity, torn: 0, honest: true });
    const log = open(files);
    for (let at = 0; at < 3; at += 1) log.prediction(record(at));
    await expect(log.labels([{ id: 'p0', label: 'No', at: 0 }])).rejects.toThrow(
      'the labels could not be written (ENOSPC)',
    );
    await log.close();
    log.prediction(record(3));
    await expect(log.labels([{ id: 'p1', label: 'No', at: 0 }])).rejects.toThrow('closed');
    expect(log.state()).toMatchObject({ written: 0, lost: 4, degraded: true, message: 'ENOSPC' });
  });
});
