import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Customer, TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { AiengError } from '../../errors.ts';
import { loadBundle } from '../../packaging/index.ts';
import { onnxFile } from '../../modeling/families/imported/onnx/graphs.fixture.ts';
import { writeTrees } from '../../modeling/trees/write.ts';
import type { TreeModel } from '../../modeling/trees/tree.ts';
import { split } from '../split/split.ts';
import { mapInputs } from '../../project/elsewhere/mapInputs.ts';
import { importModel } from './import.ts';
import type { ImportOptions } from './options.ts';
import { strangeColumns } from '../../project/elsewhere/strangeColumns.ts';

// A model of one split, as LightGBM would write it: those who stayed long leave (see the fixture).

const model: TreeModel = {
  featureNames: ['plan', 'tenure'],
  featureInfos: ['0:1:2', '[1:72]'],
  outputs: 1,
  objective: { name: 'binary', sigmoid: 1, sqrt: false },
  average: false,
  trees: [
    {
      splitFeature: Int32Array.of(1, 0),
      threshold: Float64Array.of(36.5, 0),
      decision: Uint8Array.of(8, 9),
      left: Int32Array.of(-1, -2),
      right: Int32Array.of(1, -3),
      leafValue: Float64Array.of(-2, 2.1, 1.9),
      catBoundaries: Int32Array.of(0, 1),
      catThreshold: Uint32Array.of(1),
      internalCount: Float64Array.of(100, 50),
      leafCount: Float64Array.of(50, 17, 33),
    },
  ],
  pandasCategories: [['basic', 'plus', 'pro']],
};
const text = writeTrees(model);
const rows = customers(0, 400);
const probability = ({ tenure, plan }: Customer): number =>
  1 / (1 + Math.exp(tenure <= 36 ? 2 : plan === 'basic' ? -2.1 : -1.9));
const expected = (of: (row: Customer) => number, as = 'prediction'): string =>
  [`tenure,plan,${as}`, ...rows.slice(0, 9).map((row) => `${row.tenure},${row.plan},${of(row)}`)].join('\n');

let own: TestProject;
beforeAll(async () => {
  own = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(rows),
    'model.txt': text,
    'expected.csv': expected(probability),
    'classes.csv': expected(probability, 'probabilities.Yes'),
    'other.csv': expected((row) => 1 - probability(row)),
    'train.csv': csvOf(rows.slice(0, 200)),
    'all.csv': csvOf(rows),
    'fresh.csv': csvOf(customers(400, 480)),
  });
});

const importing = (asked: Partial<ImportOptions> = {}): ReturnType<typeof importModel> =>
  importModel(own.context, {
    model: 'model.txt',
    tolerance: 1e-6,
    approve: false,
    calibrate: false,
    waitMs: 0,
    ...asked,
  });

const failure = async (work: Promise<unknown>): Promise<AiengError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AiengError) return error;
  throw error instanceof Error ? error : new Error('it did not fail');
};

describe('a model that was made elsewhere', () => {
  it('is judged, and not packaged while nobody knows what it has seen; where somebody approves it is', async () => {
    const { exitCode, result } = await importing({ expect: 'expected.csv' });
    expect([exitCode, result.verified, result.package]).toEqual([4, false, null]);
    expect(result.train.verdict.sentence).toContain('Unverified: it may have seen the test rows.');
    expect(result.model.inputs).toEqual([
      { name: 'plan', column: 'plan', kind: 'category', words: ['basic', 'plus', 'pro'] },
      { name: 'tenure', column: 'tenure', kind: 'number' },
    ]);
    const approved = await importing({ expect: 'expected.csv', approve: true });
    expect([approved.exitCode, approved.result.package?.version]).toEqual([0, 1]);
    const { files, manifest } = await loadBundle(own.context.store, approved.result.package!.digest);
    expect(new TextDecoder().decode(files.get('model/given/model.txt'))).toBe(text);
    expect(new TextDecoder().decode(files.get('model/expected.json'))).toContain('"prediction"');
    expect(manifest.inputs.map(({ name }) => name)).toEqual(['tenure', 'plan']);
  });

  it('looks at no features of the pipeline, and it is told which it does not', async () => {
    const set = ['features.columns={"tenure":"log1p"}', 'features.interactions=[["plan","tenure"]]'];
    const { warnings } = await importing({ set });
    expect(warnings).toContainEqual(
      'The model takes the columns as they are: features.columns, features.interactions of the pipeline are not used.',
    );
    expect((await importing()).warnings.join(' ')).not.toContain('features.');
  });

  it('is refused where its answers are not those that were expected', async () => {
    const differ = { code: 'expected-answers-differ', exitCode: 3 };
    expect(await failure(importing({ expect: 'other.csv' }))).toMatchObject(differ);
    const set = ['model.imported.classes=["Yes", "No"]'];
    expect(await failure(importing({ set, expect: 'classes.csv' }))).toMatchObject(differ);
  });

  it('is not judged by rows that it has learnt from', async () => {
    const { result } = await importing({ trainedOn: 'train.csv' });
    const said = /(\d+) of (\d+) rows of the test part stand in train\.csv/.exec(
      result.train.evaluation.caveats?.join(' ') ?? '',
    );
    expect(result.train.evaluation.rows).toBe(Number(said?.[2]) - Number(said?.[1]));
    expect(result.train.evaluation.caveats?.join(' ')).toContain('200 of 400 rows of the snapshot stand in');
    expect([result.verified, result.package?.name]).toEqual([true, 'left']);
    // What was handed out to learn from leaves all rows that judge.
    const handed = await split(own.context, { exportTo: 'train.parquet', validation: false, waitMs: 0 });
    const back = await importing({ trainedOn: 'train.parquet' });
    expect(back.result.model.trainedOn?.rows).toBe(handed.result.rows);
    expect(back.result.train.evaluation.rows).toBe(handed.result.kept.test);
    expect(await failure(importing({ trainedOn: 'all.csv' }))).toMatchObject({
      code: 'every-judging-row-seen',
    });
    const fresh = await importing({ trainedOn: 'all.csv', judgeOn: 'fresh.csv' });
    expect(fresh.result.train.evaluation.rows).toBe(80);
  });
});

