import { describe, expect, it } from 'vitest';
import type { Column, ColumnKind, Table } from '../../src/data/columns.ts';
import { tableFromRows } from '../../src/data/rows.ts';
import type { ColumnSchema, RowSchema } from '../../src/data/schema.ts';
import { apply } from '../../src/features/apply.ts';
import { featureRows } from '../../src/features/encode.ts';
import { fit } from '../../src/features/fit.ts';
import { labelFolds } from '../../src/features/labels.ts';
import type { FittedFeatures, Params } from '../../src/features/spec.ts';
import { transforms } from '../../src/features/transforms/index.ts';
import { createPredictor } from '../../src/inference/predictor.ts';
import { sealEnsemble } from '../../src/modeling/ensemble/files.ts';
import { families } from '../../src/modeling/families/index.ts';
import { onnxEngine } from '../../src/modeling/families/imported/onnx/engine.ts';
import type { Task, TrainedModel } from '../../src/modeling/model.ts';
import { train } from '../../src/modeling/train.ts';
import type { Manifest } from '../../src/packaging/manifest.ts';
import { checkOnnx } from '../../src/portable/onnx/checkOnnx.ts';
import { writeFeatures } from '../../src/portable/onnx/features.ts';
import { Graph } from '../../src/portable/onnx/graph.ts';
import { writeOnnx } from '../../src/portable/onnx/writeOnnx.ts';
import type { OnnxParts } from '../../src/portable/onnx/writeOnnx.ts';
import type { AiengError } from '../../src/errors.ts';
import { asAiengError } from '../../src/errors.fixture.ts';
import { createRandom } from '../../src/random.ts';
import { nets, options, scoreFor } from './problems.ts';

// Every transform and every family, written as ONNX and asked in ONNX Runtime, says what it says here; what it cannot be written
// for says so by its name.

const random = createRandom('rows for ONNX');
const words = ['a', 'b', 'c', 'ä ö', '</script>', ''];

const rowCount = 80;
const odd: readonly number[] = [NaN, 0, -0, 1, 1, 1, 2, 1e-40, -1e20, 1e20, 1e300, 0.1, 0.3];

function columnOf(kind: ColumnKind, place: number): Column {
  switch (kind) {
    case 'number':
      return {
        kind,
        values: Float64Array.from({ length: rowCount }, (_, row) => odd[row] ?? 3 * random.normal() + place),
      };
    case 'time':
      return {
        kind,
        values: Float64Array.from({ length: rowCount }, (_, row) =>
          row === 0 ? NaN : Math.round((2 * random.next() - 0.6) * 2e12),
        ),
      };
    case 'category':
      return {
        kind,
        codes: Int32Array.from({ length: rowCount }, () => Math.floor(6 * random.next()) - 1),
        dictionary: words.slice(0, 5),
      };
    case 'text':
      return { kind, values: Array.from({ length: rowCount }, (_, row) => words[row % 6]! || null) };
  }
}

const schemaOf = (table: Table): RowSchema => ({
  missing: [''],
  columns: [...table.columns].map(([name, { kind }]): ColumnSchema => ({
    ...{ name, kind, type: kind === 'number' ? 'number' : 'string' },
    ...{ nullable: true, required: false, closed: false },
  })),
});

const labels = {
  classes: ['no', 'yes'],
  target: Float64Array.from({ length: rowCount }, (_, row) => row % 2),
  folds: Int8Array.from({ length: rowCount }, (_, row) => row % labelFolds),
};

/** The cells of a column as an input of the graph takes them. */
function feed(column: Column) {
  if (column.kind === 'number' || column.kind === 'time')
    return { type: 'double', numbers: column.values } as const;
  const cell = (row: number): string =>
    (column.kind === 'text' ? column.values[row] : column.dictionary[column.codes[row]!]) ?? '';
  return { type: 'string', words: Array.from({ length: rowCount }, (_, row) => cell(row)) } as const;
}

