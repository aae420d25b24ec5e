import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { takeRows } from '../data/columns.ts';
import {
  apply,
  describeAuto,
  fit,
  outputNames,
  parseFeatures,
  transformParams,
  transformSummaries,
} from './index.ts';
import type { FeaturesSpec, StepSpec } from './index.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const table: Table = {
  rows: 3,
  columns: new Map<string, Column>([
    ['age', numbers(20, 30, 40)],
    ['label', { kind: 'category', codes: Int32Array.of(0, 1, 0), dictionary: ['no', 'yes'] }],
    ['plan', { kind: 'category', codes: Int32Array.of(0, 1, -1), dictionary: ['b', 'a'] }],
    ['same', numbers(1, 1, 1)],
  ]),
};
const automatic: FeaturesSpec = { auto: true, drop: [], features: [] };
const explicit = (column: string, ...steps: StepSpec[]): FeaturesSpec => ({
  auto: false,
  drop: [],
  features: [{ column, steps }],
});
const step = (transform: string, params = {}): StepSpec => ({ transform, params });

describe('fit', () => {
  it('derives features in the order of the columns, without label and dropped ones', () => {
    const fitted = fit(automatic, table, ['label']);
    expect(outputNames(fitted)).toEqual(['age', 'age:20..30', 'age:30..40', 'plan=a', 'plan=b']);
    expect(fitted.inputs).toEqual([
      { name: 'age', kind: 'number' },
      { name: 'plan', kind: 'category' },
    ]);
    expect(outputNames(fit({ ...automatic, drop: ['age'] }, table, ['label']))).toEqual(['plan=a', 'plan=b']);
  });
  it('lets explicit features take the place of auto, with unique output names', () => {
    const features = [
      { column: 'age', steps: [] },
      { column: 'age', steps: [step('log1p')] },
    ];
    expect(outputNames(fit({ ...automatic, features }, table, ['label']))).toEqual([
      'age',
      'age#2',
      'plan=a',
      'plan=b',
    ]);
  });
  it('says what became of each column', () => {
    expect(
      describeAuto({ ...automatic, drop: ['plan'] }, table, ['label']).map((p) => [
        p.column,
        p.source,
        p.because,
      ]),
    ).toEqual([
      ['age', 'auto', 'a number: standardised and piecewise linear'],
      ['label', 'excluded', 'the label or an id of the row'],
      ['plan', 'dropped', 'dropped by the pipeline'],
      ['same', 'auto', 'the value is always the same'],
    ]);
  });
  it.each<[string, FeaturesSpec, string, string]>([
    ['unknown column', explicit('aeg', step('standard')), 'feature-unknown-column', 'age, plan, same'],
    ['unknown dropped column', { ...automatic, drop: ['aeg'] }, 'feature-unknown-column', 'age, plan, same'],
    ['label as a feature', explicit('label', step('one_hot')), 'feature-of-label', 'age, plan, same'],
    ['unknown transform', explicit('age', step('standart')), 'transform-unknown', 'standard'],
    ['wrong kind', explicit('plan', step('standard')), 'transform-kind', 'hashing'],
    [
      'wrong kind after a step',
      explicit('plan', step('ordinal'), step('one_hot')),
      'transform-kind',
      'standard',
    ],
    ['unknown parameter', explicit('age', step('clip', { mni: 1 })), 'transform-parameter', 'min'],
    [
      'a step after an encoder',
      explicit('age', step('bucketize'), step('standard')),
      'transform-after-encoder',
      'bucketize',
    ],
    ['words at the end', explicit('plan', step('impute')), 'feature-of-words', 'one_hot'],
  ])('refuses %s with candidates', (_what, spec, code, hint) => {
    expect(() => fit(spec, table, ['label'])).toThrow(
      expect.objectContaining({ code, exitCode: 2, hint: expect.stringContaining(hint) }),
    );
  });
  it.each([
    [2, 2],
    [3, 4],
    [12, 11],
  ])('tells what many categories have in common of %i classes', (classes, features) => {
    const dictionary = Array.from({ length: 150 }, (_, at) => `w${at}`);
    const codes = Int32Array.from({ length: 600 }, (_, row) => row % 150);
    const many: Table = { rows: 600, columns: new Map([['c', { kind: 'category', codes, dictionary }]]) };
    const labels = {
      classes: Array.from({ length: classes }, (_, at) => `k${at}`),
      target: Float64Array.from(codes, (code) => code % classes),
      folds: Int8Array.from(codes, (_, row) => row % 5),
    };
    // Each mean is scaled, and stands beside how many rows the category has.
    expect(outputNames(fit(automatic, many, [], labels)).length).toBe(features);
  });
  it('refuses a table that gives nothing, and says why for each column', () => {
    expect(() => fit(explicit('same', step('piecewise_linear')), table, [])).toThrow(
      expect.objectContaining({ code: 'no-features', exitCode: 3 }),
    );
    expect(() => fit(automatic, { rows: 0, columns: new Map([['age', numbers()]]) }, [])).toThrow(
      'all values are missing',
    );
  });
});