// The same as an ONNX file: the log odds of leaving grow with the months, and one word has a weight of its own.
const onnx = onnxFile({
  nodes: [
    {
      operator: 'OneHotEncoder',
      domain: 'ai.onnx.ml',
      inputs: ['plan'],
      outputs: ['words'],
      attributes: { cats_strings: ['basic', 'pro'], zeros: 1 },
    },
    { operator: 'Flatten', inputs: ['words'], outputs: ['places'], attributes: { axis: 1 } },
    { operator: 'Concat', inputs: ['tenure', 'places'], outputs: ['all'], attributes: { axis: 1 } },
    {
      operator: 'LinearClassifier',
      domain: 'ai.onnx.ml',
      inputs: ['all'],
      outputs: ['label', 'probabilities'],
      attributes: {
        coefficients: { floats: [0.125, 1, 0] },
        intercepts: { floats: [-4.5] },
        post_transform: 'LOGISTIC',
        classlabels_strings: ['No', 'Yes'],
      },
    },
  ],
  inputs: [{ name: 'tenure' }, { name: 'plan', type: 8 }],
  outputs: [
    { name: 'label', type: 8, dims: [0] },
    { name: 'probabilities', dims: [0, 2] },
  ],
});
const byOnnx = ({ tenure, plan }: Customer): number =>
  1 / (1 + Math.exp(-(0.125 * tenure + (plan === 'basic' ? 1 : 0) - 4.5)));

describe('an ONNX model', () => {
  it('comes in with its words and labels, is judged, packaged and explained from rows that it keeps', async () => {
    const { environment } = own.context;
    await writeFile(join(environment.cwd, 'model.onnx'), onnx);
    await writeFile(join(environment.cwd, 'onnx.csv'), expected(byOnnx, 'probabilities.Yes'));
    await writeFile(
      join(environment.cwd, 'swapped.csv'),
      expected((row) => byOnnx({ ...row, tenure: row.tenure + 1 })),
    );
    const asked = { model: 'model.onnx', approve: true };
    const { exitCode, result } = await importing({ ...asked, expect: 'onnx.csv' });
    expect(exitCode).toBe(0);
    expect(result.told).toBe('ONNX, OneHotEncoder, Flatten, Concat, LinearClassifier');
    expect(result.model.inputs).toEqual([
      { name: 'tenure', column: 'tenure', kind: 'number' },
      { name: 'plan', column: 'plan', kind: 'category', words: ['basic', 'pro'], other: true },
    ]);
    expect(result.notes.join(' ')).toContain(
      '1 of 3 categories of plan are unknown to the model’s input plan, which takes them all alike (plus)',
    );
    const { files, manifest } = await loadBundle(own.context.store, result.package!.digest);
    expect(manifest.backend).toEqual({ name: 'wasm', version: 'onnxruntime-web 1.30.0' });
    expect(Buffer.from(files.get('model/given/model.onnx')!).equals(onnx)).toBe(true);
    expect(files.get('model/background.bin')?.length).toBe(32 * 2 * 4);
    expect(await failure(importing({ ...asked, expect: 'swapped.csv' }))).toMatchObject({
      code: 'expected-answers-differ',
    });
  });
});

