import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelOf } from '../../src/serving/answering.ts';
import { RequestProblem } from '../../src/serving/problem.ts';
import { protocols } from '../../src/serving/protocols/index.ts';
import { createService } from '../../src/serving/service.ts';
import type { Service } from '../../src/serving/service.ts';
import { fakePredictor, fakeRow } from '../system/fakePredictor.ts';

/** What every protocol of serving/protocols/index.ts owes, whatever its words: the same rows, the same answers, no 500. */
type Row = Readonly<Record<string, unknown>>;
type Json = ReturnType<typeof JSON.parse>;
interface Tongue {
  readonly path: string;
  readonly write: (rows: readonly Row[]) => object;
  /** Class and probability of "Yes", by row. */
  readonly read: (body: Json) => readonly (readonly [string, number])[];
}

const columns: readonly (readonly [name: string, datatype: string])[] = [
  ['tenure', 'INT64'],
  ['charges', 'FP64'],
  ['contract', 'BYTES'],
  ['senior', 'BOOL'],
];
const named = (rows: readonly Row[]): readonly (readonly [string, string])[] => [
  ...columns,
  ...Object.keys(rows[0] ?? {})
    .filter((name) => !columns.some(([known]) => known === name))
    .map((name) => [name, 'INT64'] as const),
];
const output = (body: Json, name: string): readonly Json[] =>
  body.outputs.find((one: Json) => one.name === name).data;

/** How each protocol is spoken: one entry for every name of the index. */
const tongues: Readonly<Record<string, Tongue>> = {
  native: {
    path: '/predict',
    write: (rows) => rows,
    read: (body) => (body.predictions ?? [body]).map((one: Json) => [one.prediction, one.probabilities.Yes]),
  },
  'open-inference-v2': {
    path: '/v2/models/churn/infer',
    write: (rows) => ({
      inputs: named(rows).map(([name, datatype]) => ({
        name,
        datatype,
        shape: [rows.length],
        data: rows.map((row: Row | null) => row?.[name]),
      })),
    }),
    read: (body) => {
      const yes = output(body, 'probability_Yes');
      return output(body, 'prediction').map((one, index) => [one, yes[index]]);
    },
  },
  mlflow: {
    path: '/invocations',
    write: (rows) => ({ dataframe_records: rows }),
    read: (body) =>
      body.predictions.map((one: string, index: number) => [one, body.probabilities[index].Yes]),
  },
};

const bodyLimitBytes = 20_000;
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
    bodyLimitBytes,
  });
  ({ url } = await service.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(() => service.close());

async function post(
  path: string,
  body: string,
  type = 'application/json',
): Promise<{ status: number; type: string; text: string; body: Json }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    body: JSON.parse(text),
  };
}

const rows = [fakeRow, { tenure: 60, charges: 20, contract: 'Month-to-month', senior: true }];

it('every protocol of the index is spoken here', () => {
  expect(Object.keys(tongues).sort()).toEqual(protocols.map(({ name }) => name).sort());
});

describe.each(protocols)('$name', (protocol) => {
  const tongue = tongues[protocol.name]!;
  const ask = (body: string, type?: string) => post(tongue.path, body, type);
  const said = (given: readonly Row[]) => JSON.stringify(tongue.write(given));

  /** In its own error shape, with words, and nothing of the inside. */
  function expectProblem(reply: Awaited<ReturnType<typeof ask>>, status: number): void {
    expect([reply.status, reply.text.slice(0, 300)]).toEqual([status, expect.any(String)]);
    expect(reply.type).toContain('application/json');
    expect(Object.keys(reply.body).sort()).toEqual(
      Object.keys(protocol.errorBody(new RequestProblem(status, 'x'))).sort(),
    );
    expect(reply.text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|\/work\/|\bat \w+ \(/);
  }

  it('has the path that is asked most on the short road', () => {
    const predictor = fakePredictor();
    const answering = { model: modelOf(predictor), models: [modelOf(predictor)] };
    const short = protocol.shortPaths({ ...predictor, answering });
    expect(short.map(({ path }) => path)).toContain(tongue.path);
  });

  it('answers one row and several as every other protocol does, each row alike', async () => {
    const expected = tongues.native!.read((await post('/predict', JSON.stringify(rows))).body);
    expect(expected.map(([one]) => one)).toEqual(['Yes', 'No']);
    const all = await ask(said(rows));
    expect([all.status, tongue.read(all.body)]).toEqual([200, expected]);
    for (const [index, row] of rows.entries()) {
      const one = await ask(said([row]));
      expect([one.status, tongue.read(one.body)]).toEqual([200, [expected[index]]]);
    }
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"instances": ['],
    ['no JSON', 'tenure=12'],
    ['NaN', '{"x": NaN}'],
    ['a number', '5'],
    ['null', 'null'],
    ['an empty object', '{}'],
  ])('400 for a body that is %s', async (_name, body) => {
    expectProblem(await ask(body), 400);
  });

  it('400 for no rows at all', async () => {
    expectProblem(await ask(said([])), 400);
  });

  it('400 for a row without a required column, with text for a number, with a misspelt column; it is named', async () => {
    const { tenure: _, ...without } = fakeRow;
    const bad: readonly (readonly [RegExp, Row])[] = [
      [/tenure/, without],
      // A tensor is named by its place.
      [/tenure|\/inputs\/0\/data\/0/, { ...fakeRow, tenure: 'twelve' }],
      [/tenrue|tenure/, { ...without, tenrue: 12 }],
    ];
    for (const [name, row] of bad) {
      const reply = await ask(said([row]));
      expectProblem(reply, 400);
      expect(reply.text).toMatch(name);
    }
  });

  it('415 for another media type', async () => {
    expectProblem(await ask('<tenure>12</tenure>', 'application/xml'), 415);
  });

  it('413 for a body over the limit, and an answer for one that is just below', async () => {
    const body = said([fakeRow]);
    const padded = (bytes: number): string => body + ' '.repeat(bytes - body.length);
    expectProblem(await ask(padded(bodyLimitBytes + 1)), 413);
    expect((await ask(padded(bodyLimitBytes))).status).toBe(200);
  });

  it('400 and never 500, whatever stands where a row or a cell should', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom('body', 'row', 'cell'), async (json, where) => {
        const value: unknown = JSON.parse(json);
        const body =
          where === 'body'
            ? json
            : where === 'row'
              ? JSON.stringify(tongue.write([fakeRow, value as Row]))
              : said([{ ...fakeRow, contract: value }]);
        const reply = await ask(body);
        expect([reply.status, body].slice(0, reply.status === 200 || reply.status === 400 ? 0 : 2)).toEqual(
          [],
        );
      }),
      { numRuns: 150 },
    );
  });
});
