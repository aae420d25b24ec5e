import { describe, expect, it } from 'vitest';
import type { FamilyOptions, LabelledRows, Task } from './model.ts';
import { optionsFixture } from './options.fixture.ts';
import { rowsOfDense, rowsOfMatrix, scoresFor } from './rows.fixture.ts';
import { load } from './load.ts';
import { train } from './train.ts';

const task: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const options: FamilyOptions & { family: string } = { ...optionsFixture, family: 'linear' };
const score = (): number => 1;
const rows = (target: number[], names: string[] = ['x']): LabelledRows => ({
  rows: rowsOfMatrix({
    rows: target.length,
    names,
    dense: new Float32Array(target.length * names.length).fill(1),
  }),
  target: Float64Array.from(target),
});

describe('train', () => {
  it.each([
    ['no training rows', rows([]), rows([0, 1]), options, 'no-rows-to-train', 3],
    ['no validation rows', rows([0, 1]), rows([]), options, 'no-rows-to-train', 3],
    ['no features', rows([0, 1], []), rows([0, 1], []), options, 'no-features', 3],
    ['one class', rows([1, 1]), rows([0, 1]), options, 'one-class', 3],
    ['an unknown family', rows([0, 1]), rows([0, 1]), { ...options, family: 'forest' }, 'unknown-family', 2],
  ] as const)('refuses %s', async (_what, training, validation, asked, code, exitCode) => {
    await expect(train(task, training, validation, asked, 1, score)).rejects.toMatchObject({
      code,
      exitCode,
    });
  });

  it('does not take labels for granted', async () => {
    const wrong = { ...rows([0, 1]), target: Float64Array.of(0) };
    await expect(train(task, wrong, rows([0, 1]), options, 1, score)).rejects.toThrow(RangeError);
  });

  it('answers for the positive class wherever it stands', async () => {
    // The label follows the one feature; P(class of code 1) must follow it too, whichever class is positive.
    const data: LabelledRows = {
      rows: rowsOfDense(
        Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? -1 : 1)),
        40,
        1,
      ),
      target: Float64Array.from({ length: 40 }, (_, i) => i % 2),
    };
    for (const positive of ['no', 'yes']) {
      const turned: Task = { kind: 'binary', classes: ['no', 'yes'], positive };
      const { model, because } = await train(turned, data, data, options, 1, () => -1);
      expect(because).toBe('The pipeline asks for linear.');
      const scorer = await load(model, 'wasm');
      const scores = scoresFor(scorer, rowsOfDense(Float32Array.of(-1, 1), 2, 1));
      scorer.dispose();
      expect(scores[0]).toBeGreaterThan(0.5);
      expect(scores[3]).toBeGreaterThan(0.5);
    }
  });
});
