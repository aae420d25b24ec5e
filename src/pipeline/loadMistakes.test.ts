import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AiengError } from '../errors.ts';
import { familySections } from '../modeling/reference.ts';
import { loadPipeline } from './load.ts';
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
  families: { linear: undefined, mlp: familySections()['mlp'] },
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
    [
      'a token in the file',
      `${minimal}deploy:\n  auth:\n    tokens:\n      shop: correct-horse-battery-staple\n`,
      'deploy.auth.tokens.shop: expected sha256:',
      6,
      13,
    ],
    [
      'a host with a scheme',
      `${minimal}deploy:\n  allowed_hosts: ["https://a.example"]\n`,
      'deploy.allowed_hosts[0]',
      4,
      19,
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
    [
      'a fairness gate where no column is declared',
      `${minimal}evaluation:\n  gates: [{ fairness: equal_opportunity, at_most: 0.1 }]\n`,
      'no column is declared whose groups could be compared',
      4,
      23,
    ],
    [
      'a fairness gate without a limit',
      `${minimal}evaluation:\n  fairness: { columns: [g] }\n  gates: [{ fairness: selection_rate }]\n`,
      'a fairness gate needs at_most',
      5,
      11,
    ],
    [
      'a fairness gate on a column that is not declared',
      `${minimal}evaluation:\n  fairness: { columns: [g] }\n  gates: [{ fairness: selection_rate, at_most: 0.1, column: h }]\n`,
      '"h" is not declared in evaluation.fairness.columns',
      5,
      61,
    ],
    [
      'what goes with fairness on another gate',
      `${minimal}evaluation:\n  gates: [{ better_than: baseline, undecided: pass }]\n`,
      'undecided goes with fairness only',
      4,
      36,
    ],
    ['an unknown metric', `${minimal}evaluation: { metric: auc }\n`, 'got the text "auc"', 3, 23],
    ['a path out of the project', 'source: ../x.csv\nlabel: y\n', 'leaves the project', 1, 9],
    ['a path with backslashes', 'source: data\\x.csv\nlabel: y\n', 'written with "/"', 1, 9],
    ['an absolute schema', `${minimal}schema: /etc/x.json\n`, 'relative to the root', 3, 9],
    [
      'records of what is no JSON',
      'source: { path: data/x.csv, records: rows }\nlabel: y\n',
      'only a JSON file has it, this is csv',
      1,
      38,
    ],
    [
      'a packed file that is packed inside',
      'source: data/x.parquet.gz\nlabel: y\n',
      'is packed inside and is not read out of an archive',
      1,
      9,
    ],
    [
      'a bad cron expression',
      `${minimal}retrain: { triggers: { schedule: every monday } }\n`,
      'expected a cron expression',
      3,
      34,
    ],
    [
      'several processes behind a gateway',
      `${minimal}deploy: { gateway: true, workers: 2 }\n`,
      'serves by one process, and 2 are asked for',
      3,
      35,
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
    [
      'a variable elsewhere',
      `${minimal}goal: "\${DATA}"\n`,
      'allowed in source, deploy and alerts only',
      3,
      7,
    ],
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
