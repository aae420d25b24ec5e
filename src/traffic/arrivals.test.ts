import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countPredictions } from './arrivals.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionRecord } from './record.ts';

/** In the past of this machine's clock, as a log is. */
const start = 1_735_689_600_000;
const record = (at: number, bundle: string, id: string): PredictionRecord => ({
  id,
  rowId: id,
  at: start + at,
  version: 1,
  bundle,
  features: { note: 'x'.repeat(50) },
  prediction: 'Yes',
  scores: [0.25, 0.75],
});

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aieng-arrivals-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(folder: string, instance: string, records: readonly PredictionRecord[]): Promise<void> {
  const log = openPredictionLog({
    folder: path.join(folder, instance),
    aieng: 'test',
    maxSegmentBytes: 2000,
  });
  for (const [row, each] of records.entries()) {
    log.prediction(each);
    if (row % 7 === 6) await log.flush();
  }
  await log.close();
}

const arrived = fc.record({
  at: fc.nat(100),
  bundle: fc.constantFrom('one', 'two'),
  instance: fc.constantFrom('a', 'b', 'killed'),
});

it('are as many as came in the time, of all instances, with an index or without', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrived, { maxLength: 80 }),
      fc.nat(100),
      fc.nat(100),
      fc.constantFrom('one', null),
      async (rows, one, other, bundle) =>
        inFolder(async (folder) => {
          const ordered = [...rows].sort((left, right) => left.at - right.at);
          const of = (name: string): PredictionRecord[] =>
            ordered.flatMap((row, k) =>
              row.instance === name ? [record(row.at, row.bundle, `${name}${k}`)] : [],
            );
          for (const instance of ['a', 'b']) await write(folder, instance, of(instance));
          mkdirSync(path.join(folder, 'killed'));
          const torn = '{"id":"torn","rowId":"to';
          const lines = of('killed').map((each) => `${JSON.stringify(each)}\n`);
          writeFileSync(path.join(folder, 'killed', 'predictions-000001.ndjson'), [...lines, torn].join(''));
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const asked = { fromMs: start + from, toMs: start + to, bundle };
          expect(await countPredictions(folder, asked)).toBe(
            rows.filter((row) => row.at >= from && row.at <= to && (bundle === null || row.bundle === bundle))
              .length,
          );
        }),
    ),
    { numRuns: 15 },
  );
});

it('are told by the index where a segment lies within the time: its lines stay unread', async () => {
  await inFolder(async (folder) => {
    const log = openPredictionLog({ folder: path.join(folder, 'batch'), aieng: 'test' });
    for (let row = 0; row < 3000; row += 1) log.prediction(record(5, 'one', `p${row}`));
    await log.close();
    const within = { bytes: 0 };
    expect(await countPredictions(folder, { fromMs: start, toMs: start + 10, bundle: 'one' }, within)).toBe(
      3000,
    );
    expect(within.bytes).toBeLessThan(5000);
    expect(await countPredictions(folder, { fromMs: start + 6, toMs: start + 10, bundle: 'one' })).toBe(0);
    expect(await countPredictions(folder, { fromMs: start, toMs: start + 10, bundle: 'two' })).toBe(0);
  });
  expect(await countPredictions('/nowhere', { fromMs: 0, toMs: 1, bundle: null })).toBe(0);
});
