import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, ColumnKind, Table } from '../../src/data/columns.ts';
import { AiengError } from '../../src/errors.ts';
import {
  apply,
  auto,
  encodedRows,
  fit,
  outputNames,
  parseFeatures,
  prepare,
  transformParams,
} from '../../src/features/index.ts';
import type {
  FeatureMatrix,
  FeaturesSpec,
  FittedFeatures,
  Params,
  Plain,
  Prepared,
} from '../../src/features/index.ts';
import { labelFolds } from '../../src/features/labels.ts';
import type { TrainingLabels } from '../../src/features/labels.ts';
import { preparingOne, taughtBy } from '../../src/features/prepare.ts';
import type { Taught } from '../../src/features/prepare.ts';
import { encode } from '../../src/features/encode.ts';
import { gatherColumn } from '../../src/features/prepared.ts';
import { checkParams } from '../../src/features/params.ts';
import type { Transform } from '../../src/features/transform.ts';
import { transforms } from '../../src/features/transforms/index.ts';
import { evenly } from '../../src/statistics/evenly.fixture.ts';
import { anyColumn, anyTable, chunks, kinds, recodedTable } from './columns.ts';

const runs = { numRuns: 60 };

/** Bit patterns, so that 0 and −0 differ. */
const bits = ({ dense }: Pick<FeatureMatrix, 'dense'>): number[] => Array.from(new Uint32Array(dense.buffer));

/** Labels of a table's rows, in turns, and their folds. */
const labelsOf = ({ rows }: Pick<Table, 'rows'>): TrainingLabels => ({
  classes: ['no', 'yes'],
  target: Float64Array.from({ length: rows }, (_, row) => row % 2),
  folds: Int8Array.from({ length: rows }, (_, row) => row % labelFolds),
});

/** Does it give words or codes, which one_hot can end? */
function endsInWords(transform: Transform, kind: ColumnKind, params: Params): boolean {
  const input = { name: 'x', kind };
  if (!('fit' in transform) || (transform.expand?.(params, input) ?? null) !== null) return false;
  const step = transform.compile(
    transform.fit(emptyColumn(kind), params, input, labelsOf({ rows: 0 })),
    input,
  );
  return step.role === 'column' && ['category', 'text', 'codes'].includes(step.gives);
}

/** One column through one transform. The anchor keeps the matrix from being empty where the transform gives nothing. */
function specOf(transform: Transform, kind: ColumnKind, params: Params): FeaturesSpec {
  const steps = [{ transform: transform.name, params }];
  return {
    auto: false,
    drop: [],
    features: [
      {
        column: 'x',
        steps: endsInWords(transform, kind, params)
          ? [...steps, { transform: 'one_hot', params: {} }]
          : steps,
      },
      { column: 'anchor', steps: [] },
    ],
  };
}

function emptyColumn(kind: ColumnKind): Column {
  switch (kind) {
    case 'number':
    case 'time':
      return { kind, values: new Float64Array() };
    case 'category':
      return { kind, codes: new Int32Array(), dictionary: [] };
    case 'text':
      return { kind, values: [] };
  }
}

const tableOf = (kind: ColumnKind): fc.Arbitrary<Table> =>
  fc.integer({ min: 0, max: 12 }).chain((rows) =>
    anyColumn(kind, rows).map((x) => {
      const anchor: Column = { kind: 'number', values: new Float64Array(rows) };
      return {
        rows,
        columns: new Map([
          ['x', x],
          ['anchor', anchor],
        ]),
      };
    }),
  );

/** What must hold for a fit on `train` applied to `test`, whatever stands in both. */
function expectLaws(spec: FeaturesSpec, train: Table, test: Table): void {
  const [trainBefore, testBefore] = [structuredClone(train), structuredClone(test)];
  const labels = labelsOf(train);
  const fitted = fit(spec, train, [], labels);
  const matrix = apply(fitted, test);
  const width = outputNames(fitted).length;

  expect(matrix.names).toEqual(outputNames(fitted));
  expect(new Set(matrix.names).size).toBe(width);
  expect([matrix.rows, matrix.dense.length]).toEqual([test.rows, test.rows * width]);
  expect(matrix.dense.every(Number.isFinite), 'all finite').toBe(true);

  expect(fit(spec, train, [], labels), 'fit is deterministic').toEqual(fitted);
  expect(fit(spec, recodedTable(train), [], labels), 'dictionaries do not matter').toEqual(fitted);
  expect([train, test], 'nothing is changed').toEqual([trainBefore, testBefore]);
  expectSurvivesJson(fitted, test, matrix);
  for (const size of [1, 2, 5]) {
    const parts = chunks(test, size).map((chunk) => bits(apply(fitted, chunk)));
    expect(parts.flat(), `in chunks of ${size}`).toEqual(bits(matrix));
  }
  expectTwoSteps(fitted, test, matrix);
  expectOneByOne(fitted, test, matrix);
  expectOwnLabelHidden(fitted, train, labels);
}

