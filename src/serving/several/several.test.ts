import { afterEach, describe, expect, it } from 'vitest';
import { fakePredictor, fakeRow } from '../../../test/system/fakePredictor.ts';
import { openAccess, tokenHash } from '../access/access.ts';
import type { Access } from '../access/access.ts';
import { plainSpeech } from '../listening/httpServer.ts';
import { createService } from '../service.ts';
import type { ServiceOptions } from '../service.ts';
import { figuresOf } from './figures.ts';
import { openSeveral } from './several.ts';
import type { Member } from './several.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function member(
  name: string,
  access: Access = openAccess,
  options: Partial<ServiceOptions> = {},
): Promise<Member> {
  const plain = fakePredictor();
  const service = await createService({
    predictor: { ...plain, manifest: { ...plain.manifest, name } },
    checkGolden: () => [],
    log: null,
    clock: () => 1,
    elapsed: () => performance.now(),
    newId: () => 'id',
    softwareVersion: 'test',
    basePath: `/models/${name}/`,
    access,
    ...options,
  });
  cleanups.push(() => service.close());
  return { name, version: 3, service, access };
}

async function open(members: readonly Member[]): Promise<string> {
  const address = { host: '127.0.0.1', port: 0 };
  const front = await openSeveral(members, { address, speech: plainSpeech });
  cleanups.push(() => front.close());
  return front.url;
}

type Json = ReturnType<typeof JSON.parse>;

async function ask(url: string, body?: unknown, token?: string): Promise<{ status: number; body: Json }> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

const row = { features: fakeRow };
const tensors = Object.entries(fakeRow).map(([name, value]) => ({
  name,
  shape: [1],
  datatype: typeof value === 'number' ? 'FP64' : typeof value === 'boolean' ? 'BOOL' : 'BYTES',
  data: [value],
}));

describe('several models behind one address', () => {
  it('are each asked by name, in every protocol', async () => {
    const url = await open([await member('churn'), await member('left')]);
    for (const name of ['churn', 'left']) {
      expect((await ask(`${url}/models/${name}/predict`, row)).body.model.name).toBe(name);
      expect((await ask(`${url}/v2/models/${name}/infer`, { inputs: tensors })).body.model_name).toBe(name);
      expect((await ask(`${url}/v2/models/${name}`)).body.name).toBe(name);
      expect((await ask(`${url}/models/${name}/openapi.json`)).body.servers).toEqual([
        { url: `/models/${name}/` },
      ]);
      expect((await ask(`${url}/models/${name}/docs`)).status).toBe(200);
    }
    expect((await ask(`${url}/v2/repository/index`)).body).toEqual(
      ['churn', 'left'].map((name) => ({ name, version: '3', state: 'READY', reason: '' })),
    );
    expect((await ask(`${url}/v2/repository/index`, { ready: true })).body).toHaveLength(2);
    expect((await ask(`${url}/v2/repository/index`, { ready: 1 })).status).toBe(400);
    expect((await ask(`${url}/v2/repository/index`, { ready: 'x'.repeat(2000) })).status).toBe(413);
  });

  it('say who is there where no name was said, or another', async () => {
    const url = await open([await member('churn'), await member('left')]);
    for (const path of [
      '/predict',
      '/feedback',
      '/invocations',
      '/docs',
      '/models/other/predict',
      '/nothing',
    ]) {
      const { status, body } = await ask(url + path, row);
      expect(status).toBe(404);
      expect(body.error).toContain('churn, left');
    }
    expect((await ask(`${url}/v2/models/other/infer`, {})).body).toEqual({
      error: expect.stringContaining('churn, left'),
    });
    expect((await ask(`${url}/v2/models/%E0%A4%A/infer`, {})).status).toBe(404);
  });

  it('have one health and figures that say whose they are', async () => {
    const members = [await member('churn'), await member('left')];
    const url = await open(members);
    await ask(`${url}/models/left/predict`, row);
    for (const path of ['/health/live', '/health/ready', '/v2/health/ready', '/ping', '/v2', '/version'])
      expect((await ask(url + path)).status).toBe(200);
    const { body } = await ask(`${url}/metrics`);
    expect(body).toMatch(/^aieng_predictions_total\{pipeline="left",.*\} 1$/m);
    expect(body.match(/^# TYPE aieng_predictions_total /gm)).toHaveLength(1);
    expect(body.match(/^process_resident_memory_bytes /gm)).toHaveLength(1);
    members[1]?.service.drain();
    expect((await ask(`${url}/health/ready`)).body).toEqual({ status: 'not ready', waiting: ['left'] });
    expect((await ask(`${url}/v2/repository/index`, { ready: true })).body).toHaveLength(1);
  });

  it('keep their callers apart: who may ask one sees that one', async () => {
    const tokens = (token: string): Access => ({
      hosts: [],
      tokens: [{ name: token, hash: tokenHash(token), purposes: ['predict'] }],
    });
    const url = await open([await member('churn', tokens('one')), await member('left', tokens('two'))]);
    expect((await ask(`${url}/models/churn/predict`, row, 'one')).status).toBe(200);
    expect((await ask(`${url}/models/left/predict`, row, 'one')).status).toBe(401);
    expect((await ask(`${url}/v2/repository/index`)).status).toBe(401);
    expect((await ask(`${url}/v2/repository/index`, undefined, 'two')).body).toMatchObject([
      { name: 'left' },
    ]);
  });

  it('is the one model itself where there is one', async () => {
    const url = await open([await member('churn')]);
    expect((await ask(`${url}/predict`, row)).status).toBe(200);
    expect((await ask(`${url}/models/churn/predict`, row)).status).toBe(200);
  });

  it('does not begin where one gives other answers than at packaging', async () => {
    const members = [
      await member('churn'),
      await member('left', openAccess, { checkGolden: () => ['row 0'] }),
    ];
    await expect(open(members)).rejects.toMatchObject({ exitCode: 8, code: 'golden-mismatch' });
  });
});

describe('figures of several', () => {
  it('stand together by metric, each with its pipeline', () => {
    const text = (count: number): string =>
      `# HELP a_seconds A.\n# TYPE a_seconds histogram\na_seconds_bucket{le="1"} ${count}\na_seconds_sum ${count}\n# HELP b B.\n# TYPE b counter\nb ${count}\n`;
    expect(
      figuresOf([
        ['x', text(1)],
        ['y"z', text(2)],
      ]).split('\n'),
    ).toEqual([
      '# HELP a_seconds A.',
      '# TYPE a_seconds histogram',
      'a_seconds_bucket{pipeline="x",le="1"} 1',
      'a_seconds_sum{pipeline="x"} 1',
      'a_seconds_bucket{pipeline="y\\"z",le="1"} 2',
      'a_seconds_sum{pipeline="y\\"z"} 2',
      '# HELP b B.',
      '# TYPE b counter',
      'b{pipeline="x"} 1',
      'b{pipeline="y\\"z"} 2',
      '',
    ]);
  });
});
