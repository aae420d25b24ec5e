import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from './refusals.ts';
import { expectRefusal, expectSoundStore, goodRow, preparedProject } from './refusals.ts';
import type { Parsed } from './support.ts';
import { bin } from './support.ts';

const project = preparedProject();

/** A served bundle. */
let of: Project;
let url = '';
let stop: () => Promise<number | null>;

beforeAll(async () => {
  of = project();
  const child = spawn(process.execPath, [bin, 'serve', 'churn', '--port', '0'], {
    cwd: of.cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  stop = async () => {
    child.kill('SIGTERM');
    return ended;
  };
  url = await new Promise<string>((found, lost) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /answers at (\S+)/.exec(said)?.[1];
      if (address !== undefined) found(address);
    });
    void ended.then((code) => lost(new Error(`serve ended with ${code ?? 'a signal'}: ${said}`)));
  });
});
afterAll(async () => {
  expect(await stop()).toBe(0);
  await expectSoundStore(of);
});

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: Parsed }> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, answer: await response.json() };
}

/** A body whose row has this text in place of its tenure's number. */
const withTenure = (json: string): string =>
  JSON.stringify({ features: { ...goodRow, tenure: '@' } }).replace('"@"', json);
const withRow = (change: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ features: { ...goodRow, ...change } });
const without = (name: keyof typeof goodRow): string =>
  JSON.stringify({ features: Object.fromEntries(Object.entries(goodRow).filter(([key]) => key !== name)) });

/** What the answer says, and of which place in the body. */
type Case = readonly [name: string, body: string, path: string | null, says: string];

const refused: readonly Case[] = [
  ['a number as text', withTenure('"5"'), '/features/tenure', 'expected a whole number, got the text "5"'],
  ['NaN', withTenure('NaN'), null, 'NaN is not a JSON number; write null'],
  ['1e400', withTenure('1e400'), '/features/tenure', 'too large'],
  ['true for a number', withTenure('true'), '/features/tenure', 'got true'],
  ['null for what must be there', withTenure('null'), '/features/tenure', 'got null'],
  ['a list for a number', withTenure('[5]'), '/features/tenure', 'expected a whole number'],
  [
    '__proto__ as key',
    withTenure('5,"__proto__":{"tenure":1}'),
    '/features/__proto__.tenure',
    'unknown field',
  ],
  [
    'constructor as key',
    withTenure('5,"constructor":{"prototype":{}}'),
    '/features/constructor.prototype',
    'unknown field',
  ],
  ['a missing column', without('tenure'), '/features/tenure', 'got no such field'],
  ['an unknown field', withRow({ tenrue: 5 }), '/features/tenrue', 'did you mean "tenure"?'],
  ['no features', '{}', '/features', 'missing'],
  ['another key than features', '{"feature":{}}', '/feature', 'go under "features"'],
  ['no row', '{"features":[]}', null, 'no row'],
  ['a number alone', '5', null, '"features"'],
  ['nothing', '', null, 'empty'],
  ['half a body', '{"features":', null, 'ends too early'],
  ['brackets without end', '['.repeat(20_000), null, 'not valid JSON'],
];

