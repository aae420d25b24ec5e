import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { gbdtDefaults } from '../families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../families/parameters.fixture.ts';
import type { FamilyOptions, LabelledRows, Score, Task } from '../model.ts';
import { rowsOfDense, scoresFor } from '../rows.fixture.ts';
import { load } from '../load.ts';
import { train } from '../train.ts';

const task: Task = { kind: 'regression' };
const asked = (change: Partial<FamilyOptions & { family: string }>): FamilyOptions & { family: string } => ({
  class_weights: 'none',
  calibration: 'auto',
  target: 'none',
  metric: 'rmse',
  backend: 'wasm',
  ...familyDefaults,
  gbdt: { ...gbdtDefaults, trees: 200 },
  family: 'gbdt',
  ...change,
});

/** Labels that are multiplied, not added to: exp of a line, with noise of its own kind. */
function multiplied(name: string, rows: number): LabelledRows {
  const random = createRandom(name);
  const dense = Float32Array.from({ length: 3 * rows }, () => random.normal());
  const target = Float64Array.from({ length: rows }, (_, row) =>
    Math.exp(5 + dense[3 * row]! + 0.7 * dense[3 * row + 1]! + 0.5 * random.normal()),
  );
  return { rows: rowsOfDense(dense, rows, 3), target };
}

const rmse: Score = (scores, target) =>
  Math.sqrt(target.reduce((sum, label, row) => sum + (scores[row]! - label) ** 2, 0) / target.length);
const mae: Score = (scores, target) =>
  target.reduce((sum, label, row) => sum + Math.abs(scores[row]! - label), 0) / target.length;

const [training, validation, test] = [
  multiplied('a', 1500),
  multiplied('b', 500),
  multiplied('c', 1500),
] as const;

async function judged(
  change: Parameters<typeof asked>[0],
  score = rmse,
): Promise<{ value: number; mean: number }> {
  const { model } = await train(task, training, validation, asked(change), 1, score);
  const scorer = await load(model, 'wasm');
  const scores = scoresFor(scorer, test.rows);
  scorer.dispose();
  return {
    value: score(scores, test.target),
    mean: scores.reduce((sum, each) => sum + each, 0) / scores.length,
  };
}

describe.each(['gbdt', 'linear'])('%s on transformed labels', (family) => {
  it('is better where labels are multiplied, and answers their mean', async () => {
    const plain = await judged({ family });
    const log = await judged({ family, target: 'log' });
    expect(log.value).toBeLessThan(plain.value);
    const mean = test.target.reduce((sum, label) => sum + label, 0) / test.target.length;
    expect(Math.abs(log.mean / mean - 1)).toBeLessThan(0.1);
  });

  it('answers the middle, not the mean, where the metric asks for that', async () => {
    const change = { family, target: 'log', metric: 'mae' } as const;
    expect((await judged(change, mae)).value).toBeLessThan(
      (await judged({ ...change, metric: 'rmse' }, mae)).value,
    );
  });

  it('keeps what was done to the labels in its files: the same answers once loaded, and the same bytes again', async () => {
    for (const target of ['log', 'quantile'] as const) {
      const fit = (): ReturnType<typeof train> =>
        train(task, training, validation, asked({ family, target }), 1, rmse);
      const { model } = await fit();
      expect([...model.files.keys()]).toContain('target.json');
      expect([...(await fit()).model.files].map(([, bytes]) => Buffer.from(bytes).toString('hex'))).toEqual(
        [...model.files].map(([, bytes]) => Buffer.from(bytes).toString('hex')),
      );
      expect(model.calibration.method).toBe('mean');
      const scorer = await load(model, 'wasm');
      expect(rmse(scoresFor(scorer, validation.rows), validation.target)).toBeCloseTo(model.validation, 1);
      scorer.dispose();
    }
  });
});

describe('labels that are learnt as they are', () => {
  it('leave no file', async () => {
    const { model } = await train(task, training, validation, asked({}), 1, rmse);
    expect([...model.files.keys()]).not.toContain('target.json');
  });

  it('are those that are all the same, whatever is asked for', async () => {
    const same = { ...training, target: new Float64Array(training.target.length).fill(3) };
    const { model } = await train(task, same, validation, asked({ target: 'log' }), 1, rmse);
    expect([...model.files.keys()]).not.toContain('target.json');
  });

  it('must not be below 0 where their logarithm is asked for', async () => {
    const below = { ...training, target: training.target.map((label, row) => (row === 9 ? -2 : label)) };
    await expect(train(task, below, validation, asked({ target: 'log' }), 1, rmse)).rejects.toMatchObject({
      code: 'label-below-0',
      exitCode: 3,
      message: expect.stringContaining('a training row has -2'),
    });
  });

  it('are what counts are learnt from: no logarithm of them', async () => {
    const gbdt = { ...gbdtDefaults, objective: 'poisson' as const };
    await expect(
      train(task, training, validation, asked({ target: 'log', gbdt }), 1, rmse),
    ).rejects.toMatchObject({
      code: 'target-and-objective',
      exitCode: 2,
    });
  });

  it('a damaged file is refused', async () => {
    const { model } = await train(task, training, validation, asked({ target: 'log' }), 1, rmse);
    const files = new Map([...model.files, ['target.json', Buffer.from('{}')]]);
    await expect(load({ ...model, files }, 'wasm')).rejects.toMatchObject({ code: 'target-damaged' });
  });
});
