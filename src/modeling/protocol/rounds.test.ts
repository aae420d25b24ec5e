import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { gbdt } from '../families/gbdt/gbdt.ts';
import { linear } from '../families/linear/linear.ts';
import type { Task } from '../../data/task.ts';
import type { FamilyOptions, LabelledRows, Score } from '../model.ts';
import { optionsFixture } from '../options.fixture.ts';
import { rowsOfDense } from '../rows.fixture.ts';
import { trainAuto } from './auto.ts';
import { fitFold } from './outOfFold.ts';
import { bestRounds, isFitToEnd } from './rounds.ts';

const rowsFrom = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);
const judged = (
  curve: readonly number[],
  { stop = 10, first = 1 }: { readonly stop?: number; readonly first?: number } = {},
): Parameters<typeof bestRounds>[2][number] => ({
  fold: { fit: rowsFrom(50), stop: rowsFrom(stop), judge: rowsFrom(10) },
  rounds: first + curve.indexOf(Math.min(...curve)),
  history: curve.map((validation, at) => ({ epoch: first + at, loss: 0, validation })),
});

const jobOf = (task: Task, rows: number): Parameters<typeof bestRounds>[0] => ({
  task,
  pool: { rows: rowsOfDense(new Float32Array(rows), rows, 1), target: new Float64Array(rows) },
});
const numbers = jobOf({ kind: 'regression' }, 100);
const classes = jobOf({ kind: 'binary', classes: ['no', 'yes'], positive: 'yes' }, 100);

describe('rounds of the fit on all rows', () => {
  it('are where the curves of the folds together are lowest, not amid their lowest points', () => {
    const fits = [judged([1, 5, 5, 1.2]), judged([4, 5, 5, 1]), judged([1, 5, 5, 1.2])];
    expect(bestRounds(numbers, linear, fits)).toBe(4);
    expect(bestRounds(classes, linear, fits)).toBe(2);
  });

  it('are those of a fold, where all folds are like it, and lie among the places that were judged', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), (curve, folds) => {
        const own = judged(curve);
        expect(bestRounds(numbers, linear, Array<typeof own>(folds).fill(own))).toBe(own.rounds);
      }),
    );
  });

  it('count a fold by the rows that stopped it', () => {
    const fits = [judged([1, 2], { stop: 30 }), judged([2.5, 1], { stop: 10 })];
    expect(bestRounds(numbers, linear, fits)).toBe(1);
  });

  it('are the mean of the best where folds judged other places, and leave out a fold that could not judge', () => {
    const fits = [judged([3, 2, 1, 2]), judged([2, 1, 2], { first: 4 })];
    expect(bestRounds(numbers, linear, fits)).toBe(4);
    const blind = judged([Infinity, Infinity]);
    expect(bestRounds(numbers, linear, [blind, judged([2, 1])])).toBe(2);
    expect(bestRounds(numbers, linear, [{ ...blind, rounds: 1 }])).toBe(1);
  });

  it('grow with the rows where the family says so', () => {
    expect(bestRounds(jobOf({ kind: 'regression' }, 200), gbdt, [judged([3, 2, 1])])).toBe(6);
  });
});

describe('on neighbouring columns that are nearly alike', () => {
  const width = 100;
  /** Smooth curves; the label hangs on what is small in them, which a strong ridge does not see. */
  function spectra(rows: number): LabelledRows {
    const random = createRandom('spectra');
    const dense = new Float32Array(rows * width);
    const target = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const [level, tilt, bump] = [random.normal(), random.normal(), random.normal()];
      for (let at = 0; at < width; at += 1) {
        const x = (2 * at) / (width - 1) - 1;
        dense[row * width + at] =
          (level + 0.3 * tilt * x + 0.03 * bump * Math.exp(-20 * x * x)) / 4 + 0.0005 * random.normal();
      }
      target[row] = 2 * bump + 0.2 * level + 0.2 * random.normal();
    }
    return { rows: rowsOfDense(dense, rows, width), target };
  }
  const options: FamilyOptions = { ...optionsFixture, metric: 'rmse' };
  const score: Score = (scores, target) =>
    Math.sqrt(target.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / target.length);
  const pool = spectra(200);
  const part = (wanted: readonly number[], fold: number): Int32Array =>
    rowsFrom(200).filter((row) => wanted.includes((row + fold) % 5));
  const folds = [0, 1, 2, 3, 4].map((fold) => ({
    fit: part([0, 1, 2], fold),
    stop: part([3], fold),
    judge: part([4], fold),
  }));
  const job = { task: { kind: 'regression' } as const, pool, options, seed: 1, score, hooks: {} };

  it('all folds judge the whole path, and the refit takes the place that is best for them together', async () => {
    const { model } = await trainAuto({ ...job, families: [linear], folds });
    const candidate = { name: 'linear', family: linear, target: '', options, refit: options };
    const curves: number[][] = [];
    for (const fold of folds) {
      expect(isFitToEnd(job, linear, fold)).toBe(true);
      const { history } = await fitFold(job, candidate, fold, 'here', { toEnd: true });
      curves.push(history.map(({ validation }) => validation));
    }
    const means = curves[0]!.map((_, at) => curves.reduce((sum, curve) => sum + curve[at]!, 0));
    expect(means).toHaveLength(11);
    expect(model.bestEpoch).toBe(1 + means.indexOf(Math.min(...means)));
  });
});
