import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelDoor } from './join.ts';
import { readNewestLabelled } from './newestLabelled.ts';
import type { NewestLabelled } from './newestLabelled.ts';
import { outcomeReader } from './outcome.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { LabelRecord, PredictionRecord } from './record.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-newest-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = 1_735_689_600_000;
const day = 86_400_000;
const predicted = (id: string, rowId: string, days: number, bundle = 'b'): PredictionRecord => ({
  id,
  rowId,
  at: start + days * day,
  version: 1,
  bundle,
  features: { a: 1 },
  prediction: 'Yes',
  scores: [0, 1],
});
const label = (id: string, days: number, value = 'Yes'): LabelRecord => ({
  id,
  label: value,
  at: start + days * day,
});

async function write(
  instance: string,
  predictions: readonly PredictionRecord[],
  labels: readonly LabelRecord[] = [],
): Promise<void> {
  const log = openPredictionLog({ folder: path.join(folder, instance), aieng: 'test' });
  for (const each of predictions) log.prediction(each);
  await log.labels(labels);
  await log.close();
}

const look = (
  arrivedFrom: number,
  rows = 100,
  bundle: string | null = 'b',
  doors: readonly LabelDoor[] = [],
  meter = { bytes: 0 },
): Promise<NewestLabelled> =>
  readNewestLabelled(
    {
      logFolder: folder,
      doors,
      read: outcomeReader({ kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' }),
      expiredBefore: null,
      newest: { arrivedFromMs: start + arrivedFrom * day, rows, bundle },
    },
    meter,
  );
const ids = ({ rows }: NewestLabelled): string[] => rows.map(({ record }) => record.id);

describe('the newest labelled rows', () => {
  it('are those whose label arrived, however long ago they were predicted', async () => {
    await write('old', [predicted('p1', 'r1', 1), predicted('p2', 'r2', 2), predicted('p3', 'r3', 3)]);
    await write(
      'new',
      [predicted('p4', 'r4', 90)],
      [label('p1', 88), label('r2', 91), label('p3', 91), label('lost', 91)],
    );
    const newest = await look(90);
    // The label of p1 came before; that of r2 is of its only prediction.
    expect(ids(newest)).toEqual(['p2', 'p3']);
    expect(newest.account).toMatchObject({ given: 3, used: 2, unmatched: 1 });
    expect(ids(await look(80))).toEqual(['p1', 'p2', 'p3']);
  });

  it('are no more than were asked for: the others are outside', async () => {
    const many = Array.from({ length: 9 }, (_, i) => predicted(`p${i}`, `r${i}`, i));
    await write(
      'a',
      many,
      many.map(({ id }, i) => label(id, 20 + i)),
    );
    const newest = await look(0, 4);
    expect(ids(newest)).toEqual(['p5', 'p6', 'p7', 'p8']);
    expect(newest.account).toMatchObject({ given: 9, used: 4, outside: 5, unmatched: 0 });
    expect(ids(await look(0, 9))).toHaveLength(9);
    expect(ids(await look(0, 10))).toHaveLength(9);
  });

  it('are found behind many predictions of the same rows that have no label', async () => {
    const often = Array.from({ length: 200 }, (_, i) => predicted(`q${i}`, 'r1', 10 + i / 1000));
    await write(
      'a',
      [predicted('p1', 'r1', 1), predicted('p2', 'r2', 2), ...often],
      [label('r1', 5), label('r2', 30)],
    );
    // The label of r1 came before it was asked again.
    expect(ids(await look(0, 2))).toEqual(['p1', 'p2']);
  });

  it('are those of the bundle, and of files too', async () => {
    await write('a', [predicted('p1', 'r1', 1, 'other'), predicted('p2', 'r2', 2)], [label('p1', 3)]);
    const file: LabelDoor = {
      door: 'file',
      source: 'labels.csv',
      labels: [label('r2', 99)],
      unusable: [],
      blank: 0,
    };
    expect(ids(await look(0, 9, 'b', [file]))).toEqual(['p2']);
    expect(ids(await look(0, 9, null, [file]))).toEqual(['p1', 'p2']);
    expect(ids(await look(50, 9, null, [file]))).toEqual(['p2']);
  });

  it('read no segment that holds none of them', async () => {
    await write(
      'old',
      Array.from({ length: 2000 }, (_, i) => predicted(`o${i}`, `s${i}`, i / 1000)),
    );
    await write('new', [predicted('p1', 'r1', 5)], [label('r1', 6)]);
    const meter = { bytes: 0 };
    expect(ids(await look(0, 9, 'b', [], meter))).toEqual(['p1']);
    expect(meter.bytes).toBeLessThan(30_000);
    expect((await look(50)).rows).toEqual([]);
  });
});
