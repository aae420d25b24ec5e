import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPredictionLog } from './predictionLog.ts';
import { readLabels, readPrediction } from './readLog.ts';
import type { PredictionRecord } from './record.ts';
import { readWindow } from './window.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-window-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
/** In the past of this machine's clock, as a log is. */
const start = 1_735_689_600_000;

const record = (at: number, bundle = 'b', id = `p${at}`): PredictionRecord => ({
  id,
  rowId: `row ${at}`,
  at,
  version: 1,
  bundle,
  features: { tenure: at, note: 'x'.repeat(200) },
  prediction: 'Yes',
  scores: [0.25, 0.75],
});

async function write(instance: string, records: readonly PredictionRecord[], more = {}): Promise<void> {
  const log = openPredictionLog({ folder: path.join(folder, instance), aieng: 'test', ...more });
  for (const [at, each] of records.entries()) {
    log.prediction(each);
    if (at % 100 === 99) await log.flush();
  }
  await log.close();
}

/** A segment of a process that was killed: without an index. */
function killed(instance: string, records: readonly PredictionRecord[], changed: number): void {
  const file = path.join(folder, instance, 'predictions-000001.ndjson');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, records.map((each) => `${JSON.stringify(each)}\n`).join(''));
  utimesSync(file, changed / 1000, changed / 1000);
}

const times = (predictions: readonly PredictionRecord[]): number[] => predictions.map(({ at }) => at);
const all = { fromMs: -Infinity, lastRows: Infinity, bundle: null };

