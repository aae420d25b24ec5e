import { appendFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { faultyDisk } from './faults.fixture.ts';
import { openPredictionLog } from './predictionLog.ts';
import { readLog, readPrediction } from './readLog.ts';
import type { PredictionRecord } from './record.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record = (at: number, id = `p${at}`): PredictionRecord => ({
  id,
  rowId: `r${at}`,
  at,
  version: 1,
  bundle: 'b',
  features: { tenure: at, note: 'line\u2028separator\n' },
  prediction: 'Yes',
  scores: [0.25, 0.75],
});

async function write(instance: string, times: readonly number[], maxSegmentBytes = 1e9): Promise<void> {
  const log = openPredictionLog({ folder: path.join(folder, instance), aieng: 'test', maxSegmentBytes });
  for (const at of times) {
    log.prediction(record(at));
    await log.flush();
  }
  await log.close();
}

const times = (content: { predictions: readonly PredictionRecord[] }): number[] =>
  content.predictions.map((one) => one.at);

describe('prediction log', () => {
  it('gives back what was written, over instances, by time', async () => {
    await write('a', [1, 4, 5]);
    await write('b', [2, 3, 6]);
    const content = await readLog(folder);
    expect(content.predictions).toEqual([1, 2, 3, 4, 5, 6].map((at) => record(at)));
    expect(content).toMatchObject({ labels: [], torn: 0 });
  });

  it('creates nothing before the first record, and reads a missing folder as empty', async () => {
    await openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test' }).close();
    expect(await readdir(folder)).toEqual([]);
    expect(await readLog(path.join(folder, 'absent'))).toEqual({ predictions: [], labels: [], torn: 0 });
  });

  it('a durable log tells whoever waits which predictions are in it, whatever fails', async () => {
    for (const honest of [true, false])
      for (let at = 1; at <= 14; at += 1) {
        const { files } = faultyDisk({ at, times: 3, torn: 0.5, honest });
        const place = path.join(folder, `${String(honest)}-${at}`);
        const log = openPredictionLog({
          folder: path.join(place, 'one'),
          aieng: 'test',
          durable: true,
          files,
          flushMs: 1,
        });
        const kept: number[] = [];
        const settled: Promise<void>[] = [];
        // The last ones come one at a time: by then the disk has refused as often as it does.
        for (let time = 1; time <= 16; time += 1) {
          log.prediction(record(time));
          const outcome = log.settled!();
          settled.push(
            outcome.then((fault) => {
              if (fault === null) kept.push(time);
            }),
          );
          if (time % 3 === 0 || time > 12) await outcome;
        }
        await Promise.all(settled);
        await log.close();
        expect(times(await readLog(place)), `${String(honest)} ${at}`).toEqual(expect.arrayContaining(kept));
        expect(kept).toContain(16);
        expect(log.state().lost).toBe(0);
      }
  });

  it('nobody waits for the disk where the log is not durable', () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test' });
    expect(log.settled).toBeUndefined();
  });

  it('rotates by size and reads across segments', async () => {
    await write('a', [1, 2, 3, 4], 100);
    const names = await readdir(path.join(folder, 'a'));
    expect(names.filter((name) => name.endsWith('.ndjson'))).toHaveLength(4);
    expect(names.filter((name) => name.endsWith('.index'))).toHaveLength(4);
    expect(times(await readLog(folder))).toEqual([1, 2, 3, 4]);
    expect(times(await readLog(folder, { lastRows: 2 }))).toEqual([3, 4]);
  });

  it('reads a window: since, the last rows, both', async () => {
    await write('a', [1, 4, 5, 9]);
    await write('b', [2, 3, 6]);
    await write('c', [0]);
    expect(times(await readLog(folder, { fromMs: 4 }))).toEqual([4, 5, 6, 9]);
    expect(times(await readLog(folder, { lastRows: 3 }))).toEqual([5, 6, 9]);
    expect(times(await readLog(folder, { fromMs: 5, lastRows: 2 }))).toEqual([6, 9]);
    expect(times(await readLog(folder, { lastRows: 0 }))).toEqual([]);
  });

  it('gives the labels that arrived since the first prediction of the window', async () => {
    await write('a', [1, 12, 13]);
    const log = openPredictionLog({ folder: path.join(folder, 'b'), aieng: 'test' });
    await log.labels([
      { id: 'p1', label: 'No', at: 11 },
      { id: 'p13', label: 'Yes', at: 14 },
    ]);
    await log.labels([{ id: 'never', label: 'No', at: 12, time: 3 }]);
    await log.close();
    const all = await readLog(folder);
    expect(all.labels.map((label) => label.id)).toEqual(['p1', 'never', 'p13']);
    expect(all.labels[1]).toEqual({ id: 'never', label: 'No', at: 12, time: 3 });
    const last = await readLog(folder, { lastRows: 2 });
    expect(last.labels.map((label) => label.id)).toEqual(['never', 'p13']);
  });

  it('finds one prediction by its id', async () => {
    await write('a', [1, 2], 100);
    await write('b', [3]);
    expect(await readPrediction(folder, 'p2')).toEqual(record(2));
    expect(await readPrediction(folder, 'r2')).toBeUndefined();
  });

  it('tolerates and counts a torn last line and damage', async () => {
    await write('a', [1, 2]);
    const file = path.join(folder, 'a', 'predictions-000001.ndjson');
    await appendFile(file, '{"id":"p3","rowId":"r');
    await writeFile(
      path.join(folder, 'a', 'labels-000001.ndjson'),
      '{"id":"p1","label":"No","at":5}\n[]\n{"id":1}\n',
    );
    const content = await readLog(folder);
    expect(times(content)).toEqual([1, 2]);
    expect(content.labels).toHaveLength(1);
    expect(content.torn).toBe(3);
    expect(times(await readLog(folder, { lastRows: 1 }))).toEqual([2]);
  });

  it('writes by itself, without flush', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test', flushMs: 1 });
    log.prediction(record(1));
    await expect.poll(() => log.state().written).toBe(1);
    await log.close();
  });

  it('goes on when it cannot write, says so, and loses nothing that fits once it can', async () => {
    const blocked = path.join(folder, 'blocked');
    await writeFile(blocked, 'a file where the folder should be');
    const log = openPredictionLog({ folder: path.join(blocked, 'a'), aieng: 'test', maxBufferBytes: 500 });
    log.prediction(record(1));
    await log.flush();
    expect(log.state()).toMatchObject({ degraded: true, written: 0, errors: 1 });
    expect(log.state().message).toMatch(/^E[A-Z]+$/);
    for (let at = 2; at < 10; at += 1) log.prediction(record(at));
    expect(log.state().lost).toBeGreaterThan(0);
    await rm(blocked);
    await log.flush();
    expect(log.state()).toMatchObject({ degraded: false, message: '' });
    expect(times(await readLog(blocked))[0]).toBe(1);
    await log.close();
    const { written, lost } = log.state();
    expect(written + lost).toBe(9);
  });

  const segmentsOf = async (instance: string): Promise<string[]> =>
    (await readdir(path.join(folder, instance))).filter((name) => name.endsWith('.ndjson')).sort();

  it('begins another segment when one has reached its size', async () => {
    await write('a', [1]);
    const { size } = await stat(path.join(folder, 'a', 'predictions-000001.ndjson'));
    await write('b', [1, 2, 3], size);
    expect(await segmentsOf('b')).toEqual([1, 2, 3].map((n) => `predictions-00000${n}.ndjson`));
    await write('c', [1, 2, 3], size + 1);
    expect(await segmentsOf('c')).toHaveLength(2);
  });

  it.each([
    [{ maxSegmentMs: 100 }, 100],
    [{}, 24 * 3_600_000],
  ])('and when its first record is older by %o', async (limits, age) => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test', ...limits });
    for (const at of [1000, 999 + age, 1000 + age, 999 + 2 * age]) {
      log.prediction(record(at));
      await log.flush();
    }
    await log.close();
    expect(await segmentsOf('a')).toHaveLength(2);
    const second = await readFile(path.join(folder, 'a', 'predictions-000002.ndjson'), 'utf8');
    expect(second.split('\n').filter((line) => line.includes('"id":"p'))).toHaveLength(2);
  });

  it.each([
    [{ flushRecords: 3 }, 3],
    [{}, 512],
  ])('writes at once where enough wait: with %o after %i', async (limits, enough) => {
    const log = openPredictionLog({
      folder: path.join(folder, 'a'),
      aieng: 'test',
      flushMs: 1e9,
      ...limits,
    });
    for (let at = 1; at < enough; at += 1) log.prediction(record(at));
    // Whatever was begun is done before a label is on the disk.
    await log.labels([{ id: 'p1', label: 'No', at: 1 }]);
    expect(await segmentsOf('a')).toEqual(['labels-000001.ndjson']);
    log.prediction(record(enough));
    await expect.poll(() => log.state().written).toBe(enough + 1);
    await log.close();
  });

  const bare = JSON.stringify({ ...record(1), features: { note: '' } }).length + 1;
  /** A record whose line has so many bytes. */
  const sized = (at: number, bytes: number): PredictionRecord => ({
    ...record(at),
    features: { note: 'x'.repeat(bytes - bare) },
  });

  it('keeps what fits while it waits, and counts the rest', async () => {
    const log = openPredictionLog({
      folder: path.join(folder, 'a'),
      aieng: 'test',
      flushMs: 1e9,
      maxBufferBytes: 1000,
    });
    log.prediction(sized(1, 1001));
    expect(log.state().lost).toBe(1);
    log.prediction(sized(2, 1000 - bare));
    log.prediction(sized(3, bare));
    // They wait for the next write, which nothing refuses.
    expect(log.state()).toMatchObject({ waiting: 0, lost: 1 });
    log.prediction(sized(4, bare));
    expect(log.state().lost).toBe(2);
    // What is written waits no more.
    await log.flush();
    log.prediction(sized(5, 1000));
    await log.close();
    expect(log.state()).toMatchObject({ written: 3, lost: 2, errors: 0 });
    expect(times(await readLog(folder))).toEqual([2, 3, 5]);
  });

  it('keeps 16 MiB by default', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test', flushMs: 1e9 });
    log.prediction(sized(1, 16 * 1024 * 1024 + 1));
    expect(log.state().lost).toBe(1);
    log.prediction(sized(1, 16 * 1024 * 1024));
    expect(log.state().lost).toBe(1);
    await log.close();
  });

  it('asks a disk that refused again after a second, by itself', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { files } = faultyDisk({ at: 1, times: 2, torn: 0, honest: true });
      const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test', files });
      log.prediction(record(1));
      await log.flush();
      expect(log.state()).toMatchObject({ degraded: true, errors: 1, written: 0, waiting: 1 });
      vi.advanceTimersByTime(999);
      // Neither does another prediction bring it forward.
      log.prediction(record(2));
      expect(log.state().waiting).toBe(2);
      expect(vi.getTimerCount()).toBe(1);
      expect(log.state().errors).toBe(1);
      vi.advanceTimersByTime(1);
      await vi.waitUntil(() => log.state().errors === 2);
      await vi.waitUntil(() => vi.getTimerCount() === 1);
      vi.advanceTimersByTime(1000);
      await vi.waitUntil(() => log.state().written === 2);
      expect(log.state()).toEqual({
        degraded: false,
        message: '',
        waiting: 0,
        written: 2,
        lost: 0,
        errors: 2,
      });
      await log.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is private to its user', async () => {
    await write('a', [1]);
    const file = path.join(folder, 'a', 'predictions-000001.ndjson');
    expect((await stat(file)).mode & 0o077).toBe(0);
  });
});
