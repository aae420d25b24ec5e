import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fakePredictor, fakeRow } from '../../../test/system/fakePredictor.ts';
import { isJsonObject, parseJson } from '../../data/cells/json.ts';
import type { PredictionRecord, TakenPrediction } from '../../traffic/record.ts';
import type { PredictionLog } from '../../traffic/predictionLog.ts';
import { openAccess, tokenHash } from '../access/access.ts';
import type { ServingPredictor } from '../predictor.ts';
import { createService } from '../service.ts';
import type { Service, ServiceOptions } from '../service.ts';
import { plainHeads } from './plainHead.ts';

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Asked {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

interface Told {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const ask = (port: number, path: string, { body, headers = {} }: Asked): Promise<Told> =>
  new Promise((resolve, reject) => {
    const own = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const all = { ...own, ...headers };
    for (const name of Object.keys(headers))
      if (headers[name] === undefined) Reflect.deleteProperty(all, name);
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers: all }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (more: string) => (text += more));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** Without what differs from one request to the next. That a connection is kept need not be said. */
const steady = ({ status, headers, text }: Told): object => {
  const { date: _date, 'keep-alive': _kept, connection, ...rest } = headers;
  return {
    status,
    ends: connection === 'close',
    headers: { ...rest, 'x-request-id': rest['x-request-id']?.toString().replace(/^id-.*/, 'id') },
    text: text.replaceAll(/id-\d{4}/g, 'id'),
  };
};

/** One that takes a row as text too, where it is as it should be. */
function readingPredictor(): ServingPredictor {
  const predictor = fakePredictor();
  return {
    ...predictor,
    predictText: (field) => (text) => {
      const parsed = parseJson(text);
      if (!('value' in parsed) || !isJsonObject(parsed.value)) return null;
      const { [field]: row, ...others } = parsed.value;
      if (Object.keys(others).length > 0) return null;
      const { answers, issues } = predictor.predictRows([row], () => '');
      return issues.length === 0 ? (answers[0] ?? null) : null;
    },
  };
}

/** What a reader of the log finds, whether they came as cells or as their text. */
const cellsOf = ({ features }: TakenPrediction): PredictionRecord['features'] =>
  typeof features === 'string' ? JSON.parse(features) : features;

interface Started {
  readonly port: number;
  readonly service: Service;
  readonly records: PredictionRecord[];
}

async function start(changes: Partial<ServiceOptions> = {}, fault?: string | null): Promise<Started> {
  let ids = 1000;
  const records: PredictionRecord[] = [];
  const log: PredictionLog = {
    prediction: (record) => void records.push({ ...record, features: cellsOf(record) }),
    shadow: () => undefined,
    labels: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    state: () => ({ degraded: false, message: '', waiting: 0, written: 0, lost: 0, errors: 0 }),
    ...(fault === undefined ? {} : { settled: () => Promise.resolve(fault) }),
  };
  const service = await createService({
    predictor: readingPredictor(),
    checkGolden: () => [],
    log,
    clock: () => 1000,
    elapsed: () => performance.now(),
    newId: () => `id-${(ids += 1)}`,
    softwareVersion: '1.2.3',
    ...changes,
  });
  cleanups.push(() => service.close());
  const { port } = await service.listen({ host: '127.0.0.1', port: 0 });
  return { port, service, records };
}

/** With a query, though an empty one, a request takes the usual road. */
async function both(started: Started, asked: Asked, path = '/predict'): Promise<Told> {
  const { port, records } = started;
  const direct = await ask(port, path, asked);
  const left = records.splice(0).map((record) => ({ ...record, id: '' }));
  const usual = await ask(port, `${path}?`, asked);
  expect(steady(direct)).toEqual(steady(usual));
  expect(left).toEqual(records.splice(0).map((record) => ({ ...record, id: '' })));
  return direct;
}

const one = JSON.stringify({ features: fakeRow });
const token = { name: 'app', hash: tokenHash('secret'), purposes: ['predict'] as const };

describe('the direct road does what the usual road does', () => {
  const bodies: readonly (readonly [string, string, number])[] = [
    ['one row', one, 200],
    ['with spaces and a byte order mark', `\uFEFF ${JSON.stringify({ features: fakeRow }, null, 2)} `, 200],
    ['several rows', JSON.stringify([fakeRow, { ...fakeRow, tenure: 71 }]), 200],
    ['a list of one', JSON.stringify({ features: [fakeRow] }), 200],
    ['a missing value', JSON.stringify({ features: { ...fakeRow, charges: null } }), 200],
    ['no row', '[]', 400],
    ['an unknown field', JSON.stringify({ features: { ...fakeRow, tenur: 1 } }), 400],
    ['a field beside', JSON.stringify({ features: fakeRow, also: 1 }), 400],
    ['a bad value', JSON.stringify({ features: { ...fakeRow, tenure: 'x' } }), 400],
    ['no JSON', '{"features": {', 400],
    ['a key twice', '{"features": {"tenure": 1, "tenure": 2}}', 400],
    ['spaces only', '   ', 400],
    ['a level too many', '['.repeat(40), 400],
    [
      'a body beyond the direct road',
      `[${Array.from({ length: 400 }, () => JSON.stringify(fakeRow)).join(',')}]`,
      200,
    ],
    ['too many rows', JSON.stringify(Array.from({ length: 500 }, () => fakeRow)), 413],
    ['a body beyond the limit', JSON.stringify({ features: 'x'.repeat(60_000) }), 413],
  ];
  it.each(bodies)('%s', async (_name, body, status) => {
    const started = await start({ maxBatchRows: 450, bodyLimitBytes: 50_000 });
    expect((await both(started, { body })).status).toBe(status);
  });

  it.each([
    ['an id of the caller', { 'x-request-id': 'mine.1' }, 200],
    ['an id that cannot be repeated', { 'x-request-id': 'a b' }, 200],
    ['a charset', { 'content-type': 'application/json; charset=utf-8' }, 200],
    ['another type', { 'content-type': 'text/plain' }, 415],
    ['a compressed body', { 'content-encoding': 'gzip' }, 415],
    ['a page of a stranger', { origin: 'https://evil.example' }, 403],
    ['a name of a stranger', { host: 'evil.example' }, 403],
    ['our name', { host: 'LOCALHOST:80' }, 200],
    ['a probe', { 'x-aieng-probe': 'knock' }, 200],
    ['no probe', { 'x-aieng-probe': 'no' }, 200],
    ['a wish to wait', { expect: '100-continue' }, 200],
    ['the end of the connection', { connection: 'close' }, 200],
  ])('a head with %s', async (_name, headers, status) => {
    const started = await start({ probeToken: 'knock' });
    expect((await both(started, { body: one, headers })).status).toBe(status);
  });

  it.each([
    [{}, 401],
    [{ authorization: 'Bearer wrong' }, 401],
    [{ authorization: 'Bearer secret' }, 200],
  ])('asks for tokens, also after a good one: %s', async (headers, status) => {
    const started = await start({ access: { hosts: [], tokens: [token] } });
    await ask(started.port, '/predict', { body: one, headers: { authorization: 'Bearer secret' } });
    started.records.splice(0);
    expect((await both(started, { body: one, headers })).status).toBe(status);
  });

  it('waits for the disk where it must, and gives no answer that is not on it', async () => {
    expect((await both(await start({}, null), { body: one })).status).toBe(200);
    expect((await both(await start({}, 'ENOSPC'), { body: one })).status).toBe(503);
  });

  it('asks both of two bundles, each caller always the same', async () => {
    const predictor = fakePredictor({ digest: 'e'.repeat(64), version: 4 });
    const second = { predictor, checkGolden: () => [], mode: 'canary' as const, share: 0.5 };
    const started = await start({ second });
    const models = new Set<unknown>();
    for (let key = 0; key < 8; key += 1)
      models.add(
        (await both(started, { body: one, headers: { 'x-aieng-key': `k${key}` } })).headers['x-aieng-model'],
      );
    expect([...models].sort()).toEqual(['churn@3', 'churn@4']);
  });

  it('tells our own mistakes by their id only', async () => {
    const told: string[] = [];
    const predictor = fakePredictor({
      predictRows: () => {
        throw new Error('the inside');
      },
    });
    const started = await start({ predictor, onInternalError: (id) => void told.push(id) });
    const { status, text } = await both(started, { body: one, headers: { 'x-request-id': 'mine' } });
    expect(status).toBe(500);
    expect(text).not.toContain('inside');
    expect(told).toEqual(['mine', 'mine']);
  });

  it('ends connections while it drains', async () => {
    const started = await start();
    started.service.drain();
    expect((await both(started, { body: one })).headers.connection).toBe('close');
  });

  it('counts the same', async () => {
    const started = await start();
    const counts = async (path: string): Promise<readonly string[]> => {
      for (const body of [one, '[]']) await ask(started.port, path, { body });
      const lines = (await started.service.figures()).split('\n');
      return lines.filter((line) => /^aieng_(http_requests_total|predictions_total|.*_count)/.test(line));
    };
    const first = await counts('/predict');
    const second = await counts('/predict?');
    const doubled = first.map((line) => line.replace(/\d+$/, (count) => String(2 * Number(count))));
    expect(second).toEqual(doubled);
  });
});

const tensors = (row: Readonly<Record<string, unknown>>): readonly object[] =>
  Object.entries(row).map(([name, value]) => ({
    name,
    shape: [1],
    datatype: typeof value === 'boolean' ? 'BOOL' : typeof value === 'string' ? 'BYTES' : 'FP64',
    data: [value],
  }));
const inferPath = '/v2/models/churn/infer';
const asTensors = JSON.stringify({ id: 'mine', inputs: tensors(fakeRow) });
const records = (row: object): string => JSON.stringify({ dataframe_records: [row] });

describe('the other protocols on the direct road', () => {
  it.each([
    [inferPath, asTensors, 200],
    [`${inferPath}/`, asTensors, 404],
    ['/v2/models/ch%75rn/infer', asTensors, 200],
    ['/v2/models/other/infer', asTensors, 404],
    ['/v2/models/churn/versions/3/infer', asTensors, 200],
    ['/v2/models/churn/versions/4/infer', asTensors, 404],
    [inferPath, JSON.stringify({ inputs: tensors(fakeRow), outputs: [{ name: 'prediction' }] }), 200],
    [inferPath, JSON.stringify({ inputs: tensors(fakeRow), outputs: [{ name: 'nothing' }] }), 400],
    [inferPath, JSON.stringify({ inputs: tensors({ ...fakeRow, tenur: 1 }) }), 400],
    [inferPath, JSON.stringify({ inputs: tensors({ ...fakeRow, tenure: 'x' }) }), 400],
    [inferPath, '{"inputs": [', 400],
    [inferPath, '[]', 400],
    ['/invocations', records(fakeRow), 200],
    ['/invocations', JSON.stringify({ inputs: fakeRow }), 200],
    ['/invocations', records({ ...fakeRow, more: 1 }), 200],
    ['/invocations', records({ ...fakeRow, tenure: 'x' }), 400],
    ['/invocations', JSON.stringify({ dataframe_records: [], instances: [] }), 400],
    ['/invocations', '{"dataframe_records": [', 400],
  ])('%s: %s', async (path, body, status) => {
    expect((await both(await start(), { body }, path)).status).toBe(status);
  });

  it.each([
    [{ 'content-type': 'text/csv' }, [415, 400]],
    [{ 'content-type': '' }, [415, 415]],
    [{ 'content-type': undefined }, [200, 415]],
    [{ 'content-type': undefined, 'inference-header-content-length': '4' }, [415, 415]],
    [{ 'inference-header-content-length': '4' }, [200, 200]],
    [{ 'x-request-id': 'mine.1' }, [200, 200]],
    [{ 'content-encoding': 'gzip' }, [415, 415]],
    [{ origin: 'https://evil.example' }, [403, 403]],
    [{ host: 'evil.example' }, [403, 403]],
    [{ 'x-aieng-probe': 'knock' }, [200, 200]],
    [{ connection: 'close' }, [200, 200]],
  ])('a head with %j', async (headers, statuses) => {
    const started = await start({ probeToken: 'knock' });
    const [infer, invocations] = [
      await both(started, { body: asTensors, headers }, inferPath),
      await both(started, { body: records(fakeRow), headers }, '/invocations'),
    ];
    expect([infer.status, invocations.status]).toEqual(statuses);
  });

  it.each([
    [{ authorization: 'Bearer wrong' }, 401],
    [{ authorization: 'Bearer secret' }, 200],
  ])('asks for tokens: %j', async (headers, status) => {
    const started = await start({ access: { hosts: [], tokens: [token] } });
    for (const [path, body] of [
      [inferPath, asTensors],
      ['/invocations', records(fakeRow)],
    ] as const)
      expect((await both(started, { body, headers }, path)).status).toBe(status);
  });

  it('asks the bundle that a path names, and each caller the same', async () => {
    const predictor = fakePredictor({ digest: 'e'.repeat(64), version: 4 });
    const second = { predictor, checkGolden: () => [], mode: 'canary' as const, share: 0.5 };
    const started = await start({ second });
    const models = new Set<unknown>();
    for (let key = 0; key < 8; key += 1)
      for (const [path, body] of [
        [inferPath, asTensors],
        ['/invocations', records(fakeRow)],
      ] as const) {
        const headers = { 'x-aieng-key': `k${key}` };
        models.add((await both(started, { body, headers }, path)).headers['x-aieng-model']);
      }
    expect([...models].sort()).toEqual(['churn@3', 'churn@4']);
    for (const version of [3, 4]) {
      const path = `/v2/models/churn/versions/${version}/infer`;
      expect((await both(started, { body: asTensors }, path)).headers['x-aieng-model']).toBe(
        `churn@${version}`,
      );
    }
  });

  it('says of the disk and of our own mistakes what the protocol says', async () => {
    const full = await start({}, 'ENOSPC');
    const broken = await start({
      predictor: fakePredictor({
        predictRows: () => {
          throw new Error('the inside');
        },
      }),
    });
    for (const [path, body, field] of [
      [inferPath, asTensors, 'error'],
      ['/invocations', records(fakeRow), 'error_code'],
    ] as const)
      for (const [started, status] of [
        [full, 503],
        [broken, 500],
      ] as const) {
        const told = await both(started, { body, headers: { 'x-request-id': 'mine' } }, path);
        expect(told.status).toBe(status);
        expect(JSON.parse(told.text)).toHaveProperty(field);
      }
  });

  it('counts by the route', async () => {
    const started = await start();
    for (const path of [inferPath, `${inferPath}?`]) await ask(started.port, path, { body: asTensors });
    for (const path of ['/invocations', '/invocations?']) await ask(started.port, path, { body: '[]' });
    const counts = (await started.service.figures()).match(/^aieng_http_requests_total.*$/gm);
    expect(counts).toHaveLength(2);
    expect(counts?.join('\n')).toMatch(/\/v2\/models\/:model\/infer.* 2$/m);
    expect(counts?.join('\n')).toMatch(/\/invocations.* 2$/m);
  });
});

it('holds no bytes of requests whose sender hung up, or came in pieces', async () => {
  const { port, service } = await start();
  const head = `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${one.length}\r\n\r\n`;
  const send = (parts: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
      const next = (at: number): void => {
        const part = parts[at];
        if (part === undefined) setTimeout(() => socket.destroy(), 30);
        else socket.write(part, () => setTimeout(() => next(at + 1), 5));
      };
      next(0);
    });
  expect(await send([head, one.slice(0, 20), one.slice(20)])).toMatch(/^HTTP\/1.1 200/);
  expect(await send([head, one.slice(0, 20)])).toBe('');
  // Pipelined: each has its own answer, in order.
  expect((await send([head + one + head + one])).match(/HTTP\/1.1 200/g)).toHaveLength(2);
  expect(await service.figures()).toMatch(/aieng_request_bytes_held 0\n/);
});

describe('plainHeads', () => {
  const bytesOf = plainHeads(openAccess, 1000);
  const head = (headers: IncomingHttpHeaders, more: Partial<IncomingMessage> = {}): IncomingMessage =>
    Object.assign(Object.create(null), {
      method: 'POST',
      headers: { host: 'localhost', 'content-type': 'application/json', 'content-length': '10', ...headers },
      ...more,
    });

  it('takes an ordinary head', () => {
    expect(bytesOf(head({}), false)).toBe(10);
    expect(bytesOf(head({ 'content-length': '1000' }), false)).toBe(1000);
    expect(bytesOf(head({ 'content-type': undefined }), true)).toBe(10);
  });

  it.each([
    [{ 'content-length': '1001' }, {}],
    [{ 'content-length': '0' }, {}],
    [{ 'content-length': undefined }, {}],
    [{ 'transfer-encoding': 'chunked' }, {}],
    [{ host: 'evil.example' }, {}],
    [{ origin: 'null' }, {}],
    [{ 'content-type': undefined }, {}],
    [{ 'inference-header-content-length': '4' }, {}],
    [{}, { method: 'PUT' }],
  ])('leaves others alone: %j %j', (headers, more) => {
    expect(bytesOf(head(headers, more), false)).toBe(0);
  });
});