describe('apply', () => {
  it('gives row-major features by name', () => {
    const { rows, names, dense } = apply(fit(automatic, table, ['label']), table);
    expect([rows, names.length]).toEqual([3, 5]);
    const z = Math.fround(Math.sqrt(1.5));
    expect(Array.from(dense)).toEqual([-z, 0, 0, 0, 1, 0, 1, 0, 1, 0, z, 1, 1, 0, 0]);
  });
  it('keeps broken values within reach of the training range', () => {
    const fitted = fit(automatic, table, ['label']);
    const broken = new Map(table.columns).set('age', numbers(1e300, Infinity, -Infinity));
    const { dense, names } = apply(fitted, { rows: 3, columns: broken });
    const scaled = [0, 1, 2].map((row) => dense[row * names.length]!);
    // 45 and 15: a quarter of the range 20 … 40 beyond it, in standard deviations.
    const expected = 15 / Math.sqrt(200 / 3);
    [expected, expected, -expected].forEach((value, i) => expect(scaled[i]).toBeCloseTo(value, 5));
  });
  it('does not mind further columns, refuses absent ones and other kinds', () => {
    const fitted = fit(explicit('age'), table, []);
    expect(Array.from(apply(fitted, table).dense)).toEqual([20, 30, 40]);
    const without = { rows: 3, columns: new Map() };
    expect(() => apply(fitted, without)).toThrow(
      expect.objectContaining({ code: 'feature-input', exitCode: 3 }),
    );
    const text: Column = { kind: 'text', values: ['1', '2', '3'] };
    expect(() => apply(fitted, { rows: 3, columns: new Map([['age', text]]) })).toThrow(
      'of kind text, expected number',
    );
  });
});

describe('parseFeatures', () => {
  const json = (): ReturnType<typeof JSON.parse> =>
    JSON.parse(JSON.stringify(fit(automatic, table, ['label'])));
  it('reads what fit wrote', () => {
    expect(parseFeatures(json())).toEqual(fit(automatic, table, ['label']));
  });
  it.each<[string, (json: ReturnType<typeof JSON.parse>) => unknown]>([
    ['no object', () => null],
    ['another version', (j) => ({ ...j, version: 3 })],
    ['no inputs', (j) => ({ ...j, inputs: undefined })],
    ['an input of no kind', (j) => ({ ...j, inputs: [{ name: 'age', kind: 'magic' }] })],
    ['a feature of no input', (j) => ({ ...j, inputs: [] })],
    ['an unknown transform', (j) => ((j.encoded[0].steps[0].transform = 'constructor'), j)],
    ['a word for others as a step', (j) => ((j.prepared[1].steps[0].transform = 'hashing'), j)],
    ['a missing number', (j) => ((j.encoded[0].steps[0].state = {}), j)],
    ['null for a number', (j) => ((j.encoded[0].steps[0].state.low = null), j)],
    ['edges in disorder', (j) => ((j.encoded[1].steps[0].state.edges = [3, 2, 1]), j)],
    ['a name too few', (j) => (j.encoded[1].outputs.pop(), j)],
    ['a wrong kind of input', (j) => ((j.inputs[0].kind = 'category'), j)],
    ['a wrong kind of prepared column', (j) => ((j.prepared[1].kind = 'number'), j)],
    ['a prepared column of words', (j) => ((j.prepared[1].steps = []), j)],
    ['a prepared column of no input', (j) => ((j.prepared[0].column = 'label'), j)],
    ['two prepared columns of one name', (j) => ((j.prepared[1].name = 'age'), j)],
    ['an encoding of nothing', (j) => ((j.encoded[0].from = 'toString'), j)],
    ['an encoder that prepares', (j) => (j.prepared[0].steps.push(j.encoded[1].steps[0]), j)],
    ['a column step that encodes', (j) => (j.encoded[2].steps.unshift(j.prepared[1].steps[0]), j)],
    ['no list of words', (j) => ((j.prepared[1].steps[0].state.words = [1]), j)],
    [
      'one signed column of three codes',
      (j) => (j.prepared[1].steps[0].state.words.push('c'), (j.encoded[2].steps[0].state.signed = true), j),
    ],
  ])('refuses %s', (_what, edit) => {
    expect(() => parseFeatures(edit(json()))).toThrow(
      expect.objectContaining({ code: 'features-damaged', exitCode: 8 }),
    );
  });
});

describe('the transforms for other rooms', () => {
  it('has a schema and a summary for each', () => {
    expect(Object.keys(transformParams())).toEqual(Object.keys(transformSummaries()));
    expect(transformParams()['standard']).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
    });
  });
});

describe('apply on many rows', () => {
  // More rows than stand in one block of the cache, so that block limits fall inside the table.
  const rows = 12_000;
  const words = Array.from({ length: 40 }, (_, i) => `word ${i}`);
  const large: Table = {
    rows,
    columns: new Map<string, Column>([
      ['n', { kind: 'number', values: Float64Array.from({ length: rows }, (_, i) => (i * 7919) % 1009) }],
      [
        'c',
        {
          kind: 'category',
          codes: Int32Array.from({ length: rows }, (_, i) => (i % 41) - 1),
          dictionary: words,
        },
      ],
      [
        't',
        {
          kind: 'text',
          values: Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? null : `text ${i % 50}`)),
        },
      ],
    ]),
  };
  it('gives each row what it gets alone', () => {
    const features = [{ column: 't', steps: [step('text_length')] }];
    const fitted = fit({ ...automatic, features }, large, []);
    const { dense, names } = apply(fitted, large);
    for (let row = 0; row < rows; row += 37) {
      const alone = apply(fitted, takeRows(large, [row])).dense;
      expect(alone).toEqual(dense.slice(row * names.length, (row + 1) * names.length));
    }
  });
});
