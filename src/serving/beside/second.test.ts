import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePredictor, fakeRow } from '../../../test/system/fakePredictor.ts';
import { openPredictionLog } from '../../traffic/predictionLog.ts';
import type { PredictionLog } from '../../traffic/predictionLog.ts';
import { readLog, readShadows } from '../../traffic/readLog.ts';
import type { ShadowRecord } from '../../traffic/record.ts';
import type { ServingPredictor } from '../predictor.ts';
import { createService } from '../service.ts';
import { isInShare, rowKey } from './choose.ts';
import type { Sharing } from './choose.ts';
import { openShadowLine } from './shadowLine.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const other = 'e'.repeat(64);

interface Started {
  readonly url: string;
  readonly folder: string;
  readonly log: PredictionLog;
}

async function start(sharing: Sharing, changes: Partial<ServingPredictor> = {}): Promise<Started> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-second-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const log = openPredictionLog({ folder: path.join(folder, 'one'), aieng: 'test' });
  let ids = 0;
  const service = await createService({
    predictor: fakePredictor(),
    second: {
      ...sharing,
      predictor: fakePredictor({ digest: other, version: 4, ...changes }),
      checkGolden: () => [],
    },
    checkGolden: () => [],
    log,
    clock: () => 1000,
    elapsed: () => performance.now(),
    newId: () => `id-${(ids += 1)}`,
    softwareVersion: '1.2.3',
  });
  cleanups.push(() => service.close());
  const { url } = await service.listen({ host: '127.0.0.1', port: 0 });
  return { url, folder, log };
}

interface Said {
  readonly status: number;
  readonly version: number;
  readonly header: string | null;
  readonly body: ReturnType<typeof JSON.parse>;
}