/** Dense rows as ONNX Runtime computes them, or why they cannot be written. */
async function denseByOnnx(fitted: FittedFeatures, table: Table): Promise<Float64Array | string> {
  const graph = new Graph([...table.columns.keys(), 'dense']);
  const features = writeFeatures(graph, fitted, schemaOf(table));
  if (features.problems.length > 0)
    return features.problems.map(({ what, because }) => `${what}: ${because}`).join('; ');
  graph.name(features.dense(), 'dense');
  const width = fitted.encoded.reduce((sum, { outputs }) => sum + outputs.length, 0);
  const bytes = graph.bytes('features', [{ name: 'dense', type: 'float', columns: width }], {});
  const feeds = fitted.inputs.map(({ name }) => feed(table.columns.get(name)!));
  const shapes = fitted.inputs.map(({ name }, at) => ({
    ...{ name, type: feeds[at]!.type, dims: [table.rows, 1] },
  }));
  const session = (await onnxEngine()).open(bytes, shapes, 'dense');
  const dense = session.run(feeds);
  session.close();
  return dense;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (let at = 0; at < expected.length; at += 1) {
    const [own, known] = [actual[at]!, expected[at]!];
    const off = Math.abs(own - known) / Math.max(1, Math.abs(known));
    if (!(off <= 1e-6)) expect.fail(`${what}: cell ${at} is ${own} for ${known}`);
  }
}

/** Transforms of words and of texts that no operator of ONNX computes. */
const beyond = new Set(['hash_strings', 'hashing', 'most_filled', 'ngrams', 'text_length', 'tfidf']);

describe('features as ONNX', () => {
  for (const { name, examples } of transforms)
    it(`${name}: the same cells, or it says that it cannot`, async () => {
      const asked = examples.filter(({ params }) => params['value'] !== '');
      const columns = asked.map(({ kind }, at) => [`x${at}`, columnOf(kind, 0)] as const);
      const table: Table = {
        rows: rowCount,
        columns: new Map([['anchor', columnOf('number', 1)], ...columns]),
      };
      const features = [
        { column: 'anchor', steps: [] },
        ...asked.map(({ kind, params }, at) => ({ column: `x${at}`, steps: stepsOf(name, kind, params) })),
      ];
      const fitted = fit({ auto: false, drop: [], features }, table, [], labels);
      const made = await denseByOnnx(fitted, table);
      if (typeof made === 'string') {
        expect(beyond.has(name), made).toBe(true);
        for (const [column] of columns) expect(made).toContain(column);
      } else expectClose(made, apply(fitted, table).dense, name);
    });

  it('a missing word that becomes the empty one is refused', async () => {
    const table: Table = { rows: rowCount, columns: new Map([['x', columnOf('text', 0)]]) };
    const steps = stepsOf('impute', 'text', { strategy: 'constant', value: '' });
    const fitted = fit({ auto: false, drop: [], features: [{ column: 'x', steps }] }, table, [], labels);
    expect(await denseByOnnx(fitted, table)).toMatch(/x .*the empty one, which is missing in ONNX/);
  });

  it('derived columns: products, days between, crosses', async () => {
    const table: Table = {
      rows: rowCount,
      columns: new Map([
        ['a', columnOf('number', 0)],
        ['b', columnOf('number', 1)],
        ['from', columnOf('time', 0)],
        ['to', columnOf('time', 0)],
        ['left', columnOf('category', 0)],
        ['right', columnOf('text', 0)],
      ]),
    };
    const interactions = [
      ['a', 'b'],
      ['left', 'right'],
    ] as const;
    const fitted = fit({ auto: true, drop: [], features: [], interactions }, table, [], labels);
    const made = await denseByOnnx(fitted, table);
    if (typeof made === 'string') expect.fail(made);
    expectClose(made, apply(fitted, table).dense, 'derived');
  });
});

