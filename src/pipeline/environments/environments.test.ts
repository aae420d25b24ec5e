import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transformParams } from '../../features/reference.ts';
import { familySections } from '../../modeling/reference.ts';
import { metrics } from '../../statistics/metrics/index.ts';
import { loadAlerts } from '../alerts/load.ts';
import { loadPipeline } from '../load.ts';
import type { Pipeline } from '../pipeline.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'aieng-env-'));
  mkdirSync(join(root, 'pipelines'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const file = (): string => join(root, 'pipelines/churn.yaml');
const vocabulary = { transforms: transformParams(), metrics, families: familySections() };

function load(
  text: string,
  env?: string,
  variables: Readonly<Record<string, string>> = {},
  set: readonly string[] = [],
): Promise<Pipeline> {
  writeFileSync(file(), text);
  return loadPipeline(file(), root, { ...vocabulary, variables, set, ...(env === undefined ? {} : { env }) });
}

const base = `source: { path: sample.csv, delimiter: ";" }
label: churn
features:
  drop: [a, b]
deploy: { port: 8080, workers: 1 }
`;
const written = `${base}env:
  staging:
    deploy: { port: 9090 }
  prod:
    source: postgres://reader:\${DB_PASSWORD}@db.internal/shop
    features: { drop: [a] }
    deploy: { port: 80, workers: 1 }
`;

describe('environments of a pipeline', () => {
  it('without one, the file is as if they did not stand in it', async () => {
    const [plain, among] = [await load(base), await load(written)];
    expect({ ...among, places: {} }).toEqual({ ...plain, places: {} });
    expect(among.env).toBeNull();
  });

  it('sections go into each other, lists and texts take the place of what was there', async () => {
    const text = written.replace('postgres://reader:${DB_PASSWORD}@db.internal/shop', '{ path: all.csv }');
    const { source, features, deploy, label } = await load(text, 'prod');
    expect(source).toMatchObject({ path: 'all.csv', delimiter: ';' });
    expect(features.drop).toEqual(['a']);
    expect([deploy.port, deploy.workers, label.column]).toEqual([80, 1, 'churn']);
  });

  it('says what is otherwise, without what variables hold', async () => {
    const text = `source: sample.csv
label: churn
features: { drop: [a, b] }
deploy: { port: 8080 }
env:
  prod:
    source: "data/\${DB_PASSWORD}.csv"
    label: { task: binary }
    features: { drop: [a] }
    deploy: { port: 80, target: local }
`;
    const { env, variables } = await load(text, 'prod', { DB_PASSWORD: 'hunter2' });
    expect(env).toEqual({
      name: 'prod',
      changes: [
        { key: 'source.path', value: 'data/${DB_PASSWORD}.csv', instead: 'sample.csv' },
        { key: 'label.task', value: 'binary', instead: null },
        { key: 'features.drop', value: ['a'], instead: ['a', 'b'] },
        { key: 'deploy.port', value: 80, instead: 8080 },
        { key: 'deploy.target', value: 'local', instead: null },
      ],
    });
    expect(variables).toEqual({ '/source/path': 'data/${DB_PASSWORD}.csv' });
  });

  it('--set counts above it', async () => {
    const { env, model, overrides } = await load(
      `${base}model: { seed: 1 }\nenv: { prod: { model: { seed: 2 } } }\n`,
      'prod',
      {},
      ['model.seed=3'],
    );
    expect([model.seed, overrides, env?.changes]).toEqual([
      3,
      [{ key: 'model.seed', value: 3, instead: 2 }],
      [{ key: 'model.seed', value: 2, instead: 1 }],
    ]);
  });

  it.each([
    ['prdo', 'pipelines/churn.yaml has no environment "prdo": it has staging, prod.', 'Did you mean "prod"?'],
    [
      'test',
      'pipelines/churn.yaml has no environment "test": it has staging, prod.',
      'Name one of them, or leave --env (AIENG_ENV) away.',
    ],
    [
      'DB_PASSWORD',
      'pipelines/churn.yaml has no environment "DB_PASSWORD": it has staging, prod.',
      'If it is a variable that a schedule shall know: `aieng schedule --variable DB_PASSWORD`.',
    ],
  ])('%s is refused', async (env, message, hint) => {
    await expect(load(written, env)).rejects.toMatchObject({ code: 'env-unknown', message, hint });
  });

  it('one where there are none is refused, too', async () => {
    await expect(load(base, 'prod')).rejects.toMatchObject({
      message: 'pipelines/churn.yaml has no environment "prod": it has no section env.',
    });
  });

  it.each([
    [
      'of the one that counts',
      'prod',
      'prod: { deploy: { port: 800000 } }',
      'pipelines/churn.yaml:7:27: deploy.port: expected at most 65535',
    ],
    [
      'of another',
      undefined,
      'prod: { deploy: { port: 800000 } }',
      'pipelines/churn.yaml:7:27: deploy.port: expected at most 65535',
    ],
    [
      'an unknown key',
      undefined,
      'prod: { deploi: { port: 80 } }',
      'pipelines/churn.yaml:7:11: unknown key "deploi"',
    ],
    ['a short form', 'prod', 'prod: { source: "" }', 'pipelines/churn.yaml:7:19: source'],
    [
      'no keys',
      undefined,
      'prod: 5',
      'pipelines/churn.yaml:7:9: env.prod: expected keys of the pipeline with their values, got the number 5',
    ],
    [
      'a name',
      undefined,
      'prod: { name: other }',
      'pipelines/churn.yaml:7:11: env.prod.name: cannot be set by an environment',
    ],
    [
      'an odd name',
      undefined,
      '"a b": { deploy: { port: 1 } }',
      'pipelines/churn.yaml:7:3: env.a b: an environment is named by',
    ],
  ])('a mistake is found at its line and column: %s', async (_, env, line, message) => {
    await expect(load(`${base}env:\n  ${line}\n`, env)).rejects.toMatchObject({
      code: 'pipeline-invalid',
      message: expect.stringContaining(message),
    });
  });

  it('a variable of there need not be set here, and has to be there', async () => {
    const text = `source: x.csv\nlabel: y\nenv: { prod: { source: "\${PROD}.csv", deploy: { port: "\${PORT}" } } }\n`;
    await expect(load(text)).resolves.toMatchObject({ source: { path: 'x.csv' } });
    await expect(load(text, 'prod')).rejects.toMatchObject({
      message: expect.stringContaining('the environment variable PROD is not set'),
    });
    await expect(load(text, 'prod', { PROD: 'p', PORT: '80' })).resolves.toMatchObject({
      source: { path: 'p.csv' },
      deploy: { port: 80 },
    });
  });

  it('who is told is of the environment, also where the rest of the file is wrong', async () => {
    const sink = (argv: string): string => `alerts: { sinks: [{ command: { argv: [${argv}] } }] }`;
    writeFileSync(file(), `nonsense: 1\n${sink('a')}\nenv: { prod: { ${sink('b')} } }\n`);
    const readCode = (): Promise<unknown> => Promise.resolve(null);
    const told = async (env?: string): Promise<unknown> =>
      (await loadAlerts(file(), root, readCode, env))?.sinks;
    expect([await told(), await told('prod'), await told('other')]).toMatchObject([
      [{ command: { argv: ['a'] } }],
      [{ command: { argv: ['b'] } }],
      [{ command: { argv: ['a'] } }],
    ]);
  });
});
