import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findExpired, findIdleLabels, removeSegments, segmentPlace } from './expire.ts';
import type { Expiry } from './expire.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionRecord } from './record.ts';
import { listSegments } from './segments/segments.ts';
import type { Segment } from './segments/segments.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-expire-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = 1_735_689_600_000;
const record = (at: number): PredictionRecord => ({
  id: `p${at}`,
  rowId: `r${at}`,
  at: start + at,
  version: 1,
  bundle: 'b',
  features: {},
  prediction: 'Yes',
  scores: [1],
});

/** A segment with an index, as a service leaves it. */
async function ended(instance: string, ...times: readonly number[]): Promise<void> {
  const log = openPredictionLog({ folder: path.join(folder, instance), aieng: 'test' });
  for (const at of times) log.prediction(record(at));
  await log.close();
}

/** A segment without one, as a kill leaves it. */
function killed(instance: string, changed: number, lines: readonly string[], kind = 'predictions'): string {
  const file = path.join(folder, instance, `${kind}-000001.ndjson`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  utimesSync(file, (start + changed) / 1000, (start + changed) / 1000);
  return file;
}
const line = (at: number): string => JSON.stringify(record(at));
const expiry = async (before: number): Promise<{ expired: string[]; earliest: number }> => {
  const found: Expiry = await findExpired(folder, start + before, { bytes: 0 });
  return { expired: found.expired.map(({ instance }) => instance), earliest: found.earliest - start };
};
const segmentsOf = async (kind: 'predictions' | 'labels'): Promise<readonly Segment[]> =>
  (await listSegments(folder, kind)).flatMap(({ segments }) => segments);

describe('what of a log has expired', () => {
  it('is each segment whose last prediction was made before the limit, oldest first', async () => {
    await ended('b', 50, 10, 30);
    await ended('a', 60, 70);
    await ended('c', 5, 20);
    expect(await expiry(50)).toEqual({ expired: ['c'], earliest: 10 });
    expect(await expiry(51)).toEqual({ expired: ['c', 'b'], earliest: 60 });
    expect(await expiry(70)).toEqual({ expired: ['c', 'b'], earliest: 60 });
    expect(await expiry(71)).toEqual({ expired: ['c', 'b', 'a'], earliest: Infinity });
    expect(await expiry(5)).toEqual({ expired: [], earliest: 5 });
  });

  it('of a segment without an index is told by its last change and its first record', async () => {
    killed('a', 9000, ['{"id":"torn', line(40), line(30)]);
    killed('b', 8000, ['{"id":"torn']);
    expect(await expiry(8000)).toEqual({ expired: [], earliest: 40 });
    expect(await expiry(8001)).toEqual({ expired: ['b'], earliest: 40 });
    expect(await expiry(9001)).toEqual({ expired: ['b', 'a'], earliest: Infinity });
  });

  it('is no more than one run may read, and at least one segment', async () => {
    const half = 32 * 1024 * 1024;
    const sized = (instance: string, changed: number, bytes: number): void => {
      const file = killed(instance, changed, [line(changed)]);
      truncateSync(file, bytes);
      utimesSync(file, (start + changed) / 1000, (start + changed) / 1000);
    };
    sized('a', 1000, half);
    sized('b', 2000, half);
    sized('c', 3000, 200);
    expect(await expiry(9000)).toEqual({ expired: ['a', 'b'], earliest: 3000 });
    sized('b', 2000, half + 1);
    expect(await expiry(9000)).toEqual({ expired: ['a'], earliest: 2000 });
    sized('a', 1000, 2 * half + 1);
    expect(await expiry(9000)).toEqual({ expired: ['a'], earliest: 2000 });
  });
});

describe('labels of what is gone', () => {
  it('are the segments whose last label came before the first prediction that is left', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test' });
    await log.labels([{ id: 'p', label: 'No', at: start + 7 }]);
    await log.close();
    killed('b', 5000, ['{"id":"p","label":"No","at":1}'], 'labels');
    const idle = async (before: number): Promise<string[]> =>
      (await findIdleLabels(folder, start + before, { bytes: 0 })).map(segmentPlace);
    expect(await idle(7)).toEqual([]);
    expect(await idle(8)).toEqual(['a/labels-000001.ndjson']);
    expect(await idle(5001)).toEqual(['a/labels-000001.ndjson', 'b/labels-000001.ndjson']);
  });
});

describe('removing segments', () => {
  it('takes their indexes along, and a folder of which nothing is left', async () => {
    await ended('a', 1);
    await ended('b', 2);
    writeFileSync(path.join(folder, 'b', 'labels-000001.ndjson'), '');
    await removeSegments(await segmentsOf('predictions'));
    expect(existsSync(path.join(folder, 'a'))).toBe(false);
    expect(readdirSync(path.join(folder, 'b'))).toEqual(['labels-000001.ndjson']);
    // What another process removed meanwhile is removed.
    const [segment] = await segmentsOf('labels');
    rmSync(path.join(folder, 'b'), { recursive: true });
    await expect(removeSegments([segment!])).resolves.toBeUndefined();
  });
});