/** A transform, ended by one_hot where it gives codes or words. */
function stepsOf(transform: string, kind: ColumnKind, params: Params) {
  const isWord = kind === 'category' || kind === 'text';
  const ends = ['categories', 'hash_strings'].includes(transform) || (transform === 'impute' && isWord);
  return [{ transform, params }, ...(ends ? [{ transform: 'one_hot', params: {} }] : [])];
}

const column = (
  name: string,
  kind: ColumnSchema['kind'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  ...{ name, kind, type: kind === 'number' ? 'number' : 'string' },
  ...{ nullable: true, required: false, closed: false },
  ...more,
});
const schema: RowSchema = {
  missing: ['', 'NA', '-9'],
  columns: [
    column('size', 'number'),
    column('count', 'number', { type: 'integer' }),
    column('prediction', 'category', { type: 'boolean', trueWords: ['ja'] }),
    column('plan', 'category', { domain: ['a', 'b', 'c'], merge: { A: 'a' } }),
    column('city', 'category'),
    column('since', 'time'),
    column('label', 'category'),
  ],
};
const inputs = schema.columns.slice(0, -1);
const rows = Array.from({ length: 160 }, (_, row) => ({
  size: row % 7 === 3 ? null : 4 * random.next() - 2,
  count: row % 31 === 0 ? -9 : Math.floor(9 * random.next()),
  prediction: row % 11 === 0 ? 'ja' : String(random.next() < 0.5),
  plan: random.next() < 0.2 ? (row % 2 === 0 ? null : 'NA') : ['a', 'b', 'A'][Math.floor(3 * random.next())]!,
  city: `city ${Math.floor(40 * random.next())}`,
  since: new Date(1.6e12 + Math.floor(1e11 * random.next())).toISOString(),
}));
const names = inputs.map(({ name }) => name);
const { table } = tableFromRows(rows, schema, names);

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const backwards: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'no' };
const three: Task = { kind: 'multiclass', classes: ['x', 'y', '__proto__'] };
const costly: Task = {
  ...{ kind: 'multiclass', classes: ['x', 'y', 'z'] },
  costs: [
    [0, 1, 9],
    [1, 0, 1],
    [5, 1, 0],
  ],
};
const regression: Task = { kind: 'regression' };

const folds = Int8Array.from({ length: rows.length }, (_, row) => row % labelFolds);

function labelsFor(task: Task): Float64Array {
  return Float64Array.from(rows, ({ size, count }, row) => {
    if (task.kind === 'regression') return 20 + 3 * (size ?? 0) + count + (row % 3);
    return task.kind === 'binary' ? Number((size ?? 1) + count > 4) : (count + 9) % 3;
  });
}

async function partsOf(
  family: string,
  task: Task,
  more: { readonly target?: 'log' | 'quantile'; readonly objective?: 'poisson' } = {},
): Promise<OnnxParts & { readonly model: TrainedModel }> {
  const target = labelsFor(task);
  const classes = task.kind === 'regression' ? [] : task.classes;
  const features = fit({ auto: true, drop: [], features: [] }, table, [], { classes, target, folds });
  const part = { rows: featureRows(features, table), target };
  const asked = { ...options, ...nets({ epochs: 3 }), target: more.target ?? ('none' as const), family };
  const gbdt = { ...asked.gbdt, trees: 20, objective: more.objective ?? asked.gbdt.objective };
  const model = (await train(task, part, part, { ...asked, backend: 'wasm', gbdt }, 1, scoreFor(task))).model;
  return { ...bundled(family, task, model), features, model };
}

function bundled(family: string, task: Task, model: TrainedModel) {
  const outputs = task.kind === 'regression' ? [] : task.classes;
  const interval = { level: 0.9, upTo: [12], below: [1, 2], above: [2, 3], floor: 0 };
  // What an answer needs of a manifest.
  const manifest = {
    ...{ name: 'm', goal: '', task, family, inputs, outputs, label: 'label', row_id: [] },
    ...{ threshold: 0.4, interval: task.kind === 'regression' ? interval : undefined },
  } as unknown as Manifest;
  return { manifest, digest: 'd'.repeat(64), version: 1, schema, modelFiles: model.files };
}

