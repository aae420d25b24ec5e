import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLogged, openBatchLog } from './batchLog.ts';
import { readLog } from './readLog.ts';

const record = (id: string): Parameters<ReturnType<typeof openBatchLog>['prediction']>[0] => ({
  id,
  rowId: id,
  at: 1,
  version: 1,
  bundle: 'b',
  features: { a: 1 },
  prediction: 'x',
  scores: [1],
});

describe('the log of a batch run', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-batch-log-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is seen by nobody until it is committed, then whole', async () => {
    const log = openBatchLog({ folder: path.join(folder, 'batch-1'), aieng: 'test' });
    log.prediction(record('a'));
    await log.flush();
    expect((await readLog(folder)).predictions).toEqual([]);
    log.prediction(record('b'));
    await log.commit();
    expect((await readLog(folder)).predictions.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('leaves nothing where it is discarded, and nothing where there was no row', async () => {
    const log = openBatchLog({ folder: path.join(folder, 'batch-1'), aieng: 'test' });
    log.prediction(record('a'));
    await log.flush();
    await log.discard();
    const empty = openBatchLog({ folder: path.join(folder, 'batch-2'), aieng: 'test' });
    await empty.commit();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a piece of work is kept once, however often and by however many at once it is done', async () => {
    const place = path.join(folder, 'batch-work-0-of-2');
    const [first, second] = [
      openBatchLog({ folder: place, aieng: 'test', attempt: 'one' }),
      openBatchLog({ folder: place, aieng: 'test', attempt: 'two' }),
    ];
    for (const [log, id] of [
      [first, 'a'],
      [second, 'b'],
    ] as const) {
      log.prediction(record(id));
      await log.flush();
    }
    expect(await isLogged(place)).toBe(false);
    await second.commit();
    await first.commit();
    expect(await isLogged(place)).toBe(true);
    expect((await readLog(folder)).predictions.map(({ id }) => id)).toEqual(['b']);
    expect(readdirSync(folder)).toEqual(['batch-work-0-of-2']);
  });
});