describe('a window of the log', () => {
  it('is the newest rows of all instances, whatever the sizes of blocks and segments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ instance: fc.integer({ min: 0, max: 3 }), gap: fc.integer({ min: 0, max: 3 }) }),
          {
            maxLength: 120,
          },
        ),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 300, max: 5000 }),
        async (steps, lastRows, from, maxSegmentBytes) => {
          let at = start;
          const made = steps.map(({ instance, gap }, n) => {
            at += gap;
            return { instance, record: record(at, instance % 2 === 0 ? 'even' : 'odd', `id${n}`) };
          });
          for (const instance of [0, 1, 2, 3])
            await write(
              String(instance),
              made.filter((each) => each.instance === instance).map((each) => each.record),
              { maxSegmentBytes },
            );
          for (const bundle of [null, 'even']) {
            const query = { fromMs: start + from, lastRows, bundle };
            const { predictions, torn } = await readWindow(folder, query);
            const expected = made
              .map((each) => each.record)
              .filter((each) => each.at >= query.fromMs && (bundle === null || each.bundle === bundle));
            expect(times(predictions)).toEqual(times(expected.slice(-lastRows)));
            expect(torn).toBe(0);
          }
          rmSync(folder, { recursive: true, force: true });
        },
      ),
      { numRuns: 15 },
    );
  });

  it('reads what it needs and no more, however long the log is', async () => {
    const rows = (from: number, count: number): PredictionRecord[] =>
      Array.from({ length: count }, (_, at) => record(start + (from + at) * 1000));
    await write('old', rows(0, 4000), { maxSegmentBytes: 200_000 });
    await write('new', rows(4000, 500), { maxSegmentBytes: 200_000 });
    const meter = { bytes: 0 };
    const query = { fromMs: start, lastRows: 300, bundle: null };
    const { predictions } = await readWindow(folder, query, meter);
    expect(predictions).toHaveLength(300);
    expect(predictions.at(-1)?.at).toBe(start + 4499 * 1000);
    const bytesOfWindow = 300 * JSON.stringify(record(start)).length;
    // Two blocks and the first lines of a segment and its index.
    expect(meter.bytes).toBeLessThan(bytesOfWindow + 2 * 131_072 + 4096);
    // Of a bundle that does not occur nothing but indexes is read.
    const none = { bytes: 0 };
    await readWindow(folder, { ...query, bundle: 'other' }, none);
    expect(none.bytes).toBeLessThan(25 * 2048);
    // Nor of times before the window.
    const late = { bytes: 0 };
    const recent = { ...query, fromMs: start + 4490 * 1000 };
    expect((await readWindow(folder, recent, late)).predictions).toHaveLength(10);
    expect(late.bytes).toBeLessThan(2 * 131_072);
  });

  it('leaves segments without an index unread by the time of their last change', async () => {
    killed('old', [record(start), record(start + 1)], start + 1);
    killed('new', [record(start + 100 * hour)], start + 100 * hour);
    const meter = { bytes: 0 };
    const from = start + 2 * hour;
    const window = await readWindow(folder, { ...all, fromMs: from }, meter);
    expect(times(window.predictions)).toEqual([start + 100 * hour]);
    expect(meter.bytes).toBeLessThan(1000);
    // A change within an hour of it may be told by another clock.
    const near = await readWindow(folder, { ...all, fromMs: start + 1 + hour });
    expect(times(near.predictions)).toEqual([start + 100 * hour]);
    expect(times((await readWindow(folder, { ...all, fromMs: start + 1 })).predictions)).toEqual([
      start + 1,
      start + 100 * hour,
    ]);
  });

  it('counts what is later than asked for of the same bundle, however its segments were left', async () => {
    const days = (from: number, count: number, bundle: string): PredictionRecord[] =>
      Array.from({ length: count }, (_, at) =>
        record(start + (from + at) * hour, bundle, `${bundle}${from + at}`),
      );
    await write('now', days(0, 20, 'first'));
    await write('ahead', days(500, 7, 'first'));
    await write('mixed', [...days(600, 5, 'first'), ...days(700, 3, 'other')]);
    await write('others', days(800, 11, 'other'));
    killed(
      'torn',
      [...days(15, 1, 'first'), ...days(900, 2, 'first'), ...days(900, 4, 'other')],
      start + 905 * hour,
    );
    const query = { fromMs: start, toMs: start + 30 * hour, lastRows: 10, isLaterCounted: true };
    const window = await readWindow(folder, { ...query, bundle: 'first' });
    expect(window.later).toBe(7 + 5 + 2);
    expect(times(window.predictions)).toHaveLength(10);
    expect(times(window.predictions).at(-1)).toBe(start + 19 * hour);
    expect((await readWindow(folder, { ...query, bundle: null })).later).toBe(7 + 8 + 11 + 6);
    expect((await readWindow(folder, { ...all, lastRows: 10 })).later).toBe(0);
  });

  it('counts an id that was written twice once, and torn lines', async () => {
    killed('a', [record(start), record(start), record(start + 1)], start);
    appendFileSync(path.join(folder, 'a', 'predictions-000001.ndjson'), '{"id":"p","rowId":"r","at":17');
    const { predictions, torn } = await readWindow(folder, all);
    expect(times(predictions)).toEqual([start, start + 1]);
    expect(torn).toBe(1);
  });

  it('takes the newest by their time, in whatever order they were written', async () => {
    killed('a', [record(start + 2), record(start), record(start + 3), record(start + 1)], start + 3);
    killed('b', [record(start + 2, 'b', 'other')], start + 3);
    expect(times((await readWindow(folder, { ...all, lastRows: 3 })).predictions)).toEqual([
      start + 2,
      start + 2,
      start + 3,
    ]);
  });

  it('counts what is no record as torn, of whichever bundle it may be', async () => {
    killed('a', [record(start)], start);
    const file = path.join(folder, 'a', 'predictions-000001.ndjson');
    appendFileSync(file, '{"at":17}\n{"bundle":"b","at":18}\n{"id":"x","at":"soon"}\n');
    expect(await readWindow(folder, all)).toMatchObject({ predictions: [{ at: start }], torn: 3 });
    // Of another bundle only a line without a time is noticed: the others are not parsed.
    expect((await readWindow(folder, { ...all, bundle: 'other' })).torn).toBe(1);
  });

  it('bears lines longer than a block', async () => {
    const long = { ...record(start), features: { note: 'y'.repeat(300_000) } };
    killed('a', [record(start - 1), long, record(start + 1)], start);
    expect(times((await readWindow(folder, all)).predictions)).toEqual([start - 1, start, start + 1]);
    expect(times((await readWindow(folder, { ...all, lastRows: 2 })).predictions)).toEqual([
      start,
      start + 1,
    ]);
  });

  it('ends at its first row, inclusive, and takes exactly as many as asked', async () => {
    await write('a', [record(start), record(start + 1), record(start + 2)]);
    expect(times((await readWindow(folder, { ...all, fromMs: start + 1 })).predictions)).toHaveLength(2);
    // Also where the index says that it is the last of its segment.
    expect(times((await readWindow(folder, { ...all, fromMs: start + 2 })).predictions)).toEqual([start + 2]);
    expect(times((await readWindow(folder, { ...all, fromMs: start + 3 })).predictions)).toEqual([]);
    expect(times((await readWindow(folder, { ...all, lastRows: 2 })).predictions)).toHaveLength(2);
    expect(times((await readWindow(folder, { ...all, lastRows: 3 })).predictions)).toHaveLength(3);
    expect(times((await readWindow(folder, { ...all, lastRows: 0 })).predictions)).toHaveLength(0);
  });
});

