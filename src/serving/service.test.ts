import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePredictor, fakeRow, fakeSchema } from '../../test/system/fakePredictor.ts';
import { usageError } from '../errors.ts';
import { openPredictionLog } from '../traffic/predictionLog.ts';
import { readLog } from '../traffic/readLog.ts';
import { tokenHash } from './access/access.ts';
import { createService } from './service.ts';
import type { Service, ServiceOptions } from './service.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(changes: Partial<ServiceOptions> = {}): Promise<{ url: string; service: Service }> {
  let ids = 0;
  const service = await createService({
    predictor: fakePredictor(),
    checkGolden: () => [],
    log: null,
    clock: () => 1000,
    elapsed: () => performance.now(),
    newId: () => `id-${(ids += 1)}`,
    softwareVersion: '1.2.3',
    ...changes,
  });
  cleanups.push(() => service.close());
  const { url } = await service.listen({ host: '127.0.0.1', port: 0 });
  return { url, service };
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

async function ask(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
  method?: string,
): Promise<Reply> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined ? {} : { body: payload }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

describe('POST /predict', () => {
  it('with a durable log, gives no answer whose record is not on the disk', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-service-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const durable = openPredictionLog({ folder: path.join(folder, 'one'), aieng: 'test', durable: true });
    const { url } = await start({ log: durable });
    const { body } = await ask(`${url}/predict`, { features: fakeRow });
    expect((await readLog(folder)).predictions.map(({ id }) => id)).toEqual([body.id]);

    const full = { ...durable, settled: () => Promise.resolve('ENOSPC') };
    const refused = await ask(`${(await start({ log: full })).url}/predict`, { features: fakeRow });
    expect(refused).toMatchObject({ status: 503, body: { error: expect.stringContaining('(ENOSPC)') } });
  });

  it('answers one row and names the model that did', async () => {
    const { url } = await start();
    const { status, headers, body } = await ask(`${url}/predict`, { features: fakeRow });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      prediction: 'Yes',
      status: 'success',
      model: { name: 'churn', version: 3 },
    });
    expect(Object.keys(body.probabilities)).toEqual(['No', 'Yes']);
    expect(body.id).toMatch(/^id-/);
    expect(body).not.toHaveProperty('scores');
    expect(headers.get('x-aieng-model')).toBe('churn@3');
    expect(headers.get('x-aieng-bundle')).toBe('d'.repeat(64));
  });

  it('answers lists, wrapped or bare, with unique ids', async () => {
    const { url } = await start();
    const wrapped = await ask(`${url}/predict`, { features: [fakeRow, fakeRow] });
    const bare = await ask(`${url}/predict`, [fakeRow, fakeRow]);
    expect(wrapped.body.predictions).toHaveLength(2);
    const ids = [...wrapped.body.predictions, ...bare.body.predictions].map((one: { id: string }) => one.id);
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    ['number as text', { features: { ...fakeRow, tenure: '12' } }, '/features/tenure'],
    ['typo', { features: { ...fakeRow, tenur: 1 } }, '/features/tenur'],
    ['too large', `{"features": {"tenure": 1e400, "contract": "x"}}`, '/features/tenure'],
    ['second of a list', [fakeRow, { tenure: 1 }], '/1/contract'],
    ['no row', { features: 5 }, '/features'],
    ['columns at the top', fakeRow, '/tenure'],
    ['prototype', '{"features": {"__proto__": {"a": 1}}}', '/features/__proto__.a'],
  ])('400 with the place: %s', async (_name, body, place) => {
    const { url } = await start();
    const reply = await ask(`${url}/predict`, body);
    expect(reply.status).toBe(400);
    expect(reply.body.status).toBe('error');
    expect(reply.body.details[0].path).toBe(place);
    expect(reply.body.error).toContain(place);
  });

  it.each([
    ['NaN', '{"features": {"tenure": NaN}}', /column 25.*null/],
    ['empty list', [], /no row/],
    ['empty body', '', /empty/],
    ['null', null, /Expected/],
  ])('400 in our shape: %s', async (_name, body, message) => {
    const { url } = await start();
    const reply = await ask(`${url}/predict`, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error: expect.stringMatching(message), status: 'error', details: [] });
  });

  it('says why where it is asked, of as many rows as the model can explain in a request', async () => {
    const { url } = await start();
    const one = await ask(`${url}/predict?explain=true`, { features: fakeRow });
    expect(one.body.explanation).toMatchObject({ of: 'Yes', base: 0, margin: 0 });
    const two = await ask(`${url}/predict?explain`, [fakeRow, fakeRow]);
    expect(two.body.predictions[1].explanation.contributions).toEqual({ tenure: 1, charges: -1 });
    const plain = await ask(`${url}/predict?explain=false`, { features: fakeRow });
    expect(plain.body).not.toHaveProperty('explanation');
    const many = await ask(`${url}/predict?explain=true`, [fakeRow, fakeRow, fakeRow]);
    expect(many.status).toBe(413);
    expect(many.body.error).toMatch(/3 rows to explain in one request; at most 2 of this model/);
  });

  it.each(['explian=true', 'explain=yes', 'explain=true&explain=false'])(
    '400 for what is no known parameter: ?%s',
    async (query) => {
      const { url } = await start();
      const reply = await ask(`${url}/predict?${query}`, { features: fakeRow });
      expect(reply.status).toBe(400);
      expect(reply.body.error).toMatch(/query parameter .*explain/);
    },
  );

  it('501 with the reason where the bundle lacks what explaining takes', async () => {
    const predictor = fakePredictor({
      explainableRows: () => {
        throw usageError({ code: 'old', message: 'It is old.', hint: 'Train again.' });
      },
    });
    const { url } = await start({ predictor });
    const reply = await ask(`${url}/predict?explain=true`, { features: fakeRow });
    expect(reply.status).toBe(501);
    expect(reply.body.error).toBe('It is old. Train again.');
    expect((await ask(`${url}/predict`, { features: fakeRow })).status).toBe(200);
  });

  it('413 for a body or a batch above its bound, in our shape', async () => {
    const { url } = await start({ bodyLimitBytes: 1000, maxBatchRows: 3 });
    const large = await ask(`${url}/predict`, { features: { ...fakeRow, contract: 'x'.repeat(300_000) } });
    expect(large).toMatchObject({ status: 413, body: { status: 'error', details: [] } });
    expect(large.body.error).toContain('1000 bytes');
    const batch = await ask(`${url}/predict`, [{}, {}, {}, {}]);
    expect(batch).toMatchObject({ status: 413, body: { error: expect.stringContaining('at most 3') } });
  });

  it('503 with Retry-After when more bytes of requests are held than there is room for', async () => {
    const row = { ...fakeRow, contract: 'x'.repeat(5000) };
    const { url } = await start({ maxBytesHeld: 6000 });
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => ask(`${url}/predict`, { features: row })),
    );
    const refused = replies.filter((reply) => reply.status === 503);
    for (const reply of refused) expect(reply.headers.get('retry-after')).toBe('1');
    expect(replies.every((reply) => [200, 503].includes(reply.status))).toBe(true);
    expect(replies.some((reply) => reply.status === 200)).toBe(true);
    // All that was held is given back, also of those who were refused.
    expect((await ask(`${url}/predict`, { features: row })).status).toBe(200);
    expect((await ask(`${url}/metrics`)).body).toContain('aieng_request_bytes_held 0\n');
  });

  it('refuses what would be costly to parse before it is parsed', async () => {
    const { url } = await start({ maxBatchRows: 1000 });
    for (const [body, status] of [
      [`[${'{},'.repeat(100_000)}{}]`, 413],
      [`{"features": {${Array.from({ length: 20_000 }, (_, i) => `"k${i}": 1`).join(',')}}}`, 400],
      ['['.repeat(500_000), 400],
    ] as const)
      expect((await ask(`${url}/predict`, body)).status).toBe(status);
    const csv = await ask(`${url}/invocations`, ','.repeat(500_000), { 'content-type': 'text/csv' });
    expect(csv.status).toBe(413);
  });

  it('names twenty unknown fields of a request, not all', async () => {
    const { url } = await start();
    const strange = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`strange${i}`, 1]));
    const { status, body } = await ask(`${url}/predict`, [
      { ...fakeRow, ...strange },
      { ...fakeRow, ...strange },
    ]);
    expect(status).toBe(400);
    expect(body.details).toHaveLength(20);
  });

  it('500 with an id and nothing of the inside when there is a bug of ours', async () => {
    const seen: string[] = [];
    const predictRows = (): never => {
      throw new Error('secret path /home/x');
    };
    const { url } = await start({
      predictor: fakePredictor({ predictRows }),
      onInternalError: (id) => seen.push(id),
    });
    const reply = await ask(`${url}/predict`, { features: fakeRow });
    expect(reply.status).toBe(500);
    expect(reply.body.error).toContain(seen[0]);
    expect(JSON.stringify(reply.body)).not.toContain('secret');
    expect((await ask(`${url}/metrics`)).body).toContain('aieng_internal_errors_total 1');
  });
});