describe('a request that is wrong', () => {
  it.each(refused)('%s: 400 with the place and what was expected', async (_name, body, path, says) => {
    const { status, answer } = await post('/predict', body);
    expect({ status, answer }).toMatchObject({ status: 400, answer: { status: 'error' } });
    expect(Object.keys(answer).sort()).toEqual(['details', 'error', 'status']);
    if (path === null) expect(answer.error).toContain(says);
    else expect(answer.details).toContainEqual({ path, message: expect.stringContaining(says) });
    expect(JSON.stringify(answer)).not.toMatch(/\.js:|node_modules|undefined/);
  });

  it('an unknown category is served', async () => {
    const { status, answer } = await post('/predict', withRow({ internet_service: 'Laser' }));
    expect({ status, answer }).toMatchObject({ status: 200, answer: { status: 'success' } });
    const { No, Yes } = answer.probabilities as Record<string, number>;
    expect(No! + Yes!).toBeCloseTo(1, 12);
  });

  it('a body of 10 MB: 413 with the limit and the other way', async () => {
    const { status, answer } = await post('/predict', withRow({ contract: 'x'.repeat(10 * 1024 * 1024) }));
    expect(status).toBe(413);
    expect(answer.error).toMatch(/larger than \d+ bytes.*aieng predict/);
  });

  it('another type or encoding of the body: 415', async () => {
    const csv = await post('/predict', 'tenure\n5\n', { 'content-type': 'text/csv' });
    expect(csv).toMatchObject({
      status: 415,
      answer: { error: expect.stringContaining('application/json') },
    });
    const zipped = await post('/predict', new Uint8Array([31, 139]), { 'content-encoding': 'gzip' });
    expect(zipped).toMatchObject({ status: 415, answer: { error: expect.stringContaining('uncompressed') } });
  });

  it('a path or method that does not exist: 404 and 405', async () => {
    expect(await post('/perdict', '{}')).toMatchObject({
      status: 404,
      answer: { error: expect.stringContaining('/openapi.json') },
    });
    const got = await fetch(new URL('/predict', url));
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('the other protocols refuse in their own shape', async () => {
    const model = await post('/v2/models/nope/infer', '{"inputs":[]}');
    expect(model).toMatchObject({ status: 404, answer: { error: expect.stringContaining('"churn"') } });
    const tensor = { name: 'tenure', shape: [2], datatype: 'FP64', data: [1] };
    const shape = await post('/v2/models/churn/infer', JSON.stringify({ inputs: [tensor] }));
    expect(shape).toMatchObject({
      status: 400,
      answer: { error: expect.stringContaining('expected 2 values') },
    });
    const split = { dataframe_split: { columns: ['tenure'], data: [['5']] } };
    const mlflow = await post('/invocations', JSON.stringify(split));
    expect(mlflow).toMatchObject({ status: 400, answer: { error_code: 'BAD_REQUEST' } });
  });

  it('a label that is no class is refused; one for an unknown prediction is kept as an orphan', async () => {
    const { answer: predicted } = await post('/predict', withRow({}));
    expect(await post('/feedback', JSON.stringify({ id: predicted.id, label: 'Maybe' }))).toMatchObject({
      status: 400,
      answer: {
        details: [
          { path: '/label', message: 'no class of the model: expected one of "No", "Yes", got "Maybe"' },
        ],
      },
    });
    expect(await post('/feedback', '{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","label":"Yes"}')).toMatchObject({
      status: 200,
      answer: { accepted: 1 },
    });
    expect((await post('/feedback', JSON.stringify({ id: predicted.id, label: 'No' }))).status).toBe(200);
  });

  it('and after all that the service answers as before', async () => {
    const { status, answer } = await post('/predict', withRow({}));
    expect({ status, answer }).toMatchObject({ status: 200, answer: { status: 'success' } });
    expect((await fetch(new URL('/health/ready', url))).status).toBe(200);
  });
});

describe('a port that is taken', () => {
  it('serve and deploy say so and name a free one; nothing is left behind', async () => {
    const { port } = new URL(url);
    const taken = {
      exitCode: 2,
      code: 'port-in-use',
      says: [port, '127.0.0.1'],
      hints: 'free port: --port ',
    };
    const other = project();
    await expectRefusal(other, ['serve', 'churn', '--port', port], taken);
    await expectRefusal(other, ['deploy', 'churn@1', '--port', port], taken);
    const { json } = await other.run(['status', '--json']);
    expect(json.result.deployments.map(({ status }: Parsed) => status.state)).not.toContain('running');
    const written: Parsed = JSON.parse(other.read('.aieng/deployments/churn/state.json'));
    expect(written.state).toBe('stopped');
  });

  it('an address of another machine is no address here', async () => {
    const own = project();
    const args = ['serve', 'churn', '--port', '0', '--host', '203.0.113.7'];
    await expectRefusal(own, args, {
      exitCode: 2,
      code: 'token-needed',
      says: ['203.0.113.7', 'has no token'],
      hints: 'aieng token new callers',
    });
    const auth = `deploy: { auth: { tokens: { shop: "sha256:${'ab'.repeat(32)}" } } }\n`;
    own.edit('pipelines/churn.yaml', (text) => text + auth);
    await expectRefusal(own, args, {
      exitCode: 2,
      code: 'host-not-available',
      says: ['203.0.113.7', 'no address of this machine'],
      hints: '--host 127.0.0.1',
    });
  });
});