describe('a column that is strange to its input', () => {
  const inputs = [{ name: 'f0', column: 'tenure', kind: 'number' }] as const;
  const told = (values: number[]): readonly string[] =>
    strangeColumns([{ name: 'f0', range: [1, 10] }], inputs, {
      rows: values.length,
      columns: new Map([['tenure', { kind: 'number', values: Float64Array.from(values) }]]),
    });

  it('is told beyond a tenth of the rows', () => {
    const nine = [1, 2, 3, 4, 5, 6, 7, 8, 10];
    expect(told([...nine, 11])).toEqual([]);
    expect(told([...nine, 11, NaN])).toEqual([]);
    expect(told([...nine, 11, 0.5])).toEqual([
      'Column tenure lies outside what the model has learnt of f0 (1 to 10) in 18.2 % of the rows: is it the right column, in the same unit?',
    ]);
  });
});

describe('inputs of a model', () => {
  const column = (name: string, kind: ColumnSchema['kind']): ColumnSchema => ({
    name,
    kind,
    type: kind === 'number' ? 'number' : 'string',
    nullable: true,
    required: false,
    closed: false,
  });
  const schema = {
    missing: [''],
    columns: [
      column('id', 'text'),
      column('tenure', 'number'),
      { ...column('plan', 'category'), domain: ['basic', 'gold'] },
      column('joined', 'time'),
      column('monthly fee: net', 'number'),
      column('left', 'category'),
    ],
  };
  const label = { column: 'left', task: 'auto', positive: null } as const;
  const mapped = (
    names: readonly string[],
    inputs: object,
    loose: string[][] = [],
  ): ReturnType<typeof mapInputs> =>
    mapInputs(
      names.map((name) => ({ name })),
      loose,
      { label, row_id: ['id'], model: { inputs: { ...inputs } } },
      schema,
    );

  it.each([
    [['plan'], { plan: 'left' }, 'which is the label'],
    [['plan'], { plan: 'id' }, 'an id'],
    [['plan'], { seat: 'plan' }, 'the model has no such input'],
    [['seat'], {}, 'has no column "seat"'],
    [['tenure%3Awords%3A0'], {}, 'in a training of its own'],
    [['monthly%20fee%3A%20net%3A3'], {}, 'derived of the column "monthly fee: net"'],
    [['50%3A', '%3A1'], {}, 'has no column'],
    [['tenures'], {}, 'did you mean "tenure"?'],
    [['tenure'], { tenure: { column: 'plan' } }, 'does not say which number each of them is'],
    [['plan'], { plan: { column: 'plan', codes: ['a', 'a'] } }, 'name a word twice'],
    [['plan'], { plan: { column: 'tenure', codes: ['a'] } }, 'is a number'],
    [['joined'], {}, 'is a time'],
    [['f0', 'f1'], {}, 'has no names for its 2 inputs'],
  ])('%j with %j: what is wrong is told', (names, inputs, words) => {
    expect(() => mapped(names, inputs)).toThrow(words);
  });

  it('are found by their names, however these are written, and lists of words by the columns of words', () => {
    const { inputs, notes } = mapped(['Plan', 'TENURE'], {}, [['basic', 'pro']]);
    expect(inputs).toEqual([
      { name: 'Plan', column: 'plan', kind: 'category', words: ['basic', 'pro'] },
      { name: 'TENURE', column: 'tenure', kind: 'number' },
    ]);
    expect(notes).toEqual([
      expect.stringMatching(/^1 of 2 categories of plan are unknown .* missing \(gold\)/),
    ]);
  });

  it('are found by the names that trees of aieng write, which have no blanks', () => {
    const { inputs } = mapped(['monthly%20fee%3A%20net'], {});
    expect(inputs.map(({ column: name }) => name)).toEqual(['monthly fee: net']);
    expect(() => mapped(['100%'], {})).toThrow('has no column "100%"');
  });

  it('without names are taken by the order of the columns, and it is said', () => {
    const few = {
      ...schema,
      columns: schema.columns.filter(({ name }) => !['plan', 'joined', 'monthly fee: net'].includes(name)),
    };
    const pipeline = { label, row_id: ['id'], model: { inputs: {} } };
    const { inputs, notes } = mapInputs([{ name: 'f0' }], [], pipeline, few);
    expect([inputs[0]?.column, notes]).toEqual([
      'tenure',
      [expect.stringContaining('Prove it with --expect')],
    ]);
  });
});
