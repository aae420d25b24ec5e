import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { apply } from './apply.ts';
import { fit } from './fit.ts';
import { parseFeatures } from './parse.ts';
import { describeAuto } from './plan.ts';
import { prepare } from './prepare.ts';
import type { FeaturesSpec, FittedFeatures } from './spec.ts';

const day = 86_400_000;
const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const times = (...values: number[]): Column => ({ kind: 'time', values: Float64Array.from(values) });
const words = (...values: string[]): Column => ({
  kind: 'category',
  codes: Int32Array.from(values, (value) => [...new Set(values)].indexOf(value)),
  dictionary: [...new Set(values)],
});
const table: Table = {
  rows: 4,
  columns: new Map([
    ['a', numbers(1, 2, 3, NaN)],
    ['b', numbers(5, 0, -2, 7)],
    ['colour', words('red', 'red', 'blue', 'blue')],
    ['size', { kind: 'text', values: ['s', 'm', 's', null] }],
    ['joined', times(0, day, 0, 0)],
    ['left', times(3 * day, day, 12 * 3_600_000, NaN)],
  ]),
};

const asked = (...interactions: FeaturesSpec['interactions'] & object): FeaturesSpec => ({
  auto: false,
  drop: [],
  features: [],
  interactions,
});
const made = (fitted: FittedFeatures, name: string): unknown => {
  const at = fitted.prepared.findIndex((column) => column.name === name);
  const column = prepare(fitted, table).columns[at];
  return column?.kind === 'codes'
    ? [...column.codes]
    : column?.kind === 'number'
      ? [...column.values]
      : column;
};

describe('interactions', () => {
  it('are products of numbers, pairs of words and the days between times', () => {
    const fitted = fit(asked(['a', 'b'], ['colour', 'size'], ['left', 'joined']), table, []);
    expect(made(fitted, 'a × b')).toEqual([5, 0, -6, NaN]);
    expect(made(fitted, 'colour × size')).toEqual([2, 1, 0, -2]);
    expect(made(fitted, 'days from joined to left')).toEqual([3, 0, 0.5, NaN]);
    expect(fitted.version).toBe(3);
    expect(fitted.inputs.map(({ name }) => name)).toEqual([...table.columns.keys()]);
  });

  it('are the same in a bundle and in chunks', () => {
    const fitted = fit({ ...asked(['a', 'b'], ['colour', 'size']), auto: true }, table, []);
    const read = parseFeatures(JSON.parse(JSON.stringify(fitted)));
    expect(read).toEqual(fitted);
    expect(apply(read, table)).toEqual(apply(fitted, table));
  });

  it.each([
    ['a', 'colour'],
    ['a', 'joined'],
    ['a', 'nothing'],
  ])('refuse %s with %s', (first, second) => {
    expect(() => fit(asked([first, second]), table, [])).toThrow(
      expect.objectContaining({ code: 'interaction-columns', exitCode: 2 }),
    );
  });

  it('refuse the label', () => {
    expect(() => fit(asked(['a', 'b']), table, ['b'])).toThrow(
      expect.objectContaining({ code: 'interaction-columns' }),
    );
  });

  it('are refused in an edited bundle', () => {
    const fitted = fit(asked(['a', 'b']), table, []);
    const edited = (derived: unknown): unknown => ({ ...fitted, derived });
    for (const derived of [
      [],
      undefined,
      [{ name: 'a × b', how: 'sum', of: ['a', 'b'] }],
      [{ name: 'a × b', how: 'cross', of: ['a', 'b'] }],
      [{ name: 'a', how: 'product', of: ['a', 'b'] }],
      [{ name: 'a × b', how: 'product', of: ['a', 'c'] }],
      [{ name: 'a × b', how: 'product', of: ['a', 'b', 'b'] }],
    ])
      expect(() => parseFeatures(edited(derived))).toThrow(
        expect.objectContaining({ code: 'features-damaged', exitCode: 8 }),
      );
  });
});

describe('the days between two times', () => {
  const auto: FeaturesSpec = { auto: true, drop: [], features: [] };
  const between = (spec: FeaturesSpec, exclude: readonly string[] = []): string[] =>
    describeAuto(spec, table, exclude)
      .map(({ column }) => column)
      .filter((name) => name.startsWith('days'));

  it('are there without being asked, once', () => {
    expect(between(auto)).toEqual(['days from joined to left']);
    expect(between({ ...auto, interactions: [['joined', 'left']] })).toEqual(['days from left to joined']);
  });

  it('are not where one of them is left out, has features of its own, or is the label', () => {
    expect(between({ ...auto, drop: ['left'] })).toEqual([]);
    expect(between({ ...auto, auto: false })).toEqual([]);
    expect(between({ ...auto, features: [{ column: 'left', steps: [] }] })).toEqual([]);
    expect(between(auto, ['left'])).toEqual([]);
  });

  it('need no version of their own where nothing is derived', () => {
    expect(fit({ ...auto, drop: ['left'] }, table, [])).toMatchObject({ version: 2 });
    expect(fit({ ...auto, drop: ['left'] }, table, [])).not.toHaveProperty('derived');
  });
});