describe('paths and methods', () => {
  it('404, 405, 415, 400: each in the shape of the protocol that owns the path', async () => {
    const { url } = await start();
    expect(await ask(`${url}/nope`)).toMatchObject({ status: 404, body: { status: 'error' } });
    expect(await ask(`${url}/nope`, 'x', { 'content-type': 'text/plain' })).toMatchObject({ status: 404 });
    const wrong = await ask(`${url}/predict`);
    expect(wrong).toMatchObject({ status: 405, body: { status: 'error' } });
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await ask(`${url}/predict`, 'a=1', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect(await ask(`${url}/predict`, 'a,b', { 'content-type': 'text/csv' })).toMatchObject({ status: 415 });
    expect(await ask(`${url}/%zz`)).toMatchObject({ status: 400, body: { status: 'error' } });
    const v2 = await ask(`${url}/v2/nope`);
    expect(v2).toMatchObject({ status: 404 });
    expect(Object.keys(v2.body)).toEqual(['error']);
    expect((await ask(`${url}/v2/models/churn/infer`)).status).toBe(405);
    expect((await ask(`${url}/invocations`, undefined, {}, 'DELETE')).body).toHaveProperty('error_code');
  });

  it('keeps a good request id and replaces a bad one', async () => {
    const { url } = await start();
    const good = await ask(`${url}/health/live`, undefined, { 'x-request-id': 'abc-1' });
    expect(good.headers.get('x-request-id')).toBe('abc-1');
    const bad = await ask(`${url}/health/live`, undefined, { 'x-request-id': 'a b"c' });
    expect(bad.headers.get('x-request-id')).toMatch(/^id-/);
  });
});

describe('feedback and the log', () => {
  it('records predictions and labels; a probe leaves no trace', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-service-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const log = openPredictionLog({ folder: path.join(folder, 'one'), aieng: 'test' });
    const { url, service } = await start({ log, probeToken: 'token' });
    const { body } = await ask(`${url}/predict`, { features: fakeRow });
    await ask(`${url}/predict`, { features: fakeRow }, { 'x-aieng-probe': 'token' });
    expect(await ask(`${url}/feedback`, { id: body.id, label: 'No' })).toMatchObject({
      status: 200,
      body: { status: 'success', accepted: 1 },
    });
    expect((await ask(`${url}/feedback`, { id: body.id, label: 'Perhaps' })).status).toBe(400);
    const metrics = (await ask(`${url}/metrics`)).body;
    expect(metrics).toContain('aieng_predictions_total{class="Yes",version="3"} 1');
    await service.close();
    const content = await readLog(folder);
    expect(content.predictions).toHaveLength(1);
    expect(content.predictions[0]).toMatchObject({
      id: body.id,
      version: 3,
      features: { tenure: 12, contract: 'One year', senior: 'false' },
    });
    expect(content.labels).toEqual([{ id: body.id, label: 'No', at: 1000 }]);
  });

  it('says that there is no log to put labels in', async () => {
    const { url } = await start();
    expect((await ask(`${url}/feedback`, { id: 'a', label: 'No' })).status).toBe(501);
  });
});

