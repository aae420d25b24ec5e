import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRoot, listPipelines, loadPipeline, resolvePipeline } from './load.ts';
import type { KeySchema } from './schema/index.ts';

const params = (properties: Record<string, KeySchema> = {}): KeySchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const options = {
  transforms: {
    standard: params(),
    log1p: params(),
    one_hot: params(),
    clip: params({ min: { type: 'number', default: 0 }, max: { type: 'number' } }),
  },
  metrics: [
    { name: 'log_loss', higherIsBetter: false },
    { name: 'roc_auc', higherIsBetter: true },
    { name: 'rmse', higherIsBetter: false },
  ],
  families: { linear: undefined, mlp: undefined },
  variables: { DATA: '/secret/place', PORT: '9999', EMPTY: '' },
};
let root = '';
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'aieng-pipeline-')));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function project(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

let counter = 0;
async function load(text: string | Uint8Array, file = 'pipelines/churn.yaml') {
  const folder = await project(`load-${(counter += 1)}`, { [file]: text });
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  return loadPipeline(join(folder, file), folder, options);
}
const minimal = 'source: data/x.csv\nlabel: churn\n';

describe('findRoot and resolvePipeline', () => {
  it('finds the nearest ancestor with pipelines/', async () => {
    const folder = await project('root', { 'pipelines/a.yaml': '', 'src/deep/x.txt': '' });
    expect(await findRoot(join(folder, 'src', 'deep'))).toBe(folder);
    await expect(findRoot(root)).rejects.toMatchObject({ code: 'no-project', exitCode: 2 });
  });

  it('takes a name, a path, or the only one', async () => {
    const folder = await project('one', {
      'pipelines/churn.yaml': '',
      'pipelines/churn.schema.json': '{}',
      'x/other.yml': '',
    });
    const file = join(folder, 'pipelines/churn.yaml');
    expect(await resolvePipeline(folder)).toBe(file);
    expect(await resolvePipeline(folder, 'churn')).toBe(file);
    expect(await resolvePipeline(folder, 'pipelines/churn.yaml')).toBe(file);
    expect(await resolvePipeline(folder, 'churn.yaml', join(folder, 'pipelines'))).toBe(file);
    expect(await resolvePipeline(folder, 'x/other.yml')).toBe(join(folder, 'x/other.yml'));
    expect((await listPipelines(folder)).map(({ name }) => name)).toEqual(['churn']);
  });

  it('says what is meant, what there is, and what is there twice', async () => {
    const folder = await project('many', {
      'pipelines/churn.yaml': '',
      'pipelines/mass.json': '',
      'x/churn.yaml': '',
    });
    await expect(resolvePipeline(folder, 'chrun')).rejects.toMatchObject({
      code: 'pipeline-not-found',
      hint: 'Did you mean "churn"?',
    });
    await expect(resolvePipeline(folder, 'churn@2')).rejects.toMatchObject({ hint: 'Did you mean "churn"?' });
    for (const path of ['churn.yaml', 'pipelines/chrun.yml'])
      await expect(resolvePipeline(folder, path)).rejects.toMatchObject({
        code: 'pipeline-not-found',
        hint: 'Did you mean pipelines/churn.yaml?',
      });
    await expect(resolvePipeline(folder)).rejects.toMatchObject({
      code: 'pipeline-not-named',
      message: expect.stringContaining('churn, mass'),
    });
    await expect(resolvePipeline(folder, 'x/churn.yaml')).rejects.toMatchObject({
      code: 'pipeline-ambiguous',
    });
    await expect(resolvePipeline(folder, 'x/none.yaml')).rejects.toMatchObject({
      code: 'pipeline-not-found',
    });
    await expect(resolvePipeline(await project('none', { 'pipelines/readme.md': '' }))).rejects.toMatchObject(
      { code: 'pipeline-not-found' },
    );
    const twins = await project('twins', { 'pipelines/churn.yaml': '', 'pipelines/churn.json': '' });
    await expect(resolvePipeline(twins, 'churn')).rejects.toMatchObject({ code: 'pipeline-ambiguous' });
  });
});

describe('loadPipeline', () => {
  it('fills in every default', async () => {
    const pipeline = await load(minimal);
    expect(pipeline).toMatchObject({
      name: 'churn',
      goal: '',
      source: {
        path: 'data/x.csv',
        display: 'data/x.csv',
        format: 'csv',
        compression: 'auto',
        delimiter: null,
        quote: '"',
        encoding: 'utf-8',
      },
      schema: 'pipelines/churn.schema.json',
      label: { column: 'churn', task: 'auto', positive: null },
      row_id: [],
      time: null,
      split: { strategy: 'hash', train: 0.7, validation: 0.15, test: 0.15, seed: 1, group: null },
      features: { auto: true, drop: [], features: [] },
      model: {
        family: 'auto',
        backend: 'auto',
        seed: 1,
        class_weights: 'none',
        calibration: 'auto',
        target: 'auto',
        metric: 'auto',
      },
      evaluation: {
        metric: null,
        slices: [],
        min_slice_rows: 30,
        bootstrap: 1000,
        gates: [{ kind: 'baseline', metric: 'auto', margin: 0 }],
      },
      package: { golden_rows: 20 },
      deploy: {
        target: 'local',
        host: '127.0.0.1',
        port: 8080,
        timeout_seconds: 30,
        drain_seconds: 10,
        body_limit_bytes: 1_048_576,
      },
      monitor: {
        window_rows: 10_000,
        window_hours: 168,
        min_rows: 200,
        drift: { alpha: 0.01, min_effect: 0.1, ignore: [] },
        performance: { max_worsening: 0.1, min_labels: 200, confidence: 0.99 },
        health: { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 1024 },
        labels: null,
      },
      retrain: {
        triggers: { drift: true, performance: true, schedule: null, new_rows: null, every_days: 7 },
        cooldown_hours: null,
        budget: 7,
        compare_share: 0.5,
        min_labelled_rows: 200,
        min_compare_rows: 100,
        margin: 0,
        deploy: true,
      },
      variables: {},
    });
    expect(pipeline.places['/label']).toEqual({ line: 2, column: 8 });
  });

  it('reads JSON with tabs, empty sections and every shorthand', async () => {
    const json = await load(
      '{\n\t"source": {"path": "x.ndjson.gz"},\n\t"label": {"column": "y", "positive": 1},\n\t"row_id": "id",\n\t"features": "auto"\n}',
      'pipelines/a.json',
    );
    expect(json).toMatchObject({
      source: { format: 'ndjson', compression: 'gzip' },
      label: { positive: '1' },
      row_id: ['id'],
    });
    expect((await load(`${minimal}deploy:\nmonitor:\n`)).deploy.port).toBe(8080);
  });

  it('reads chains of transforms in all their spellings', async () => {
    const { features } = await load(`${minimal}features:
  auto: false
  drop: [z]
  columns:
    a: one_hot
    b: [log1p, standard]
    c: [[log1p, standard], [clip]]
    d: { clip: { max: 3 } }
    e: [{ clip: { min: 1 } }, standard]
    f: [log1p, [standard]]
    g:
      - clip:
`);
    const short = features.features.map(
      ({ column, steps }) =>
        `${column}: ${steps.map(({ transform, params: given }) => transform + JSON.stringify(given)).join(' ')}`,
    );
    expect(short).toEqual([
      'a: one_hot{}',
      'b: log1p{} standard{}',
      'c: log1p{} standard{}',
      'c: clip{}',
      'd: clip{"max":3}',
      'e: clip{"min":1} standard{}',
      'f: log1p{}',
      'f: standard{}',
      'g: clip{}',
    ]);
    expect(features).toMatchObject({ auto: false, drop: ['z'] });
  });

  it('reads gates', async () => {
    const { evaluation, model } = await load(`${minimal}evaluation:
  metric: log_loss
  gates:
    - { metric: roc_auc, at_least: 0.8 }
    - { metric: rmse, at_most: 3 }
    - { metric: log_loss, better_than: baseline, margin: 0.02 }
    - better_than: champion
`);
    expect(evaluation.gates).toEqual([
      { kind: 'absolute', metric: 'roc_auc', threshold: 0.8 },
      { kind: 'absolute', metric: 'rmse', threshold: 3 },
      { kind: 'baseline', metric: 'log_loss', margin: 0.02 },
      { kind: 'champion', metric: 'auto', margin: 0 },
    ]);
    expect(model.metric).toBe('log_loss');
  });

  it('fills variables in source and deploy, and keeps their names apart', async () => {
    const pipeline = await load('source: ${DATA}/x.csv\nlabel: churn\ndeploy: { port: "${PORT}" }\n');
    expect(pipeline.source).toMatchObject({ path: '/secret/place/x.csv', display: '${DATA}/x.csv' });
    expect(pipeline.deploy.port).toBe(9999);
    expect(pipeline.variables).toEqual({ '/source/path': '${DATA}/x.csv', '/deploy/port': '${PORT}' });
  });
});
