import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idTime } from './idTime.ts';
import { openPredictionLog } from './predictionLog.ts';
import { readLabels, readLog, readPrediction } from './readLog.ts';
import { readWindow } from './window.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aieng-format-'));
  mkdirSync(path.join(folder, 'a'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, ...lines: readonly string[]): void =>
  writeFileSync(path.join(folder, 'a', name), lines.map((line) => `${line}\n`).join(''));

/** As `aieng serve` and `POST /feedback` of 0.1 wrote them. */
const predicted =
  '{"id":"01KATY7J3V4QW0B2R6JH0Y9ZTE","rowId":"c0a8…","at":1764000000123,"version":3,"bundle":"d0","features":{"tenure":12,"contract":"One year","since":"2024-01-01T00:00:00.000Z","note":null},"prediction":"Yes","scores":[0.25,0.75]}';
const labelled = '{"id":"01KATY7J3V4QW0B2R6JH0Y9ZTE","label":"No","at":1764000900000}';
const whole = { fromMs: -Infinity, lastRows: Infinity, bundle: null };

describe('segments of aieng 0.1', () => {
  it('are read for ever', async () => {
    write('predictions-000001.ndjson', predicted);
    write('labels-000001.ndjson', labelled);
    expect(await readLog(folder)).toEqual({
      predictions: [JSON.parse(predicted)],
      labels: [JSON.parse(labelled)],
      torn: 0,
    });
    expect(await readPrediction(folder, '01KATY7J3V4QW0B2R6JH0Y9ZTE')).toEqual(JSON.parse(predicted));
  });

  it('are gone on from by an instance of the same name', async () => {
    write('predictions-000001.ndjson', predicted);
    const log = openPredictionLog({ folder: path.join(folder, 'a'), aieng: '0.2.0' });
    log.prediction({ ...JSON.parse(predicted), id: 'next', at: 1_764_000_000_124 });
    await log.close();
    expect(readFileSync(path.join(folder, 'a', 'predictions-000001.ndjson'), 'utf8')).toBe(`${predicted}\n`);
    expect((await readLog(folder)).predictions.map(({ id }) => id)).toEqual([
      '01KATY7J3V4QW0B2R6JH0Y9ZTE',
      'next',
    ]);
  });
});

describe('every segment says its form', () => {
  it('in its first line, and each label in its own', async () => {
    const log = openPredictionLog({ folder: path.join(folder, 'b'), aieng: '0.2.0' });
    log.prediction(JSON.parse(predicted));
    await log.labels([JSON.parse(labelled)]);
    await log.close();
    const lines = (name: string): string[] => readFileSync(path.join(folder, 'b', name), 'utf8').split('\n');
    expect(lines('predictions-000001.ndjson')).toEqual([
      '{"log":"predictions","format":2,"aieng":"0.2.0"}',
      predicted,
      '',
    ]);
    expect(lines('labels-000001.ndjson')).toEqual([
      '{"log":"labels","format":2,"aieng":"0.2.0"}',
      labelled.replace('{', '{"v":2,'),
      '',
    ]);
    expect(await readLog(folder)).toMatchObject({ predictions: [{}], labels: [{}], torn: 0 });
  });

  it('and a newer one than this aieng knows names the one that is needed', async () => {
    write('predictions-000001.ndjson', '{"log":"predictions","format":3,"aieng":"1.4.0"}', predicted);
    for (const reading of [
      () => readWindow(folder, whole),
      () => readWindow(folder, { ...whole, bundle: 'other' }),
      () => readPrediction(folder, 'x'),
    ])
      await expect(reading()).rejects.toMatchObject({
        exitCode: 8,
        code: 'log-too-new',
        message: expect.stringContaining('aieng 1.4.0 (log format 3)'),
        hint: 'Use aieng 1.4.0 or newer.',
      });
    write('labels-000001.ndjson', '{"log":"labels","format":3,"aieng":"1.4.0"}', labelled);
    await expect(readLabels(folder, 0)).rejects.toMatchObject({ exitCode: 8 });
    write('labels-000001.ndjson', labelled, labelled.replace('{', '{"v":3,'));
    await expect(readLabels(folder, 0)).rejects.toMatchObject({ exitCode: 8, code: 'log-too-new' });
    write('labels-000001.ndjson', labelled, labelled.replace('{', '{"v":2,'));
    expect((await readLabels(folder, 0)).labels).toHaveLength(2);
  });

  it('also in its index', async () => {
    write('predictions-000001.ndjson', predicted);
    const header = { format: 3, aieng: '1.4.0', bytes: predicted.length + 1, records: 1, from: 0, to: 0 };
    write('predictions-000001.index', JSON.stringify({ ...header, bundles: [], ids: 0 }));
    await expect(readWindow(folder, whole)).rejects.toMatchObject({ exitCode: 8 });
  });
});

describe('idTime', () => {
  it.each([
    ['01JGFJJZ000000000000000001', 1_735_689_600_000],
    ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 281_474_976_710_655],
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', null],
    ['01JGFJJZ00000000000000000', null],
    ['01JGFJJZ0000000000000000011', null],
    ['01JGFJJZ00000000000000000U', null],
    ['customer-17', null],
    ['', null],
  ])('of %s is %s', (id, time) => expect(idTime(id)).toBe(time));
});