describe('operations', () => {
  it('is ready after the golden rows, and says when the log is degraded', async () => {
    const log = {
      prediction: () => undefined,
      shadow: () => undefined,
      labels: () => Promise.resolve(),
      flush: async () => undefined,
      close: async () => undefined,
      state: () => ({ degraded: true, message: 'ENOSPC', waiting: 5, written: 0, lost: 2, errors: 1 }),
    };
    const { url, service } = await start({ log });
    const ready = await ask(`${url}/health/ready`);
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'ready', degraded: [expect.stringMatching(/ENOSPC.*5 wait.* 2 are lost/)] },
    });
    const { body: figures } = await ask(`${url}/metrics`);
    expect(figures).toContain('aieng_prediction_log_degraded 1');
    expect(figures).toContain('aieng_prediction_log_waiting 5');
    service.drain();
    expect(await ask(`${url}/health/ready`)).toMatchObject({ status: 503, body: { status: 'draining' } });
    expect((await ask(`${url}/ping`)).status).toBe(503);
    expect((await ask(`${url}/health/live`)).status).toBe(200);
  });

  it('refuses to start on a golden mismatch (exit 8) and on a port in use (exit 2, with a free one)', async () => {
    await expect(start({ checkGolden: () => ['row 0: score 1 is .7, was .6'] })).rejects.toMatchObject({
      exitCode: 8,
    });
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const service = await createService({
      predictor: fakePredictor(),
      checkGolden: () => [],
      log: null,
      clock: () => 0,
      elapsed: () => performance.now(),
      newId: () => 'x',
      softwareVersion: '1',
    });
    await expect(service.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(String(port)),
      hint: expect.stringMatching(/--port [1-9]\d*/),
    });
  });

  it('counts with labels from closed sets only', async () => {
    const { url } = await start();
    await ask(`${url}/predict`, { features: fakeRow });
    await ask(`${url}/secret-path-1234`);
    await ask(`${url}/v2/models/attack-1234/infer`, {});
    const { body, headers } = await ask(`${url}/metrics`);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('aieng_http_requests_total{route="/predict",status="2xx",version="3"} 1');
    expect(body).toContain('route="unknown",status="4xx"');
    expect(body).toContain(
      'aieng_http_request_duration_seconds_bucket{le="0.0005",route="/predict",version="3"}',
    );
    expect(body).toMatch(/process_resident_memory_bytes \d+/);
    expect(body).not.toContain('1234');
  });

  it('lets nobody call by the name of a stranger, with another page, or without the token that is asked for', async () => {
    const access = {
      hosts: [],
      tokens: [
        { name: 'shop', hash: tokenHash('one'), purposes: ['predict'] },
        { name: 'crm', hash: tokenHash('two'), purposes: ['feedback'] },
      ],
    } as const;
    const open = await start();
    const page = { origin: 'http://evil.example' };
    expect((await ask(`${open.url}/feedback`, { id: 'a', label: 'Yes' }, page)).status).toBe(403);
    expect((await ask(`${open.url}/predict`, { features: fakeRow }, page)).status).toBe(403);

    const { url } = await start({ access, probeToken: 'p' });
    const asked = async (
      path: string,
      headers: Record<string, string>,
      body?: unknown,
    ): Promise<[number, string | null]> => {
      const reply = await ask(url + path, body, headers);
      return [reply.status, reply.headers.get('x-content-type-options')];
    };
    const row = { features: fakeRow };
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await asked('/predict', {}, row)).toEqual([401, 'nosniff']);
    expect(await asked('/predict', bearer('one'), row)).toEqual([200, 'nosniff']);
    expect(await asked('/predict', bearer('two'), row)).toEqual([403, 'nosniff']);
    expect(await asked('/predict', { 'x-aieng-probe': 'p' }, row)).toEqual([200, 'nosniff']);
    expect(await asked('/feedback', bearer('one'), { id: 'a', label: 'Yes' })).toEqual([403, 'nosniff']);
    expect(await asked('/feedback', bearer('two'), { id: 'a', label: 'Yes' })).toEqual([501, 'nosniff']);
    expect(await asked('/openapi.json', {})).toEqual([401, 'nosniff']);
    expect(await asked('/nothing', {})).toEqual([404, 'nosniff']);
    for (const path of ['/health/live', '/health/ready', '/metrics', '/ping', '/health', '/v2/health/ready'])
      expect(await asked(path, page)).toEqual([200, 'nosniff']);

    const { body } = await ask(`${url}/openapi.json`, undefined, bearer('one'));
    expect(body.security).toEqual([{ token: [] }]);
    expect(body.components.securitySchemes.token.scheme).toBe('bearer');
    expect(body.paths['/metrics'].get.security).toEqual([]);
    expect(body.paths['/predict'].post).not.toHaveProperty('security');
  });

  it('documents itself: OpenAPI 3.1 whose examples satisfy its schemas and the service', async () => {
    const { url } = await start();
    const { body } = await ask(`${url}/openapi.json`);
    expect(body.openapi).toBe('3.1.0');
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ ...body, $id: 'doc' });
    const media = body.paths['/predict'].post.requestBody.content['application/json'];
    const validate = ajv.compile({ ...media.schema, $id: 'request' });
    for (const { value } of Object.values<{ value: unknown }>(media.examples)) {
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
      const reply = await ask(`${url}/predict`, value);
      expect(reply.status).toBe(200);
      const name = Array.isArray(value) ? 'PredictListResponse' : 'PredictResponse';
      const answer = ajv.compile({ $ref: `doc#/components/schemas/${name}` });
      expect(answer(reply.body), JSON.stringify(answer.errors)).toBe(true);
    }
    expect(Object.keys(media.schema.oneOf[0].properties.features.oneOf[0].properties)).toEqual(
      fakeSchema.columns.map((column) => column.name),
    );
  });
});
