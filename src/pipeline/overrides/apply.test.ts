import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familySections } from '../../modeling/reference.ts';
import { loadPipeline } from '../load.ts';
import type { Pipeline } from '../pipeline.ts';
import { overrideFlag, overrideWords } from './override.ts';

const written = `source: data/x.csv
label: churn
features: auto
model: { family: linear, gbdt: { leaves: 15 } }
evaluation: { gates: [{ better_than: baseline }] }
`;
const vocabulary = {
  transforms: {
    log1p: { type: 'object', properties: {}, additionalProperties: false },
    one_hot: { type: 'object' },
  },
  metrics: [{ name: 'roc_auc', higherIsBetter: true }],
  families: familySections(),
  variables: {},
};
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'aieng-set-'));
  await mkdir(join(root, 'pipelines'));
  await writeFile(join(root, 'pipelines/churn.yaml'), written);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const load = (...set: string[]): Promise<Pipeline> =>
  loadPipeline(join(root, 'pipelines/churn.yaml'), root, { ...vocabulary, set });

describe('a key that is set for one run', () => {
  it('stands in the place of what the file says, read as YAML, and is told beside it', async () => {
    const pipeline = await load('model.gbdt.leaves=63', 'model.hidden=[64, 32]', 'evaluation.metric=roc_auc');
    expect(pipeline.model).toMatchObject({ family: 'linear', gbdt: { leaves: 63 } });
    expect(pipeline.evaluation.metric).toBe('roc_auc');
    expect(pipeline.overrides.map(overrideWords)).toEqual([
      'model.gbdt.leaves=63 (15 in the pipeline file)',
      'model.mlp.hidden=[64,32] ([128,128] in the pipeline file)',
      'evaluation.metric=roc_auc (null in the pipeline file)',
    ]);
  });

  it('is none where the file says the same, by a word or by its default', async () => {
    expect((await load('model.gbdt.leaves=15', 'model.seed=1')).overrides).toEqual([]);
    expect((await load()).overrides).toEqual([]);
    await expect(load('split.strategy=')).rejects.toMatchObject({ code: 'set-invalid' });
  });

  it('may be within `features: auto`, of a column whose name has dots, and a list or an object as a whole', async () => {
    const pipeline = await load(
      'features.drop=[id]',
      'features.columns."a.b"=log1p',
      'evaluation.gates=[]',
      'model.gbdt.monotone={tenure: 1}',
    );
    expect(pipeline.features).toEqual({
      auto: true,
      drop: ['id'],
      features: [{ column: 'a.b', steps: [{ transform: 'log1p', params: {} }] }],
    });
    expect(pipeline.evaluation.gates).toEqual([]);
    expect(pipeline.model).toMatchObject({ gbdt: { leaves: 15, monotone: { tenure: 1 } } });
    expect(pipeline.overrides.map(({ key }) => key)).toEqual([
      'features.drop',
      'features.columns."a.b"',
      'evaluation.gates',
      'model.gbdt.monotone',
    ]);
  });

  it('gives the same pipeline as one whose file says so', async () => {
    const numbers = {
      leaves: fc.integer({ min: 2, max: 65_536 }),
      trees: fc.integer({ min: 1, max: 100_000 }),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(numbers), async ({ leaves, trees }) => {
        const set = await load(`model.gbdt.leaves=${leaves}`, `model.gbdt.trees=${trees}`);
        const file = join(root, 'pipelines/said.yaml');
        await writeFile(file, written.replace('leaves: 15', `leaves: ${leaves}, trees: ${trees}`));
        expect(set.model).toEqual((await loadPipeline(file, root, vocabulary)).model);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a setting that is wrong', () => {
  it.each<[readonly string[], string, string]>([
    [
      ['model.gbdt.leves=63'],
      '--set model.gbdt.leves=63: unknown key "leves" in model.gbdt',
      'Did you mean "leaves"?',
    ],
    [
      ['model.gbdt.leaves=1'],
      '--set model.gbdt.leaves=1: model.gbdt.leaves: expected at least 2, got the number 1',
      'Give it a value that fits, or leave it out: in the pipeline file model.gbdt.leaves is 15.',
    ],
    [
      ['model.family=lineer'],
      '--set model.family=lineer: model.family: expected one of auto, rule, linear, gbdt, mlp, tabm, imported, script, got the text "lineer"',
      'Did you mean "linear"?',
    ],
    [
      ['model.seed=two', 'model.epochs=0'],
      '--set model.seed=two: model.seed: expected a whole number, got the text "two"\n--set model.epochs=0: model.mlp.epochs: expected at least 1, got the number 0',
      'Give it a value that fits, or leave it out: in the pipeline file model.seed is 1.',
    ],
    [
      ['source.path=other.csv'],
      '--set source.path=other.csv: source cannot be set for one run; evaluation, features, model, split can.',
      'Change source.path in the pipeline file.',
    ],
    [['model=gbdt'], '--set model=gbdt: model is a section.', 'Set one of its keys, as model.<key>=<value>.'],
    [
      ['model.seed'],
      '--set model.seed: there is no "=" between key and value.',
      'Write key=value, for example: --set model.seed=2',
    ],
    [
      ['model..seed=2'],
      '--set model..seed=2: the text "model..seed" is no key.',
      'Write the keys with dots between them, for example: --set model.seed=2',
    ],
    [
      ['evaluation.gates.margin=2'],
      '--set evaluation.gates.margin=2: evaluation.gates is a list, which has no key margin.',
      'Set it as a whole: --set evaluation.gates=<value>.',
    ],
    [
      ['model.seed=2', 'model.seed=3'],
      'model.seed is set twice: model.seed=2 and model.seed=3.',
      'Leave one of them out.',
    ],
    [
      ['split.train=0.9'],
      '--set split.train=0.9: split: ',
      'Give it a value that fits, or leave it out: in the pipeline file split.train is 0.7.',
    ],
  ])('%j is refused at its flag, in words', async (set, message, hint) => {
    await expect(load(...set)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
      hint,
    });
  });

  it('never reaches an object that is none of its own, nor more than YAML holds', async () => {
    await expect(load('model.__proto__.x=1')).rejects.toMatchObject({ code: 'set-invalid' });
    await expect(load('model.seed={__proto__: 1}')).rejects.toMatchObject({ code: 'set-invalid' });
    await expect(load('model.seed=!!js/function x')).rejects.toMatchObject({ code: 'set-invalid' });
    await expect(load(`model.hidden=${'['.repeat(100)}`)).rejects.toMatchObject({ code: 'set-invalid' });
  });

  it('says what is wrong with the file, where that is wrong anyway', async () => {
    const file = join(root, 'pipelines/wrong.yaml');
    await writeFile(file, 'source: x.csv\nlabel: y\nmodel: { seed: two }\n');
    await expect(loadPipeline(file, root, { ...vocabulary, set: ['model.seed=2'] })).rejects.toMatchObject({
      code: 'pipeline-invalid',
    });
  });
});

describe('an override as a flag', () => {
  it.each([
    ['model.gbdt.leaves', 63, '--set model.gbdt.leaves=63'],
    ['model.family', 'gbdt', '--set model.family=gbdt'],
    ['evaluation.costs', { false_positive: 1 }, `--set 'evaluation.costs={"false_positive":1}'`],
    ['label.positive', "it's", `--set 'label.positive=it'\\''s'`],
  ])('%s = %j', (key, value, flag) => {
    expect(overrideFlag({ key, value, instead: null })).toBe(flag);
  });
});
