import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loggedBundles } from './loggedBundles.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionRecord } from './record.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-bundles-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (id: string, bundle: string): PredictionRecord => ({
  id,
  rowId: id,
  at: 1,
  version: 1,
  bundle,
  features: { note: 'x'.repeat(1000) },
  prediction: 'Yes',
  scores: [1],
});

describe('the bundles that answered', () => {
  it('are told by indexes without reading the segments, and by reading those that have none', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'ended'), aieng: 'test' });
    for (let at = 0; at < 50; at += 1) log.prediction(record(`p${at}`, at < 25 ? 'one' : 'two'));
    await log.close();
    const meter = { bytes: 0 };
    expect(await loggedBundles(folder, meter)).toEqual(new Set(['one', 'two']));
    expect(meter.bytes).toBeLessThan(2000);
    mkdirSync(path.join(folder, 'killed'));
    writeFileSync(
      path.join(folder, 'killed', 'predictions-000001.ndjson'),
      `${JSON.stringify(record('q', 'three'))}\n{"id":"torn`,
    );
    expect(await loggedBundles(folder)).toEqual(new Set(['one', 'two', 'three']));
    expect(await loggedBundles(path.join(folder, 'absent'))).toEqual(new Set());
  });
});
