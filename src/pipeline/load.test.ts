import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AiengError } from '../errors.ts';
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
async function failure(text: string | Uint8Array, file?: string): Promise<AiengError> {
  const error: unknown = await load(text, file).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AiengError) return error;
  throw new Error(`expected an AiengError, got ${String(error)}`);
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
        gzip: false,
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
        epochs: 200,
        batch_size: 256,
        learning_rate: 0.001,
        weight_decay: 0.1,
        patience: 10,
        hidden: [128, 128],
        dropout: 0.1,
        class_weights: 'none',
        calibration: 'auto',
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
        body_limit_bytes: 10_000_000,
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
        triggers: { drift: true, performance: true, schedule: null, new_rows: null },
        cooldown_hours: 24,
        compare_share: 0.5,
        min_labelled_rows: 200,
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
      source: { format: 'ndjson', gzip: true },
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

describe('loadPipeline, on mistakes', () => {
  const cases: readonly (readonly [string, string, string, number, number])[] = [
    ['a tab', 'source: x.csv\nlabel:\n\tcolumn: y\n', 'Tabs are not allowed', 3, 1],
    ['a repeated key', `${minimal}label: y\n`, 'Map keys must be unique', 3, 1],
    ['an unknown key', `${minimal}evalution: {}\n`, 'unknown key "evalution"', 3, 1],
    ['an unknown key of a section', `${minimal}model:\n  epoch: 3\n`, 'unknown key "epoch" in model', 4, 3],
    [
      'a wrong type',
      `${minimal}model:\n  epochs: many\n`,
      'model.epochs: expected a whole number, got the text "many"',
      4,
      11,
    ],
    ['a fraction', `${minimal}model:\n  epochs: 1.5\n`, 'expected a whole number, got the number 1.5', 4, 11],
    [
      'a value out of range',
      `${minimal}model:\n  dropout: 1\n`,
      'model.dropout: expected less than 1, got the number 1',
      4,
      12,
    ],
    [
      'not a number',
      `${minimal}model:\n  dropout: .nan\n`,
      'model.dropout: expected a number, got the number NaN',
      4,
      12,
    ],
    [
      'an infinite number',
      `${minimal}model:\n  learning_rate: 1e400\n`,
      'expected a number, got the number Infinity',
      4,
      18,
    ],
    [
      'an unknown word',
      `${minimal}model: { family: mlpp }\n`,
      'expected one of auto, linear, mlp, got the text "mlpp"',
      3,
      18,
    ],
    ['a missing key', 'label: churn\n', 'the key "source" is missing', 1, 1],
    ['a missing key of a section', 'source: {}\nlabel: y\n', 'the key "path" is missing in source', 1, 1],
    ['an empty file', '# nothing\n', 'the file: expected an object', 1, 1],
    ['a list', '- a\n', 'the file: expected an object (keys with values), got a list', 1, 1],
    [
      'an unknown transform',
      `${minimal}features:\n  columns:\n    a: [log1p, standrd]\n`,
      'unknown transform "standrd" in features.columns.a[1]',
      5,
      16,
    ],
    [
      'an unknown transform on its own',
      `${minimal}features:\n  columns:\n    a: standrd\n`,
      'unknown transform "standrd" in features.columns.a',
      5,
      8,
    ],
    [
      'an unknown parameter',
      `${minimal}features:\n  columns:\n    a: [{ clip: { mim: 1 } }]\n`,
      'unknown key "mim" in features.columns.a[0].clip',
      5,
      19,
    ],
    [
      'two transforms in one step',
      `${minimal}features:\n  columns:\n    a: [{ clip: {}, log1p: {} }]\n`,
      'expected one transform with its parameters',
      5,
      9,
    ],
    [
      'an empty chain',
      `${minimal}features:\n  columns:\n    a: []\n`,
      'expected not empty, got a list',
      5,
      8,
    ],
    ['the label dropped', `${minimal}features:\n  drop: [a, churn]\n`, '"churn" is the label', 4, 13],
    [
      'the label transformed',
      `${minimal}features:\n  columns:\n    churn: one_hot\n`,
      '"churn" is the label',
      5,
      5,
    ],
    ['a time split without time', `${minimal}split:\n  strategy: time\n`, 'needs the key "time"', 4, 13],
    ['a group split without group', `${minimal}split: { strategy: group }\n`, 'needs the key "group"', 3, 20],
    ['a group without its split', `${minimal}split: { group: g }\n`, 'the strategy is hash', 3, 17],
    ['shares that do not add up', `${minimal}split: { train: 0.9 }\n`, 'must add up to 1, got 1.2', 3, 8],
    [
      'a gate without a condition',
      `${minimal}evaluation:\n  gates:\n    - metric: rmse\n`,
      'exactly one of at_least, at_most and better_than, got none',
      5,
      7,
    ],
    [
      'a gate with two',
      `${minimal}evaluation:\n  gates: [{ metric: rmse, at_most: 1, better_than: baseline }]\n`,
      'got at_most and better_than',
      4,
      11,
    ],
    [
      'a gate the wrong way round',
      `${minimal}evaluation:\n  gates: [{ metric: rmse, at_least: 1 }]\n`,
      'rmse is better when it is lower',
      4,
      27,
    ],
    [
      'a threshold without a metric',
      `${minimal}evaluation:\n  gates: [{ at_least: 1 }]\n`,
      'a threshold needs a metric',
      4,
      11,
    ],
    ['an unknown metric', `${minimal}evaluation: { metric: auc }\n`, 'got the text "auc"', 3, 23],
    ['a path out of the project', 'source: ../x.csv\nlabel: y\n', 'leaves the project', 1, 9],
    ['a path with backslashes', 'source: data\\x.csv\nlabel: y\n', 'written with "/"', 1, 9],
    ['an absolute schema', `${minimal}schema: /etc/x.json\n`, 'relative to the root', 3, 9],
    ['no known extension', 'source: data/x.xlsx\nlabel: y\n', 'does not say the format', 1, 9],
    [
      'a bad cron expression',
      `${minimal}retrain: { triggers: { schedule: every monday } }\n`,
      'expected a cron expression',
      3,
      34,
    ],
    ['another name than the file', `${minimal}name: other\n`, "is not the file's name", 3, 7],
    [
      'a variable that is not set',
      'source: ${NOPE}/x.csv\nlabel: y\n',
      'the environment variable NOPE is not set',
      1,
      9,
    ],
    ['an empty variable', 'source: ${EMPTY}/x.csv\nlabel: y\n', 'EMPTY is empty', 1, 9],
    ['a variable elsewhere', `${minimal}goal: "\${DATA}"\n`, 'allowed in source and deploy only', 3, 7],
    [
      'a __proto__ key',
      `${minimal}features:\n  columns:\n    __proto__: log1p\n`,
      'the key __proto__ is refused',
      5,
      5,
    ],
    ['a tag', `${minimal}goal: !!js/function x\n`, 'Unresolved tag', 3, 7],
    ['two documents', `${minimal}---\na: 1\n`, 'multiple documents', 3, 1],
    ['an alias to nothing', 'source: *x\nlabel: y\n', 'aliases', 1, 1],
  ];
  it.each(cases)('%s: says what, where and how to mend it', async (_name, text, message, line, column) => {
    const error = await failure(text);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({
      code: 'pipeline-invalid',
      exitCode: 2,
      at: { file: 'pipelines/churn.yaml', line, column },
    });
    expect(error.hint).not.toBe('');
  });

  it('names what is meant', async () => {
    expect((await failure(`${minimal}evalution: {}\n`)).hint).toBe('Did you mean "evaluation"?');
    expect((await failure(`${minimal}model: { family: mlpp }\n`)).hint).toBe('Did you mean "mlp"?');
    expect((await failure(`${minimal}features: { columns: { a: standrd } }\n`)).hint).toBe(
      'Did you mean "standard"?',
    );
  });

  it('says everything at once, in the order of the file', async () => {
    const error = await failure('source: ${NOPE}.csv\nlabl: y\nmodel:\n  epochs: x\n');
    expect(error.message.split('\n')).toEqual([
      'pipelines/churn.yaml has 4 problems:',
      '  1:1  the key "label" is missing',
      '  1:9  source.path: the environment variable NOPE is not set (Set it: export NOPE=…)',
      '  2:1  unknown key "labl" (Did you mean "label"?)',
      '  4:11  model.epochs: expected a whole number, got the text "x" (Write a whole number after "epochs:".)',
    ]);
  });

  it('never shows the value of a variable', async () => {
    const error = await failure(
      'source: { path: "${DATA}/x.csv", format: "${DATA}" }\nlabel: y\ndeploy: { port: "${DATA}" }\n',
    );
    expect(error.message).toContain('got the text "${DATA}"');
    expect(`${error.message} ${error.hint}`).not.toContain('secret');
  });

  it('survives bombs: depth, aliases, size, bytes', async () => {
    expect((await failure('['.repeat(50_000))).message).toContain('nests deeper');
    expect((await failure(`${'- '.repeat(50_000)}a`)).message).toContain('nests deeper');
    const laughs = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &b${i + 1} [${`*b${i},`.repeat(9)}]`,
    ).join('\n');
    expect((await failure(`b0: &b0 [x]\n${laughs}\n`)).message).toContain('Excessive alias count');
    expect((await failure(`# ${'x'.repeat(1_000_001)}`)).message).toContain('characters');
    expect((await failure('x'.repeat(5_000_000))).message).toContain('bytes');
    expect((await failure(Uint8Array.of(0x61, 0xff, 0xfe))).message).toContain('not UTF-8');
  });

  it('refuses a file name that cannot name a bundle, and a file that is not there', async () => {
    expect((await failure(minimal, 'pipelines/My Churn.yaml')).message).toContain('cannot name a pipeline');
    expect((await load(`${minimal}name: my-churn\n`, 'x/My Churn.yaml')).name).toBe('my-churn');
    await expect(loadPipeline(join(root, 'nowhere.yaml'), root, options)).rejects.toMatchObject({
      code: 'file-unreadable',
      exitCode: 2,
    });
    await expect(loadPipeline(root, root, options)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
