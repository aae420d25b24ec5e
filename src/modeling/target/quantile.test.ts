import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { gbdtDefaults } from '../families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../families/parameters.fixture.ts';
import { load } from '../load.ts';
import type { FamilyOptions, LabelledRows, Score, Task } from '../model.ts';
import { rowsOfDense, scoresFor } from '../rows.fixture.ts';
import { train } from '../train.ts';
import { quantileAsked, quantileCalibration, quantileLoss, shareBelow } from './quantile.ts';

const numbers: Task = { kind: 'regression' };
const same = (sums: Float64Array): Float64Array => sums;

describe('the loss of a quantile', () => {
  it('is lowest where that share of the labels lies below', () => {
    const random = createRandom('labels');
    const labels = Float64Array.from({ length: 999 }, () => random.normal() ** 3);
    const sorted = labels.slice().sort();
    for (const share of [0.1, 0.5, 0.9]) {
      const loss = (answer: number): number =>
        quantileLoss(share)(new Float64Array(labels.length).fill(answer), labels);
      const best = sorted[Math.ceil(share * labels.length) - 1]!;
      for (const other of sorted) expect(loss(best)).toBeLessThanOrEqual(loss(other) + 1e-12);
    }
  });
});

describe('a calibration to the quantile', () => {
  const random = createRandom('answers');
  const sums = Float64Array.from({ length: 499 }, () => 1000 * random.normal());
  const labels = sums.map((sum) => sum + 300 * random.normal());

  it('moves answers by the least that puts the share below, one row more in the reckoning', () => {
    for (const share of [0.05, 0.5, 0.9, 0.99]) {
      const { calibration, shift } = quantileCalibration(share, same, sums, labels);
      expect(calibration).toMatchObject({ method: 'quantile', slope: 1, intercept: shift[0] });
      const differences = labels.map((label, row) => label - sums[row]!).sort();
      expect(shift[0]).toBeCloseTo(differences[Math.ceil(500 * share - 1e-9) - 1]!, 6);
      expect(
        shareBelow(
          sums.map((sum) => sum + shift[0]!),
          labels,
        ),
      ).toBeCloseTo((500 * share) / 499, 9);
    }
  });

  it('goes by the answers where the labels were learnt transformed', () => {
    const logs = sums.map((sum) => sum / 1000);
    const prices = logs.map((log) => Math.exp(log + random.normal()));
    const exp = (values: Float64Array): Float64Array => values.map(Math.exp);
    const { shift } = quantileCalibration(0.8, exp, logs, prices);
    expect(shareBelow(exp(logs.map((log) => log + shift[0]!)), prices)).toBeCloseTo(400 / 499, 9);
  });

  it('leaves what too few rows would say', () => {
    for (const share of [0.01, 0.99]) {
      const few = quantileCalibration(share, same, sums.subarray(0, 20), labels.subarray(0, 20));
      expect(few.calibration).toMatchObject({ method: 'none', intercept: 0 });
      expect(few.calibration.because).toBe(`20 held-out rows are too few to place the ${share} quantile`);
      expect([...few.shift]).toEqual([0]);
    }
    // No shift of answers that have an end gets beyond it.
    const ended = (values: Float64Array): Float64Array => values.map(() => -1e6);
    expect(quantileCalibration(0.9, ended, sums, labels).calibration.method).toBe('none');
  });
});

const asked = (change: Partial<FamilyOptions & { family: string }>): FamilyOptions & { family: string } => ({
  class_weights: 'none',
  calibration: 'auto',
  target: 'none',
  metric: 'rmse',
  backend: 'wasm',
  ...familyDefaults,
  gbdt: { ...gbdtDefaults, trees: 400, objective: 'quantile', quantile: 0.9 },
  family: 'gbdt',
  ...change,
});

/** Noise that grows with what is seen: a quantile is no mean moved up. */
function noisy(name: string, rows: number): LabelledRows {
  const random = createRandom(name);
  const dense = Float32Array.from({ length: 3 * rows }, () => random.normal());
  const target = Float64Array.from({ length: rows }, (_, row) =>
    Math.exp(dense[3 * row]! + (0.3 + 0.3 * Math.abs(dense[3 * row + 1]!)) * random.normal()),
  );
  return { rows: rowsOfDense(dense, rows, 3), target };
}

describe('trees that are asked for a quantile', () => {
  const [training, validation, test] = [noisy('a', 2000), noisy('b', 800), noisy('c', 4000)] as const;
  const rmse: Score = (scores, target) =>
    Math.sqrt(target.reduce((sum, label, row) => sum + (scores[row]! - label) ** 2, 0) / target.length);

  it.each([
    ['none', 0.9],
    ['none', 0.1],
    ['log', 0.9],
  ] as const)(
    'have that share of new labels below (labels learnt %s, quantile %d)',
    async (target, quantile) => {
      const options = asked({ target, gbdt: { ...asked({}).gbdt, quantile } });
      const { model, because } = await train(numbers, training, validation, options, 1, rmse);
      const scorer = await load(model, 'wasm');
      const answers = scoresFor(scorer, test.rows);
      scorer.dispose();
      expect(Math.abs(shareBelow(answers, test.target) - quantile)).toBeLessThan(0.03);
      expect(model.calibration.method).toBe('quantile');
      expect(because).toContain(`Its answer is the ${quantile} quantile: `);
    },
  );

  it('are no candidate of auto, which compares means', async () => {
    const auto = asked({ family: 'auto' });
    await expect(train(numbers, training, validation, auto, 1, rmse)).rejects.toMatchObject({
      code: 'quantile-of-trees',
      exitCode: 2,
    });
  });

  it('are trees, of numbers, that were asked', () => {
    expect(quantileAsked('gbdt', numbers, asked({}))).toBe(0.9);
    expect(quantileAsked('linear', numbers, asked({}))).toBeNull();
    expect(
      quantileAsked('gbdt', { kind: 'binary', classes: ['a', 'b'], positive: 'b' }, asked({})),
    ).toBeNull();
    expect(quantileAsked('gbdt', numbers, asked({ gbdt: gbdtDefaults }))).toBeNull();
  });
});