/** How far the file is away from the model; it throws where that is too far. */
async function differenceOf(parts: OnnxParts): Promise<number> {
  const predictor = await createPredictor(parts, 'wasm');
  const { answers, issues } = predictor.predictRows(rows, () => '');
  expect(issues).toEqual([]);
  const scores = answers.map((answer) => answer.scores);
  predictor.dispose();
  return (await checkOnnx(writeOnnx(parts), { ...parts, rows, scores }, 'm@1')).difference;
}

describe('a model as ONNX', () => {
  const made = new Map<string, OnnxParts & { readonly model: TrainedModel }>();
  const cases: readonly (readonly [string, Task, Parameters<typeof partsOf>[2]?])[] = [
    ...families.flatMap(({ name, given }) => (given === undefined ? [[name, binary] as const] : [])),
    ['rule', three],
    ['linear', costly],
    ['gbdt', backwards],
    ['gbdt', three],
    ['gbdt', regression, { target: 'log' }],
    ['gbdt', regression, { target: 'quantile' }],
    ['gbdt', regression, { objective: 'poisson' }],
    ['tabm', three],
    ['tabm', regression],
  ];
  it.each(cases.map(([family, task, more]) => ({ family, task, more })))(
    '$family, $task.kind $more answers the same',
    { timeout: 60_000 },
    async ({ family, task, more }) => {
      const parts = await partsOf(family, task, more);
      if (task === binary) made.set(family, parts);
      expect(await differenceOf(parts)).toBeLessThan(2e-6);
    },
  );

  it('names all that ONNX cannot say, and what to do about it', () => {
    const text = {
      rows: rowCount,
      columns: new Map([
        ['note', columnOf('text', 0)],
        ['city', columnOf('category', 0)],
      ]),
    };
    const steps = (transform: string) => [{ transform, params: {} }];
    const spec = [
      { column: 'note', steps: steps('tfidf') },
      { column: 'city', steps: steps('hashing') },
    ];
    const features = fit({ auto: false, drop: [], features: spec }, text, [], labels);
    const refused = (): AiengError => {
      try {
        writeOnnx({ ...made.get('linear')!, features });
      } catch (error) {
        return asAiengError(error);
      }
      return expect.fail('it was written');
    };
    const refusal = refused();
    expect(refusal.message).toMatch(
      /^ONNX cannot say all of m@1: the feature note.*tfidf.*; the feature city .*hash/,
    );
    expect(refusal.hint).toContain(
      'drop the column. Or take the model as it is: `aieng package m@1 --target node`.',
    );
  });

  it('is not written where it does not compute what the bundle does', async () => {
    const parts = made.get('linear')!;
    const scores = rows.map(() => [0.5, 0.5]);
    await expect(checkOnnx(writeOnnx(parts), { ...parts, rows, scores }, 'm@1')).rejects.toThrow(
      /The ONNX file of m@1 does not compute what the bundle does: row 0 .* for 0\.5\. It was not written/,
    );
  });

  it('calls an output otherwise where an input is called so, and is the same bytes again', () => {
    const parts = made.get('gbdt')!;
    const { bytes, outputs } = writeOnnx(parts);
    expect(outputs.map(({ name }) => name)).toEqual(['prediction_out', 'probabilities']);
    expect(writeOnnx(parts).bytes).toEqual(bytes);
  });

  it('blends', async () => {
    const members = [...made.values()].map(({ model }) => ({ model, target: '', weight: 1 / made.size }));
    // The members prepare columns each in their own way: those of one kind share theirs.
    expect(members.length).toBeGreaterThan(3);
    const own = made.get('mlp')!;
    const model = sealEnsemble(
      binary,
      members.slice(0, 2).map((one) => ({ ...one, weight: 0.5 })),
      0,
    );
    expect(
      await differenceOf({ ...bundled('ensemble', binary, model), features: own.features }),
    ).toBeLessThan(2e-6);
  });
});