describe('an index', () => {
  const index = (): string => path.join(folder, 'a', 'predictions-000001.index');

  it('spares readers the segments that do not hold an id', async () => {
    await write('a', [record(start, 'b', 'first')]);
    expect((await readPrediction(folder, 'first'))?.at).toBe(start);
    // An index that says otherwise is believed: it tells of a segment of just this size.
    const text = path.join(folder, 'a', 'predictions-000001.ndjson');
    expect(await readPrediction(folder, 'second')).toBeUndefined();
    appendFileSync(text, `${JSON.stringify(record(start + 1, 'b', 'second'))}\n`);
    // Another size: the index is of no use, and the segment is read.
    expect((await readPrediction(folder, 'second'))?.at).toBe(start + 1);
    expect(times((await readWindow(folder, all)).predictions)).toEqual([start, start + 1]);
  });

  it.each([
    ['torn', '{"format":2,"aieng":"test","by'],
    [
      'without its filter',
      '{"format":2,"aieng":"t","bytes":1,"records":1,"from":0,"to":0,"bundles":[],"ids":9}\n',
    ],
    ['empty', ''],
    ['of something else', '[]\n'],
  ])('that is %s counts as absent', async (_what, content) => {
    await write('a', [record(start)]);
    writeFileSync(index(), content);
    expect((await readPrediction(folder, `p${start}`))?.at).toBe(start);
    expect((await readWindow(folder, { ...all, bundle: 'b' })).predictions).toHaveLength(1);
  });

  it('of labels that is missing is stood in for by the last change, an hour of another clock aside', async () => {
    const file = path.join(folder, 'a', 'labels-000001.ndjson');
    mkdirSync(path.dirname(file));
    writeFileSync(file, `{"id":"p","label":"No","at":${start + 9 * hour}}\n`);
    const changed = (at: number): void => utimesSync(file, at / 1000, at / 1000);
    const found = async (): Promise<number> => (await readLabels(folder, start + 2 * hour)).labels.length;
    changed(start + hour);
    expect(await found()).toBe(1);
    changed(start + hour - 1);
    expect(await found()).toBe(0);
  });

  it('of labels tells when they arrived', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: 'test', maxSegmentBytes: 1 });
    for (const at of [1, 2, 3]) await log.labels([{ id: `p${at}`, label: 'No', at: start + at }]);
    await log.close();
    const meter = { bytes: 0 };
    const { labels } = await readLabels(folder, start + 3, meter);
    expect(labels.map(({ id }) => id)).toEqual(['p3']);
    const unread = { bytes: 0 };
    expect((await readLabels(folder, start + 4, unread)).labels).toEqual([]);
    expect(unread.bytes).toBeLessThan(meter.bytes);
  });
});