/** A row of the training part is told nothing by its own label, and rows that taught nothing are as any others. */
function expectOwnLabelHidden(fitted: FittedFeatures, train: Table, labels: TrainingLabels): void {
  const taught = (by: Taught | null, folds: Int8Array): Prepared =>
    prepare(fitted, train, by === null ? undefined : { by, folds });
  const known = taughtBy(fitted, train, labels);
  const before = taught(known, labels.folds);
  expect(
    taught(
      known,
      labels.folds.map(() => -1),
    ),
  ).toEqual(prepare(fitted, train));
  for (let row = 0; row < Math.min(train.rows, 3); row += 1) {
    const target = labels.target.map((label, at) => (at === row ? 1 - label : label));
    const after = taught(taughtBy(fitted, train, { ...labels, target }), labels.folds);
    const own = Int32Array.of(row);
    expect(after.columns.map((column) => gatherColumn(column, own))).toEqual(
      before.columns.map((column) => gatherColumn(column, own)),
    );
  }
}

/** A row's cell: null is a missing word, NaN a missing number. */
function cellOf(column: Column, row: number): string | number | null {
  if (column.kind === 'category') return column.dictionary[column.codes[row]!] ?? null;
  return column.values[row] ?? null;
}

/** One row after the other by its cells alone, as a service has them: the same prepared cells and the same bits. */
function expectOneByOne(fitted: FittedFeatures, test: Table, { names, dense }: FeatureMatrix): void {
  const prepareOne = preparingOne(fitted, [...test.columns.keys()]);
  const prepared = prepare(fitted, test);
  const cells = new Float32Array(names.length);
  for (let row = 0; row < test.rows; row += 1) {
    const one = prepareOne([...test.columns.values()].map((column) => cellOf(column, row)));
    expect(one.columns).toEqual(prepared.columns.map((column) => gatherColumn(column, Int32Array.of(row))));
    encode(fitted, one, 0, 1, cells);
    expect(bits({ dense: cells }), 'one row').toEqual(
      bits({ dense: dense.slice(row * names.length, (row + 1) * names.length) }),
    );
  }
}

/** Prepared once, then encoded in any ranges and any order of rows: the same bits as all at once. */
function expectTwoSteps(fitted: FittedFeatures, test: Table, { names, dense, rows }: FeatureMatrix): void {
  const prepared = prepare(fitted, test);
  expect(prepared.columns.map(({ kind }) => kind)).toEqual(fitted.prepared.map(({ kind }) => kind));
  expect(new Set(fitted.prepared.map(({ name }) => name)).size).toBe(fitted.prepared.length);
  const width = names.length;
  const order = Int32Array.from(
    { length: rows + (rows > 0 ? 3 : 0) },
    (_, i) => (i * 5 + 3) % Math.max(rows, 1),
  );
  const inOrder = Array.from(order).flatMap((row) =>
    bits({ dense: dense.slice(row * width, (row + 1) * width) }),
  );
  for (const keep of [0, Infinity]) {
    const encoded = encodedRows(fitted, prepared, keep);
    const out = new Float32Array(order.length * width).fill(7);
    encoded.take(order, out);
    expect(bits({ dense: out }), `taken, ${keep} kept`).toEqual(inOrder);
    const [from, to] = [Math.min(2, rows), Math.min(7, rows)];
    const part = new Float32Array((to - from) * width).fill(7);
    encoded.range(from, to, part);
    expect(bits({ dense: part }), `a range, ${keep} kept`).toEqual(
      bits({ dense: dense.slice(from * width, to * width) }),
    );
  }
}

function expectSurvivesJson(fitted: FittedFeatures, test: Table, matrix: FeatureMatrix): void {
  const read = parseFeatures(JSON.parse(JSON.stringify(fitted)));
  expect(read).toEqual(fitted);
  expect(bits(apply(read, test)), 'same bits after JSON').toEqual(bits(matrix));
}