async function predict(
  url: string,
  features: unknown,
  headers: Record<string, string> = {},
  place = '/predict',
): Promise<Said> {
  const response = await fetch(`${url}${place}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(place === '/predict' ? { features } : features),
  });
  const body: Said['body'] = JSON.parse(await response.text());
  return {
    status: response.status,
    version: Number(body.model?.version ?? body.model_version),
    header: response.headers.get('x-aieng-model'),
    body,
  };
}

/** Rows that differ: 73 tenures by five charges. */
const rowAt = (at: number): typeof fakeRow => ({ ...fakeRow, tenure: at % 73, charges: 20 + (at % 5) });

/** A key that is, or is not, in a tenth of the other bundle. */
const keyIn = (share: boolean): string =>
  Array.from({ length: 1000 }, (_, at) => `customer ${at}`).find(
    (key) => isInShare(other, key, 0.1) === share,
  )!;

async function shadowsNow({ folder, log }: Started): Promise<ReadonlyMap<string, ShadowRecord>> {
  await log.flush();
  const found = new Map<string, ShadowRecord>();
  for await (const record of readShadows(folder, 0)) found.set(record.id, record);
  return found;
}

async function shadowsOf(started: Started, rows: number): ReturnType<typeof shadowsNow> {
  for (;;) {
    const found = await shadowsNow(started);
    if (found.size >= rows) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('the share of a bundle', () => {
  it('is about as large as it is asked to be, and who is in it stays in when it grows', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 64, maxLength: 64 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bundle, share) => {
          const keys = Array.from({ length: 2000 }, (_, at) => `row ${at}`);
          const within = keys.filter((key) => isInShare(bundle, key, share));
          expect(Math.abs(within.length / 2000 - share)).toBeLessThan(0.06);
          for (const key of within) expect(isInShare(bundle, key, (1 + share) / 2)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is nobody at 0 and everybody at 1', () => {
    for (let at = 0; at < 500; at += 1) {
      expect(isInShare(other, `k${at}`, 0)).toBe(false);
      expect(isInShare(other, `k${at}`, 1)).toBe(true);
    }
  });

  it('is keyed by the row id, else by the cells, in whatever order they come', () => {
    const { manifest } = fakePredictor();
    const { tenure, ...rest } = fakeRow;
    expect(rowKey({ ...rest, tenure }, manifest)).toBe(rowKey({ tenure, ...rest }, manifest));
    expect(rowKey({ id: 7, tenure: 1 }, { ...manifest, row_id: ['id'] })).toBe(
      rowKey({ id: '7', tenure: 2 }, { ...manifest, row_id: ['id'] }),
    );
  });
});

describe('a canary', () => {
  it('answers its share, the same rows each time; body, headers and log name who answered', async () => {
    const started = await start({ mode: 'canary', share: 0.3 });
    const versions: number[] = [];
    for (let at = 0; at < 40; at += 1) {
      const said = await predict(started.url, rowAt(at));
      expect(said.header).toBe(`churn@${said.version}`);
      expect((await predict(started.url, rowAt(at))).version).toBe(said.version);
      versions.push(said.version);
    }
    const share = versions.filter((version) => version === 4).length / versions.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.5);
    await started.log.flush();
    const { predictions } = await readLog(started.folder);
    expect(predictions.map(({ version }) => version)).toEqual(
      versions.flatMap((version) => [version, version]),
    );
    // The version in charge was asked too, of the same rows.
    const byCanary = predictions.filter(({ bundle }) => bundle === other);
    const shadows = await shadowsOf(started, byCanary.length);
    for (const { id, scores } of byCanary)
      expect(shadows.get(id)).toMatchObject({ bundle: 'd'.repeat(64), fault: null, scores });
    const metrics = await (await fetch(`${started.url}/metrics`)).text();
    expect(metrics).toContain(`aieng_model_info{name="churn",version="4",bundle="${other}"} 1`);
    expect(metrics).toMatch(/aieng_http_requests_total\{route="\/predict",status="2xx",version="4"\} [1-9]/);
  });

  it('keeps a caller by his key, whichever row he asks about', async () => {
    const { url } = await start({ mode: 'canary', share: 0.1 });
    for (const isIn of [true, false])
      for (let at = 0; at < 20; at += 1)
        expect((await predict(url, rowAt(at), { 'x-aieng-key': keyIn(isIn) })).version).toBe(isIn ? 4 : 3);
  });

  it.each([
    [
      'breaks',
      'failed',
      (): never => {
        throw new Error('broken');
      },
    ],
    ['refuses', 'refused', () => ({ answers: [], issues: [{ path: '/tenure', message: 'too old' }] })],
  ] as const)('that %s fails nobody: the version in charge answers', async (_how, fault, predictRows) => {
    const started = await start({ mode: 'canary', share: 1 }, { predictRows });
    expect(await predict(started.url, fakeRow)).toMatchObject({ status: 200, version: 3, header: 'churn@3' });
    const found = [...(await shadowsOf(started, 1)).values()];
    expect(found).toMatchObject([{ bundle: other, fault, prediction: null }]);
    expect(await (await fetch(`${started.url}/metrics`)).text()).toContain('aieng_canary_rescues_total 1');
  });

  it('is not blamed for rows that no version takes', async () => {
    const started = await start({ mode: 'canary', share: 1 });
    expect((await predict(started.url, { tenure: 'x' })).status).toBe(400);
    expect(await (await fetch(`${started.url}/metrics`)).text()).toContain('aieng_canary_rescues_total 0');
    expect((await shadowsNow(started)).size).toBe(0);
  });

  it('answers whole requests, and by name whoever asks for it', async () => {
    const { url } = await start({ mode: 'canary', share: 0.5 });
    const many = await predict(
      url,
      Array.from({ length: 30 }, (_, at) => rowAt(at)),
    );
    expect(many.body.predictions).toHaveLength(30);
    const inputs = [
      { name: 'tenure', shape: [1], datatype: 'INT64', data: [1] },
      { name: 'contract', shape: [1], datatype: 'BYTES', data: ['One year'] },
    ];
    for (const version of [3, 4])
      expect(await predict(url, { inputs }, {}, `/v2/models/churn/versions/${version}/infer`)).toMatchObject({
        status: 200,
        version,
        header: `churn@${version}`,
      });
    expect((await predict(url, { inputs }, {}, '/v2/models/churn/versions/5/infer')).status).toBe(404);
    expect(await (await fetch(`${url}/v2/models/churn`)).json()).toMatchObject({ versions: ['3', '4'] });
  });
});

describe('a shadow', () => {
  it('answers nobody; what it says is in the log, by the prediction that was given', async () => {
    const started = await start({ mode: 'shadow', share: 1 });
    const ids: string[] = [];
    for (let at = 0; at < 20; at += 1) {
      const said = await predict(started.url, rowAt(at));
      expect(said.version).toBe(3);
      ids.push(said.body.id);
    }
    const shadows = await shadowsOf(started, 20);
    expect([...shadows.keys()].sort()).toEqual(ids.sort());
    for (const shadow of shadows.values()) expect(shadow).toMatchObject({ bundle: other, fault: null });
  });

  it('that breaks is written down and reaches no caller', async () => {
    const predictRows = (): never => {
      throw new Error('broken');
    };
    const started = await start({ mode: 'shadow', share: 1 }, { predictRows });
    expect(await predict(started.url, fakeRow)).toMatchObject({ status: 200, version: 3 });
    const [shadow] = [...(await shadowsOf(started, 1)).values()];
    expect(shadow).toMatchObject({ fault: 'failed', scores: [] });
    expect(await (await fetch(`${started.url}/metrics`)).text()).toContain('aieng_shadow_faults_total 1');
  });

  it('waits in a line of a bounded length, and drops what is too much', () => {
    const line = openShadowLine({
      log: null,
      clock: () => 0,
      elapsed: () => 0,
      waiting: () => 1,
    });
    const rows = Array.from({ length: 250 }, (_, at) => rowAt(at));
    const ids = rows.map((_, at) => `p${at}`);
    for (let round = 0; round < 10; round += 1)
      line.take({ predictor: fakePredictor(), rows, way: 'json', ids, callerMs: 1 });
    expect(line.counts()).toEqual({ answered: 0, faults: 0, dropped: 2500 - 400 });
    line.close();
    expect(line.counts().dropped).toBe(2500);
  });
});
