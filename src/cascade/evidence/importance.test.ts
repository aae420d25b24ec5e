import { describe, expect, it } from 'vitest';
import type { Table } from '../../data/columns.ts';
import { featureRows } from '../../features/encode.ts';
import { fit } from '../../features/fit.ts';
import { gbdtDefaults } from '../../modeling/families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../../modeling/families/parameters.fixture.ts';
import type { FamilyOptions } from '../../modeling/model.ts';
import { train } from '../../modeling/train.ts';
import { createRandom } from '../../random.ts';
import { columnImportance } from './importance.ts';

const rows = 600;
const random = createRandom('importance');
const drawn = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
const [strong, weak, noise] = [drawn(), drawn(), drawn()];
const target = strong.map((value, row) => 100 + 10 * value + 2 * weak[row]!);
const task = { kind: 'regression' } as const;

const options: FamilyOptions & { family: string } = {
  class_weights: 'none',
  calibration: 'none',
  target: 'none',
  metric: 'rmse',
  ...familyDefaults,
  mlp: { ...familyDefaults.mlp, epochs: 40, batch_size: 32, learning_rate: 0.01, hidden: [8], dropout: 0 },
  gbdt: { ...gbdtDefaults, trees: 60, min_data_in_leaf: 5 },
  backend: 'wasm',
  family: 'gbdt',
};

const rmse = (scores: Float64Array, labels: Float64Array): number =>
  Math.sqrt(labels.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / labels.length);

/** The importance of each column where the model sees these, and so many more of noise. */
async function importanceOf(family: string, more: number, signal = new AbortController().signal) {
  const extra = Array.from({ length: more }, (_, at) => [`z${at}`, drawn()] as const);
  const columns = [['strong', strong], ['weak', weak], ['noise', noise], ...extra] as const;
  const table: Table = {
    rows,
    columns: new Map(columns.map(([name, values]) => [name, { kind: 'number', values }])),
  };
  const fitted = fit({ auto: true, drop: [], features: [] }, table, []);
  const part = { rows: featureRows(fitted, table), target };
  const { model } = await train(task, part, part, { ...options, family }, 1, rmse);
  const input = { rows: { table }, target, task, fitted, split: { test: Int32Array.from(target.keys()) } };
  const watched = { progress: () => undefined, signal };
  const asked = { model, metric: 'rmse', threshold: null };
  const ask = () => columnImportance(watched, input, asked, { backend: 'wasm', seed: 1 });
  return { ask };
}

describe('the importance of columns', () => {
  it.each(['linear', 'gbdt', 'mlp'])('is what %s loses without them, the same each time', async (family) => {
    const { ask } = await importanceOf(family, 0);
    const found = await ask();
    expect(found).toMatchObject({ metric: 'rmse', rows, repeats: 5 });
    const [first, second, third] = found.columns;
    expect([first!.column, second!.column]).toEqual(['strong', 'weak']);
    expect(first!.drop).toBeGreaterThan(5);
    expect(second!.drop).toBeLessThan(first!.drop / 2);
    if (third !== undefined) expect(Math.abs(third.drop)).toBeLessThan(second!.drop / 2);
    expect(found.columns.length + found.left).toBe(3);
    expect(await ask()).toEqual(found);
    if (family === 'gbdt') expect(first!.gain).toBeGreaterThan(second!.gain!);
    else expect(first).not.toHaveProperty('gain');
  });

  it.each(['linear', 'gbdt'])(
    'of %s is measured where it matters most, if columns are many',
    async (family) => {
      const { ask } = await importanceOf(family, 60);
      const found = await ask();
      expect(found.columns[0]!.column).toBe('strong');
      if (family === 'linear') expect(found.columns).toHaveLength(40);
      else expect(found.columns.every(({ gain }) => gain! >= 0.005)).toBe(true);
      expect(found.columns.length + found.left).toBe(63);
    },
  );
});
