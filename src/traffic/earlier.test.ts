import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { periodsBefore, readEarlier } from './earlier.ts';
import { openPredictionLog } from './predictionLog.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = 1_735_689_600_000;

describe('what is read of a log before a window', () => {
  const window = { logFolder: '', bundle: 'b', from: start, to: start + 3 * hour, lastRows: 3000 };

  it('are the rows before it, four weeks back, where it is not cut off by its rows', () => {
    const before = { fromMs: start - 28 * day, toMs: start - 1, lastRows: 3000, bundle: 'b' };
    expect(periodsBefore({ ...window, isFull: false })).toEqual([before]);
    expect(periodsBefore({ ...window, isFull: true, to: start + 6.5 * day })).toEqual([before]);
  });

  it('are some of each of its hours, days and weeks before, where it is', () => {
    const hours = periodsBefore({ ...window, isFull: true });
    expect(hours).toHaveLength(5 * 3);
    expect(hours[0]).toEqual({ fromMs: start - day, toMs: start - day + hour, lastRows: 200, bundle: 'b' });
    expect(hours.at(-1)).toMatchObject({ fromMs: start - 14 * day + 2 * hour });
    const days = periodsBefore({ ...window, to: start + 2 * day, isFull: true });
    expect([days.length, days[0]!.fromMs]).toEqual([3 * 48, start - 7 * day]);
    // A moment is one piece.
    expect(periodsBefore({ ...window, to: start, isFull: true })).toHaveLength(5);
  });
});

describe('a log', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-earlier-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the same hours of the days before, of the same bundle and no more than asked, oldest first', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'one'), aieng: 'test' });
    // A row a minute for four days, every tenth by another bundle.
    const rows = 4 * 1440;
    for (let k = 0; k < rows; k += 1)
      log.prediction({
        id: `p${k}`,
        rowId: `r${k}`,
        at: start + k * 60_000,
        version: 1,
        bundle: k % 10 === 0 ? 'other' : 'b',
        features: {},
        prediction: 'Yes',
        scores: [0.5, 0.5],
      });
    await log.close();
    const to = start + (rows - 1) * 60_000;
    const read = await readEarlier({
      logFolder: folder,
      bundle: 'b',
      from: to - 2 * hour,
      to,
      isFull: true,
      lastRows: 300,
    });
    // 30 rows of each of two hours of the three days before that the log has.
    expect(read).toHaveLength(6 * 30);
    expect(
      read.every(({ bundle, at }) => bundle === 'b' && (to - at) % day <= 2 * hour && at < to - 2 * hour),
    ).toBe(true);
    expect(read.map(({ at }) => at)).toEqual(read.map(({ at }) => at).sort((left, right) => left - right));
    const nothing = { logFolder: folder, bundle: 'b', from: 0, to: 0, isFull: true, lastRows: 0 };
    expect(await readEarlier(nothing)).toEqual([]);
  });
});
