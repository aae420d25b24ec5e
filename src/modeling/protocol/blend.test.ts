import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import type { Task } from '../model.ts';
import { blendScores, blendWeights, honestBlend } from './blend.ts';
import type { BlendRows } from './blend.ts';

const numbers: Task = { kind: 'regression' };
const random = createRandom('blend');
const rows = 400;
const target = Float64Array.from({ length: rows }, () => random.normal());
const off = (noise: number, own = createRandom(`noise ${noise}`)): Float64Array =>
  target.map((label) => label + noise * own.normal());
const all = Int32Array.from({ length: rows }, (_, row) => row);
const groups = all.map((row) => row % 5);
const given = (...scores: Float64Array[]): BlendRows => ({
  task: numbers,
  loss: 'squared error',
  target,
  scores,
});

describe('weights of a blend', () => {
  it('go to each by what it knows: two equal and independent errors by halves, a bad one not at all', () => {
    const [one, two] = blendWeights(given(off(1), off(1, createRandom('other'))), all);
    expect(one).toBeGreaterThan(0.35);
    expect(two).toBeGreaterThan(0.35);
    expect(blendWeights(given(off(1), off(1, createRandom('other')), off(30)), all)[2]).toBe(0);
    expect(blendWeights(given(off(0.1), off(10)), all)).toEqual([1, 0]);
  });

  it('add up to 1, are multiples of what was taken, and do no worse than the best alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 1, maxLength: 5 }),
        (noises) => {
          const scores = noises.map((noise, at) => off(noise, createRandom(`${at}`)));
          const weights = blendWeights(given(...scores), all);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          const loss = (answers: Float64Array): number =>
            answers.reduce((sum, answer, row) => sum + (answer - target[row]!) ** 2, 0);
          expect(loss(blendScores(scores, weights))).toBeLessThanOrEqual(
            Math.min(...scores.map(loss)) + 1e-9,
          );
        },
      ),
    );
  });

  it('are found on probabilities of the true class', () => {
    const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
    const codes = Float64Array.from({ length: rows }, (_, row) => row % 3);
    const sure = (right: (row: number) => boolean): Float64Array => {
      const scores = new Float64Array(3 * rows).fill(0.1);
      for (const row of all) scores[3 * row + ((codes[row]! + (right(row) ? 0 : 1)) % 3)] = 0.8;
      return scores;
    };
    const blend = { task, loss: 'log loss' as const, target: codes };
    const some = [sure((row) => row % 4 !== 0), sure((row) => row % 4 !== 1)];
    const [one, two] = blendWeights({ ...blend, scores: some }, all);
    expect(Math.abs(one! - two!)).toBeLessThan(0.11);
    expect(blendWeights({ ...blend, scores: [sure(() => false), sure(() => true)] }, all)).toEqual([0, 1]);
  });

  it('are of one where answers are no numbers', () => {
    const broken = new Float64Array(rows).fill(Number.NaN);
    expect(blendWeights(given(broken, broken), all)).toEqual([1, 0]);
    expect(blendWeights(given(broken, off(1)), all)).toEqual([0, 1]);
  });
});

describe('an honest blend', () => {
  it('answers the rows of a group by weights that do not know them', () => {
    // What answers group 0 rightly is worthless elsewhere: nobody who looks at the others takes it.
    const seesOne = Float64Array.from(target, (label, row) => (groups[row] === 0 ? label : label + 50));
    const fair = off(1);
    const { scores } = honestBlend(given(fair, seesOne), groups);
    for (const row of all) if (groups[row] === 0) expect(scores[row]).toBe(fair[row]);
  });

  it('gains nothing where there is nothing to gain', () => {
    const same = off(1);
    const { losses, weights } = honestBlend(given(same, same.slice()), groups);
    expect([...losses]).toEqual([...same.map((answer, row) => (answer - target[row]!) ** 2)]);
    expect(weights).toEqual([1, 0]);
  });
});
