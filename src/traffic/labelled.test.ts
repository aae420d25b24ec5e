import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelDoor } from './join.ts';
import {
  countLabelledSince,
  labelledAmong,
  labelledRows,
  readLabelledLog,
  readLabelledWindow,
  readLabelOf,
} from './labelled.ts';
import type { LabelledQuery, LabelledWindow } from './labelled.ts';
import { outcomeReader } from './outcome.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionLog } from './predictionLog.ts';
import type { LabelRecord, PredictionRecord } from './record.ts';
import { searchLog } from './search.ts';
import { listSegments } from './segments/segments.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-labelled-'))));
const running: PredictionLog[] = [];
afterEach(async () => {
  for (const log of running.splice(0)) await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = 1_735_689_600_000;
const predicted = (id: string, rowId: string, at: number, bundle = 'b'): PredictionRecord => ({
  id,
  rowId,
  at: start + at,
  version: 1,
  bundle,
  features: { a: 1 },
  prediction: 'Yes',
  scores: [0, 1],
});
const label = (id: string, at: number, value = 'Yes'): LabelRecord => ({ id, label: value, at: start + at });
const file = (...ids: readonly string[]): LabelDoor => ({
  door: 'file',
  source: 'labels.csv',
  labels: ids.map((id) => label(id, 1e6)),
  unusable: [],
  blank: 0,
});

async function write(
  instance: string,
  predictions: readonly PredictionRecord[],
  labels: readonly LabelRecord[] = [],
  end = true,
): Promise<void> {
  const log = openPredictionLog({ folder: path.join(folder, instance), aieng: 'test' });
  for (const each of predictions) log.prediction(each);
  await log.labels(labels);
  await log.flush();
  // A process that still runs, or was killed, leaves a segment without an index.
  if (end) await log.close();
  else running.push(log);
}

const query = (...doors: readonly LabelDoor[]): LabelledQuery => ({
  logFolder: folder,
  doors,
  read: outcomeReader({ kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' }),
  expiredBefore: null,
});
const look = (
  from: number,
  doors: readonly LabelDoor[] = [],
  bundle: string | null = 'b',
  lastRows = 100,
): Promise<LabelledWindow> =>
  readLabelledWindow({ ...query(...doors), window: { fromMs: start + from, lastRows, bundle } });
const known = (window: LabelledWindow): string[] => labelledRows(window).map(({ record }) => record.id);

describe('a labelled window', () => {
  it.each([true, false])(
    'tells labels of earlier predictions from those of none (ended: %s)',
    async (end) => {
      await write('old', [predicted('p1', 'r1', 1), predicted('p2', 'r2', 2)], [], end);
      await write(
        'new',
        [predicted('p3', 'r3', 10)],
        [label('p3', 20), label('r2', 20), label('lost', 20)],
        end,
      );
      const window = await look(5, [file('r1', 'r3', 'never')]);
      expect(known(window)).toEqual(['p3']);
      expect(window.account).toMatchObject({
        given: 6,
        used: 1,
        superseded: 1,
        outside: 2,
        unmatched: 2,
        unusable: 0,
      });
    },
  );

  it('counts what arrived in its time; of a window that is full, since its first prediction', async () => {
    await write(
      'a',
      [predicted('p1', 'r1', 1), predicted('p2', 'r2', 10)],
      [label('p1', 9), label('p2', 11)],
    );
    expect((await look(0)).account).toMatchObject({
      given: 2,
      used: 2,
      doors: [{ door: 'feedback', source: null, given: 2 }],
    });
    expect((await look(5)).account).toMatchObject({ given: 2, used: 1, outside: 1 });
    expect((await look(0, [], 'b', 1)).account).toMatchObject({ given: 1, used: 1 });
    // Nobody was asked anything lately: labels that come are told all the same.
    expect((await look(10.5)).account).toMatchObject({ given: 1, outside: 1 });
  });

  it('takes labels of other bundles’ predictions for outside', async () => {
    await write(
      'a',
      [predicted('p1', 'r1', 1, 'other'), predicted('p2', 'r2', 2)],
      [label('p1', 5), label('p2', 5), label('r1', 5)],
    );
    expect((await look(0)).account).toMatchObject({ given: 3, used: 1, outside: 2 });
    expect((await look(0, [], null)).account).toMatchObject({ given: 3, used: 2, superseded: 1 });
  });

  it('of nothing asks no label anything', async () => {
    const window = await look(0, [file('r1')]);
    expect(window).toMatchObject({ predictions: [], labels: [] });
    expect(window.account).toMatchObject({ given: 1, unmatched: 1, doors: [{ example: null }] });
  });
});

describe('the labelled log', () => {
  it('is every prediction with a label, whichever bundle made it and however old it is', async () => {
    await write(
      'a',
      [predicted('p1', 'r1', 1, 'x'), predicted('p2', 'r2', 2), predicted('p3', 'r2', 3)],
      [label('p1', 5, 'No'), label('r2', 5), label('p2', 6, 'maybe'), label('gone', 7)],
    );
    const { rows, account } = await readLabelledLog(query());
    expect(rows.map(({ record, label: { value } }) => [record.id, value])).toEqual([
      ['p1', 'No'],
      ['p3', 'Yes'],
    ]);
    expect(account).toMatchObject({ given: 4, used: 2, unusable: 1, unmatched: 1 });
  });
});

describe('the labelled rows of segments that are about to go', () => {
  const among = async (
    instance: string,
    earliest: number,
    ...doors: readonly LabelDoor[]
  ): Promise<{ predictions: number; ids: string[]; values: unknown[] }> => {
    const going = (await listSegments(folder, 'predictions'))
      .filter((each) => each.instance === instance)
      .flatMap(({ segments }) => segments);
    const found = await labelledAmong(query(...doors), going, start + earliest, { bytes: 0 });
    return {
      predictions: found.predictions,
      ids: found.rows.map(({ record }) => record.id),
      values: found.rows.map((row) => row.label.value),
    };
  };

  it('are those that a label names, by id or by row, oldest first; all are counted', async () => {
    await write(
      'old',
      [predicted('p3', 'r3', 3), predicted('p1', 'r1', 1), predicted('p2', 'r2', 2)],
      [label('p3', 50, 'No'), label('r1', 50), label('lost', 50)],
    );
    await write('new', [predicted('p4', 'r4', 20)], [label('p4', 50)]);
    expect(await among('old', 20)).toEqual({ predictions: 3, ids: ['p1', 'p3'], values: ['Yes', 'No'] });
    expect(await among('old', 20, file('p2'))).toMatchObject({ ids: ['p1', 'p2', 'p3'] });
    expect(await among('none', 20)).toEqual({ predictions: 0, ids: [], values: [] });
    // A torn line is passed by.
    appendFileSync(path.join(folder, 'old', 'predictions-000001.ndjson'), '{"id":"p1","at":1');
    expect((await among('old', 20)).predictions).toBe(3);
  });

  it('leave a label by row to a later prediction of that row, if it came after the rest began', async () => {
    await write('old', [predicted('p1', 'r1', 1), predicted('p2', 'r2', 2)]);
    await write('new', [predicted('p9', 'r1', 20)], [label('r1', 19), label('r2', 50)]);
    expect(await among('old', 20)).toMatchObject({ ids: ['p1', 'p2'] });
    // The rest begins at 19 already: the label may be of the row's other prediction.
    expect(await among('old', 19)).toMatchObject({ ids: ['p2'] });
  });
});

describe('the label of one prediction', () => {
  it('is by the same join: that of its row may be of another prediction', async () => {
    const [first, second] = [predicted('p1', 'r', 1), predicted('p2', 'r', 10)];
    await write('a', [first, second, predicted('q', 'r', 15, 'other')], [label('r', 20, 'No')]);
    const of = async (record: PredictionRecord, ...doors: readonly LabelDoor[]): Promise<unknown> => {
      const found = await readLabelOf(query(...doors), record);
      return [found.label?.value ?? null, found.account.given];
    };
    // Another bundle's answer about the row is another question.
    expect(await of(second)).toEqual(['No', 1]);
    expect(await of(first)).toEqual([null, 1]);
    expect(await of(first, file('p1', 'p2'))).toEqual(['Yes', 2]);
    expect((await readLabelOf(query(), first)).account).toMatchObject({ given: 1, used: 1 });
  });
});

describe('labels that came since', () => {
  it('are counted where the log has their prediction, each once, and only if they are labels', async () => {
    await write(
      'a',
      [predicted('p1', 'r1', 1), predicted('p2', 'r2', 2)],
      [label('p1', 10), label('p1', 11), label('r2', 12), label('p2', 13, 'maybe'), label('lost', 14)],
    );
    expect(await countLabelledSince(query(), start + 9)).toBe(2);
    expect(await countLabelledSince(query(), start + 10)).toBe(2);
    expect(await countLabelledSince(query(), start + 11)).toBe(1);
    expect(await countLabelledSince(query(), start + 12)).toBe(0);
  });
});

describe('a search of the log', () => {
  it('ends where it costs more than it may, newest segments first', async () => {
    for (const [at, instance] of ['a', 'b', 'c'].entries())
      await write(instance, [predicted(`p-${instance}`, `r-${instance}`, at)]);
    const ids = new Set(['p-a', 'r-c', 'lost']);
    expect(await searchLog(folder, ids)).toEqual({ held: new Set(['p-a', 'r-c']), complete: true });
    expect((await searchLog(folder, ids, { bytes: 1, questions: 100 })).complete).toBe(false);
    const few = await searchLog(folder, ids, { bytes: 1e9, questions: 3 });
    expect(few).toEqual({ held: new Set(['r-c']), complete: false });
    expect(await searchLog(folder, new Set())).toEqual({ held: new Set(), complete: true });
    // Filters answer without the segments being read, and what is left out is not found.
    const meter = { bytes: 0 };
    await searchLog(folder, ids, undefined, meter);
    expect(meter.bytes).toBeLessThan(3 * 300);
    const without = new Set([path.join(folder, 'a', 'predictions-000001.ndjson')]);
    expect(await searchLog(folder, ids, undefined, meter, without)).toEqual({
      held: new Set(['r-c']),
      complete: true,
    });
    // Everything is found: nothing more is read.
    expect(await searchLog(folder, new Set(['r-c']), { bytes: 1e9, questions: 1 })).toMatchObject({
      complete: true,
    });
  });
});
