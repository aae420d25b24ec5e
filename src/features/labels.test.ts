import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { takeRows } from '../data/columns.ts';
import { foldsById } from '../data/splitting.ts';
import { createRandom } from '../random.ts';
import { rocAuc } from '../statistics/metrics/rocAuc.ts';
import { computeMetric, scoredRows } from '../statistics/metrics/index.ts';
import { fit } from './fit.ts';
import { labelFolds } from './labels.ts';
import type { TrainingLabels } from './labels.ts';
import { prepare, taughtBy } from './prepare.ts';
import type { FeaturesSpec, FittedFeatures, Params } from './spec.ts';

const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;
const spec = (params: Params = {}): FeaturesSpec => ({
  auto: false,
  drop: [],
  features: [{ column: 'c', steps: [{ transform: 'target_mean', params }] }],
});

interface Simulated {
  readonly table: Table;
  readonly labels: TrainingLabels;
}

/** Rows of so many categories, each with a chance of its own (`spread` apart) to be a yes. */
function simulate(name: string, rows: number, categories: number, spread: number): Simulated {
  const random = createRandom(name);
  const effects = Float64Array.from({ length: categories }, () => spread * (random.next() - 0.5));
  const codes = Int32Array.from({ length: rows }, () => Math.floor(random.next() * categories));
  const target = Float64Array.from(codes, (code) => (random.next() < 0.5 + effects[code]! ? 1 : 0));
  const dictionary = Array.from({ length: categories }, (_, i) => `c${i}`);
  const ids = Array.from(codes, (_, row) => `row ${row}`);
  const folds = foldsById(ids, Int32Array.from(codes.keys()), labelFolds);
  const column: Column = { kind: 'category', codes, dictionary };
  return {
    table: { rows, columns: new Map([['c', column]]) },
    labels: { classes: task.classes, target, folds },
  };
}

function told(fitted: FittedFeatures, { table, labels }: Simulated, taught = true): Float64Array {
  const by = taught ? taughtBy(fitted, table, labels) : null;
  const [column] = prepare(fitted, table, by === null ? undefined : { by, folds: labels.folds }).columns;
  if (column?.kind !== 'number') throw new Error('expected a number');
  return column.values;
}

/** How well the values alone tell the labels. */
function aucOf(values: Float64Array, target: Float64Array): number {
  const scores = new Float64Array(2 * values.length);
  values.forEach((value, row) => {
    scores[2 * row] = 1 - value;
    scores[2 * row + 1] = value;
  });
  return computeMetric(rocAuc, scoredRows(task, scores, target));
}

const part = ({ table, labels }: Simulated, wanted: (row: number) => boolean): Simulated => {
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(wanted);
  return {
    table: takeRows(table, rows),
    labels: {
      ...labels,
      target: Float64Array.from(rows, (row) => labels.target[row]!),
      folds: Int8Array.from(rows, (row) => labels.folds[row]!),
    },
  };
};

describe('the mean label of a category', () => {
  it.each([
    ['30,000 categories', 60_000, 30_000],
    ['1,000 categories', 20_000, 1000],
    ['few categories', 20_000, 20],
  ])('tells nothing where labels are random: %s', (name, rows, categories) => {
    const all = simulate(name, rows, categories, 0);
    const training = part(all, (row) => row % 2 === 0);
    const rest = part(all, (row) => row % 2 === 1);
    // Without smoothing, which would draw all to one value.
    for (const params of [{}, { smoothing: 1 }]) {
      const fitted = fit(spec(params), training.table, [], training.labels);
      expect(Math.abs(aucOf(told(fitted, rest, false), rest.labels.target) - 0.5)).toBeLessThan(0.015);
      // A row that met its own label would be told apart: by 0.9 with 30,000 categories.
      expect(aucOf(told(fitted, training), training.labels.target)).toBeLessThan(0.515);
      expect(aucOf(told(fitted, training, false), training.labels.target)).toBeGreaterThan(0.51);
    }
  });

  it('finds what is there, of rows that taught it and of new ones alike', () => {
    const all = simulate('signal', 80_000, 10_000, 1);
    const training = part(all, (row) => row % 2 === 0);
    const rest = part(all, (row) => row % 2 === 1);
    const fitted = fit(spec(), training.table, [], training.labels);
    const [seen, unseen] = [
      aucOf(told(fitted, training), training.labels.target),
      aucOf(told(fitted, rest, false), rest.labels.target),
    ];
    expect(unseen).toBeGreaterThan(0.68);
    expect(Math.abs(seen - unseen)).toBeLessThan(0.02);
  });

  it('is the same whatever the order of the rows', () => {
    const rows = simulate('order', 500, 40, 1);
    const back = Int32Array.from({ length: 500 }, (_, row) => 499 - row);
    const turned: Simulated = {
      table: takeRows(rows.table, back),
      labels: {
        ...rows.labels,
        target: rows.labels.target.toReversed(),
        folds: rows.labels.folds.toReversed(),
      },
    };
    const fitted = fit(spec({ smoothing: 3 }), rows.table, [], rows.labels);
    expect(fit(spec({ smoothing: 3 }), turned.table, [], turned.labels)).toEqual(fitted);
    expect(told(fitted, turned).toReversed()).toEqual(told(fitted, rows));
  });

  it('is drawn to the mean of all by chance alone, and left to itself where words differ', () => {
    const smoothingOf = (spread: number): unknown => {
      const { table, labels } = simulate('smoothing', 20_000, 200, spread);
      return fit(spec(), table, [], labels).prepared[0]?.steps[0]?.state['smoothing'];
    };
    expect(smoothingOf(0)).toBeGreaterThan(200);
    // Chances are even on [0, 1]: variance within 1/6, between 1/12.
    expect(smoothingOf(1)).toBeCloseTo(2, 0);
  });

  it('is one feature a class where there are several, and names a class that there is', () => {
    const { table } = simulate('classes', 90, 5, 0);
    const labels: TrainingLabels = {
      classes: ['a', 'b', 'c'],
      target: Float64Array.from({ length: 90 }, (_, row) => row % 3),
      folds: Int8Array.from({ length: 90 }, (_, row) => row % labelFolds),
    };
    const names = (params: Params): string[] =>
      fit(spec(params), table, [], labels).prepared.map(({ name }) => name);
    expect(names({})).toEqual(['c:share of a', 'c:share of b', 'c:share of c']);
    expect(names({ class: 'b' })).toEqual(['c:share of b']);
    expect(() => names({ class: 'x' })).toThrow(expect.objectContaining({ code: 'transform-parameter' }));
    expect(() => fit(spec(), table, [])).toThrow(expect.objectContaining({ code: 'transform-parameter' }));
  });
});
