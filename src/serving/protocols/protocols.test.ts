import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakePredictor, fakeRow } from '../../../test/system/fakePredictor.ts';
import { RequestProblem } from '../problem.ts';
import { createService } from '../service.ts';
import type { Service } from '../service.ts';
import { protocols } from './index.ts';

let service: Service;
let url = '';
beforeAll(async () => {
  let ids = 0;
  service = await createService({
    predictor: fakePredictor(),
    checkGolden: () => [],
    log: null,
    clock: () => 1000,
    elapsed: () => performance.now(),
    newId: () => `id-${(ids += 1)}`,
    softwareVersion: '1.2.3',
  });
  ({ url } = await service.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(() => service.close());

interface Reply {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
}

async function post(path: string, body: unknown, type = 'application/json'): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const get = async (path: string): Promise<Response> => fetch(`${url}${path}`);

const second = { tenure: 60, charges: 20, contract: 'Month-to-month', senior: true };
const inputs = [
  { name: 'tenure', shape: [2], datatype: 'INT64', data: [12, 60] },
  { name: 'charges', shape: [2, 1], datatype: 'FP32', data: [[70.5], [20]] },
  { name: 'contract', shape: [2], datatype: 'BYTES', data: ['One year', 'Month-to-month'] },
  { name: 'senior', shape: [2], datatype: 'BOOL', data: [false, true] },
];
const infer = (body: unknown): Promise<Reply> => post('/v2/models/churn/infer', body);

describe.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
  'protocol %s',
  (_name, protocol) => {
    it('documents routes that exist, and writes a problem as an object with words', async () => {
      const paths = Object.entries(protocol.openApi(fakePredictor()));
      expect(paths.length).toBeGreaterThan(0);
      for (const [path, item] of paths) {
        const real = path.replace('{model}', 'churn').replace('{version}', '3');
        if ('get' in item) expect((await get(real)).status, real).toBe(200);
        if ('post' in item) expect((await post(real, '{"x": NaN')).status, real).toBe(400);
      }
      expect(JSON.stringify(protocol.errorBody(new RequestProblem(400, 'what is wrong')))).toContain(
        'what is wrong',
      );
    });
  },
);

describe('a body of no said type', () => {
  it('is JSON to the Open Inference Protocol, as Triton’s client sends it, and to nobody else', async () => {
    const inputs = Object.entries(fakeRow).map(([name, value]) => ({
      name,
      shape: [1],
      datatype: typeof value === 'number' ? 'FP64' : typeof value === 'boolean' ? 'BOOL' : 'BYTES',
      data: [value],
    }));
    const send = async (path: string, headers: Record<string, string>): Promise<[number, string]> => {
      const response = await fetch(url + path, {
        method: 'POST',
        body: new TextEncoder().encode(JSON.stringify({ inputs })),
        headers,
      });
      return [response.status, await response.text()];
    };
    const infer = '/v2/models/churn/infer';
    expect((await send(infer, {}))[0]).toBe(200);
    expect((await send(infer, { 'content-type': 'text/plain' }))[0]).toBe(415);
    const binary = await send(infer, { 'inference-header-content-length': '12' });
    expect(binary).toEqual([415, expect.stringContaining('binary_data=False')]);
    expect((await send('/predict', {}))[0]).toBe(415);
  });
});

describe('all protocols', () => {
  it('give the same answer to the same rows, CSV and JSON alike', async () => {
    const { body } = await post('/predict', [fakeRow, second]);
    const expected = body.predictions.map((one: { prediction: string }) => one.prediction);
    expect(expected).toEqual(['Yes', 'No']);
    const columns = Object.keys(fakeRow);
    const data = [Object.values(fakeRow), Object.values(second)];
    const columnar = Object.fromEntries(columns.map((name, index) => [name, data.map((row) => row[index])]));
    const csv =
      'contract,extra,tenure,charges,senior\r\n"One year",x,12,70.5,no\r\nMonth-to-month,,60,20,yes\r\n';
    for (const [sent, type] of [
      [{ dataframe_split: { columns, data } }],
      [{ dataframe_records: [{ ...fakeRow, extra: 1 }, second] }],
      [{ instances: [fakeRow, second] }],
      [{ instances: data }],
      [{ inputs: columnar, params: {} }],
      [csv, 'text/csv; charset=utf-8'],
    ] as const) {
      const reply = await post('/invocations', sent, type);
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      expect(reply.body.predictions).toEqual(expected);
      expect(reply.body.probabilities).toEqual(
        body.predictions.map((one: { probabilities: unknown }) => one.probabilities),
      );
    }
    const v2 = await infer({ id: 'mine', inputs });
    expect(v2.status).toBe(200);
    expect(v2.body).toMatchObject({ model_name: 'churn', model_version: '3', id: 'mine' });
    const output = (name: string): { data: unknown[] } =>
      v2.body.outputs.find((one: { name: string }) => one.name === name);
    expect(output('prediction')).toMatchObject({ data: expected, shape: [2], datatype: 'BYTES' });
    expect(output('probability_Yes').data).toEqual(
      body.predictions.map((one: { probabilities: { Yes: number } }) => one.probabilities.Yes),
    );
    expect(new Set(output('prediction_id').data).size).toBe(2);
  });
});

describe('Open Inference Protocol V2', () => {
  it('describes server and model', async () => {
    expect(await (await get('/v2')).json()).toEqual({ name: 'aieng', version: '1.2.3', extensions: [] });
    const model = JSON.parse(await (await get('/v2/models/churn/versions/3')).text());
    expect(model).toMatchObject({ name: 'churn', versions: ['3'] });
    expect(model.inputs).toEqual([
      { name: 'tenure', datatype: 'INT64', shape: [-1] },
      { name: 'charges', datatype: 'FP64', shape: [-1] },
      { name: 'contract', datatype: 'BYTES', shape: [-1] },
      { name: 'senior', datatype: 'BOOL', shape: [-1] },
    ]);
    for (const path of [
      '/v2/health/live',
      '/v2/health/ready',
      '/v2/models/churn/ready',
      '/v2/models/churn/versions/3/ready',
    ])
      expect((await get(path)).status, path).toBe(200);
    expect((await get('/v2/models/other')).status).toBe(404);
    expect((await get('/v2/models/churn/versions/4/ready')).status).toBe(404);
  });

  it('gives only the outputs that were asked for', async () => {
    const { body } = await infer({ inputs, outputs: [{ name: 'prediction' }] });
    expect(body.outputs.map((one: { name: string }) => one.name)).toEqual(['prediction']);
  });

  it.each([
    ['a shape that its data has not', { ...inputs[0], shape: [3] }, '/inputs/0/data'],
    ['several values a row', { ...inputs[0], shape: [1, 2] }, '/inputs/0/shape'],
    ['an unknown datatype', { ...inputs[0], datatype: 'toString' }, '/inputs/0/datatype'],
    ['a value out of range', { ...inputs[0], datatype: 'INT8', data: [12, 200] }, '/inputs/0/data/1'],
    ['a fraction as integer', { ...inputs[0], data: [12, 1.5] }, '/inputs/0/data/1'],
    ['text as number', { ...inputs[0], datatype: 'BYTES', data: ['12', '60'] }, '/inputs/0/data/0'],
    ['data too deep', { ...inputs[0], shape: [2], data: [[12], [60]] }, '/inputs/0/data'],
    ['data uneven', { ...inputs[0], shape: [2, 1], data: [[12], 60] }, '/inputs/0/data'],
    ['another number of rows', { ...inputs[0], shape: [1], data: [12] }, '/inputs/1/shape'],
    ['no name', { ...inputs[0], name: 5 }, '/inputs/0/name'],
    ['the same name twice', { ...inputs[1] }, '/inputs/1/name'],
    ['an unknown column', { ...inputs[0], name: 'tenur' }, '/inputs/0/data/0'],
    ['no object', null, '/inputs/0'],
  ])('400 {"error"} with the place: %s', async (_name, first, place) => {
    const { status, body } = await infer({ inputs: [first, ...inputs.slice(1)] });
    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(['error']);
    expect(body.error).toContain(`${place}:`);
  });

  it('names a column that is missing, and unknown outputs', async () => {
    expect((await infer({ inputs: inputs.slice(1) })).body.error).toContain(
      'tenure: expected a whole number, got no such field',
    );
    expect((await infer({ inputs, outputs: [{ name: 'x' }] })).body.error).toContain('/outputs/0/name');
    expect((await infer({ inputs: [] })).status).toBe(400);
    expect((await infer({ id: 5, inputs })).status).toBe(400);
    expect((await infer([])).status).toBe(400);
  });
});

describe('MLflow scoring', () => {
  it('answers its probes', async () => {
    expect((await get('/ping')).status).toBe(200);
    expect((await get('/health')).status).toBe(200);
    expect(await (await get('/version')).text()).toBe('1.2.3');
  });

  it('415 for another media type', async () => {
    expect((await post('/invocations', 'x', 'application/xml')).status).toBe(415);
  });

  it.each([
    ['nothing', {}, 'exactly one of'],
    ['two', { inputs: {}, instances: [] }, 'exactly one of'],
    ['no object', [fakeRow], 'exactly one of'],
    ['a missing column', { dataframe_records: [fakeRow, { tenure: 1 }] }, '/dataframe_records/1/contract'],
    ['no known column', { inputs: { other: [1] } }, '/inputs/0/tenure'],
    [
      'rows of another length',
      { dataframe_split: { columns: ['tenure'], data: [[1, 2]] } },
      '/dataframe_split/data/0',
    ],
    ['a column twice', { dataframe_split: { columns: ['a', 'a'], data: [] } }, '/dataframe_split/columns'],
    ['uneven columns', { inputs: { tenure: [1, 2], contract: ['a'] } }, '/inputs'],
    ['lists as records', { dataframe_records: [[1]] }, '/dataframe_records/0'],
    ['text as number', { dataframe_records: [{ ...fakeRow, tenure: '12' }] }, '/dataframe_records/0/tenure'],
  ])('400 for %s', async (_name, body, words) => {
    const reply = await post('/invocations', body);
    expect(reply.status).toBe(400);
    expect(reply.body.error_code).toBe('BAD_REQUEST');
    expect(reply.body.message).toContain(words);
  });

  it.each([
    ['an empty body', '', /empty/],
    ['a header twice', 'tenure,tenure\n1,2\n', /"tenure" twice/],
    ['a short record', 'tenure,contract\n1\n', /line 2/],
    ['an open quote', 'tenure,contract\n1,"x\n', /CSV/],
    ['hexadecimal', 'tenure,contract\n0x10,a\n', /\/0\/tenure: expected a whole number, got "0x10"/],
    ['a header only', 'tenure,contract\n', /no row/],
  ])('400 for CSV with %s', async (_name, csv, message) => {
    const reply = await post('/invocations', csv, 'text/csv');
    expect(reply.status).toBe(400);
    expect(reply.body.message).toMatch(message);
  });

  it('takes an empty CSV cell as missing', async () => {
    const reply = await post('/invocations', 'tenure,contract,charges\n12,One year,\n', 'text/csv');
    expect(reply.status).toBe(200);
  });
});

describe('a number with an interval', () => {
  const interval = { level: 0.9, rows: 200, upTo: [], below: [2], above: [3] };
  const plain = fakePredictor();
  const manifest = { ...plain.manifest, task: { kind: 'regression' as const }, outputs: [], interval };
  const within = { low: 10, high: 15 };
  let numbers: Service;
  let at = '';
  beforeAll(async () => {
    numbers = await createService({
      predictor: {
        ...plain,
        manifest,
        predictRows: (rows) => ({
          answers: rows.map(() => ({
            rowId: 'r',
            prediction: 12,
            prediction_interval: within,
            scores: [12],
            features: {},
          })),
          issues: [],
        }),
      },
      checkGolden: () => [],
      log: null,
      clock: () => 1000,
      elapsed: () => performance.now(),
      newId: () => 'id',
      softwareVersion: '1.2.3',
    });
    at = (await numbers.listen({ host: '127.0.0.1', port: 0 })).url;
  });
  afterAll(() => numbers.close());
  const answered = async (path: string, body: unknown): Promise<Reply['body']> => {
    const response = await fetch(`${at}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };

  it('answers with it in every protocol, and documents it', async () => {
    expect(await answered('/predict', { features: fakeRow })).toMatchObject({
      prediction: 12,
      prediction_interval: within,
    });
    const { outputs } = await answered('/v2/models/churn/infer', { inputs });
    expect(outputs).toMatchObject([
      { name: 'prediction', datatype: 'FP64', data: [12, 12] },
      { name: 'prediction_low', datatype: 'FP64', data: [10, 10] },
      { name: 'prediction_high', datatype: 'FP64', data: [15, 15] },
      { name: 'prediction_id' },
    ]);
    expect(await answered('/invocations', { dataframe_records: [fakeRow] })).toMatchObject({
      predictions: [12],
      prediction_intervals: [within],
    });
    const document = JSON.stringify(await (await fetch(`${at}/openapi.json`)).json());
    expect(document).toContain('The true value lies within for about 90 % of the rows.');
    expect(document).toContain('"prediction_interval":{"low":10.25,"high":15}');
  });
});