describe.each(transforms.map((transform) => [transform.name, transform] as const))(
  'transform %s',
  (_name, transform) => {
    const cases = transform.examples.map(
      ({ kind, params }) => [kind, JSON.stringify(params), params] as const,
    );

    it.each(cases)('keeps its laws on a %s column with %s', (kind, _text, params) => {
      const spec = specOf(transform, kind, params);
      fc.assert(
        fc.property(tableOf(kind), tableOf(kind), (train, test) => {
          expectLaws(spec, train, test);
        }),
        runs,
      );
    });

    it('has an example for each kind that it accepts, and no other', () => {
      expect(new Set(transform.examples.map(({ kind }) => kind))).toEqual(
        new Set(kinds.filter((kind) => transform.accepts.includes(kind))),
      );
    });

    it('refuses other kinds and names transforms for them', () => {
      for (const kind of kinds.filter((candidate) => !transform.accepts.includes(candidate))) {
        const table = { rows: 0, columns: new Map([['x', emptyColumn(kind)]]) };
        const features = [{ column: 'x', steps: [{ transform: transform.name, params: {} }] }];
        expect(() => fit({ auto: false, drop: [], features }, table, [])).toThrow(
          expect.objectContaining({
            code: 'transform-kind',
            exitCode: 2,
            message: expect.stringContaining(kind),
            hint: expect.stringMatching(/missing_indicator/),
          }),
        );
      }
    });

    it('says what becomes of missing values', () => {
      expect(transform.summary).toMatch(/missing/i);
    });

    const validate = new Ajv({ strict: true }).compile(transformParams()[transform.name]!);

    it('has a schema that takes its examples and refuses unknown keys', () => {
      for (const { params } of transform.examples) expect(validate(params)).toBe(true);
      expect(validate({ no_such_parameter: 1 })).toBe(false);
      expect(() => checkParams(transform.name, transform.params, { no_such_parameter: 1 })).toThrow(
        AiengError,
      );
    });

    it('checks parameters itself just as a JSON Schema validator does', () => {
      const scalar = fc.oneof(
        fc.constantFrom<Plain>('constant', 'normal', 'hour', 'year', true, null),
        fc.integer({ min: -2, max: 70_000 }),
        evenly(-2, 2),
      );
      const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 12 }));
      const keys = [...Object.keys(transform.params.properties), 'no_such_parameter'];
      const params = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3, noNullPrototype: true });
      fc.assert(
        fc.property(params, (candidate) => {
          const problem = (() => {
            try {
              checkParams(transform.name, transform.params, candidate);
              return null;
            } catch (error) {
              return error;
            }
          })();
          expect(problem === null).toBe(validate(candidate));
          if (problem !== null) expect(problem).toBeInstanceOf(AiengError);
        }),
      );
    });
  },
);

describe('names of transforms', () => {
  it('are unique snake_case words', () => {
    const names = transforms.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    names.forEach((name) => expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/));
  });
});

describe('the whole module with auto', () => {
  const anchored: FeaturesSpec = { auto: true, drop: [], features: [{ column: 'anchor', steps: [] }] };
  const withAnchor = (table: Table): Table => ({
    rows: table.rows,
    columns: new Map(table.columns).set('anchor', { kind: 'number', values: new Float64Array(table.rows) }),
  });

  it('keeps the laws on any table', () => {
    fc.assert(
      fc.property(anyTable, anyTable, (train, test) => {
        expectLaws(anchored, withAnchor(train), withAnchor(test));
      }),
      { numRuns: 150 },
    );
  });

  it('derives the same as its features written out', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const train = withAnchor(table);
        const features = [...anchored.features, ...auto(table)];
        expect(fit({ auto: false, drop: [], features }, train, [])).toEqual(fit(anchored, train, []));
      }),
      runs,
    );
  });

  it('either fits or says that there is nothing to learn from', () => {
    fc.assert(
      fc.property(anyTable, (train) => {
        try {
          expect(outputNames(fit({ auto: true, drop: [], features: [] }, train, [])).length).toBeGreaterThan(
            0,
          );
        } catch (error) {
          expect(error).toMatchObject({ code: 'no-features', exitCode: 3 });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the standardised columns of auto within a quarter of the range beyond training', () => {
    fc.assert(
      fc.property(anyColumn('number', 12), anyColumn('number', 12), (train, test) => {
        const spec: FeaturesSpec = { auto: true, drop: [], features: [{ column: 'anchor', steps: [] }] };
        const table = (x: Column): Table => withAnchor({ rows: 12, columns: new Map([['x', x]]) });
        const fitted = fit(spec, table(train), []);
        const at = outputNames(fitted).indexOf('x');
        fc.pre(at >= 0 && outputNames(fitted).length > 2);
        const { dense, names } = apply(fitted, table(test));
        // Of n rows none is more than √(n − 1) standard deviations off the mean; the range is at most √(2n) wide.
        const farthest = Math.sqrt(11) + 0.25 * Math.sqrt(24);
        for (let row = 0; row < 12; row += 1)
          expect(Math.abs(dense[row * names.length + at]!)).toBeLessThanOrEqual(farthest * (1 + 1e-6));
      }),
    );
  });
});
