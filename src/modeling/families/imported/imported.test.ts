import { describe, expect, it } from 'vitest';
import { featureRows } from '../../../features/encode.ts';
import { passedFeatures } from '../../../features/given/passed.ts';
import { columnSources } from '../../../features/sources.ts';
import { finish } from '../../../work.ts';
import type { ModelFiles, Scorer, Task } from '../../model.ts';
import { bindForeign, sortedClasses } from './bind.ts';
import { calibratedScores } from './answers.ts';
import { readBound, writeForeign } from './files.ts';
import { imported } from './imported.ts';
import { foreignScorer } from './scorer.ts';

// What becomes of a model that was given: its answers as those of a task, its files and its contributions.

const leaf = (value: number): object => ({
  ...{ tree_param: { num_nodes: '1' }, left_children: [-1], right_children: [-1], split_indices: [0] },
  ...{ split_conditions: [value], default_left: [0], sum_hessian: [4] },
});
const split = {
  ...{ tree_param: { num_nodes: '3' }, left_children: [1, -1, -1], right_children: [2, -1, -1] },
  ...{ split_indices: [1, 0, 0], split_conditions: [0.5, -1, 2], default_left: [1, 0, 0] },
  ...{ loss_changes: [3, 0, 0], sum_hessian: [4, 3, 1] },
};
function given(
  objective: string,
  trees: readonly object[],
  info: readonly number[],
  classes = 0,
): ModelFiles {
  const document = {
    version: [2, 0, 0],
    learner: {
      learner_model_param: { base_score: '2E-1', num_class: String(classes), num_feature: '2' },
      objective: { name: objective },
      feature_names: ['a', 'b'],
      gradient_booster: {
        name: 'gbtree',
        model: { gbtree_model_param: { num_trees: String(trees.length) }, tree_info: info, trees },
      },
    },
  };
  return new Map([['model.json', new TextEncoder().encode(JSON.stringify(document))]]);
}
const inputs = passedFeatures([
  { name: 'a', column: 'x', kind: 'number' },
  { name: 'b', column: 'y', kind: 'number' },
]);
const table = {
  rows: 3,
  columns: new Map([
    ['x', { kind: 'number', values: Float64Array.of(1, 2, 3) } as const],
    ['y', { kind: 'number', values: Float64Array.of(0, 1, NaN) } as const],
  ]),
};
const rows = featureRows(inputs, table, 0);
const binary: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const scorerOf = async (task: Task, files: ModelFiles, classes: string[] = []): Promise<Scorer> =>
  foreignScorer(task, await bindForeign(task, files, inputs.prepared, { classes, output: 'auto' }));
const scores = (scorer: Scorer): number[] => [...finish(scorer.predict(rows))];
const sigmoid = (sum: number): number => 1 / (1 + Math.exp(-sum));
const prior = -Math.log(1 / 0.2 - 1);

describe('answers of a model that was given', () => {
  it('are of the second class in sorted order, or in the order that was said', async () => {
    const files = given('binary:logistic', [split], [0]);
    const [first, second] = [sigmoid(prior - 1), sigmoid(prior + 2)];
    const expected = [1 - first, first, 1 - second, second, 1 - first, first];
    scores(await scorerOf(binary, files)).forEach((score, at) => expect(score).toBeCloseTo(expected[at]!, 6));
    const turned = scores(await scorerOf(binary, files, ['Yes', 'No']));
    turned.forEach((score, at) => expect(score).toBeCloseTo(1 - expected[at]!, 6));
    expect(scores(await scorerOf(binary, given('binary:logitraw', [split], [0])))[1]).toBeCloseTo(
      sigmoid(0.2 - 1),
      6,
    );
    expect([sortedClasses(['10', '9']), sortedClasses(['b', 'B'])]).toEqual([
      ['9', '10'],
      ['B', 'b'],
    ]);
  });

  it('of several classes stand in the order of the task', async () => {
    const task: Task = { kind: 'multiclass', classes: ['10', '2', '9'] };
    const files = given('multi:softprob', [leaf(0), leaf(1), leaf(2)], [0, 1, 2], 3);
    const [ten, two, nine] = scores(await scorerOf(task, files));
    // Sorted as numbers: 2, 9, 10.
    const all = 1 + Math.E + Math.E ** 2;
    expect(two).toBeCloseTo(1 / all, 6);
    expect(nine).toBeCloseTo(Math.E / all, 6);
    expect(ten).toBeCloseTo(Math.E ** 2 / all, 6);
  });

  it.each([
    [{ kind: 'regression' } as const, 'binary:logistic', 'the probability of one of two classes'],
    [binary, 'reg:squarederror', 'a number'],
    [binary, 'binary:hinge', 'no probability'],
  ])('that are no answers of %j (%s) are refused', async (task: Task, objective, words) => {
    await expect(scorerOf(task, given(objective, [split], [0]))).rejects.toThrow(words);
  });

  it('are explained: contributions and base add up to the raw sum, of the positive class', async () => {
    for (const [classes, sign] of [
      [[], 1],
      [['Yes', 'No'], -1],
    ] as const) {
      const scorer = await scorerOf(binary, given('binary:logistic', [split], [0]), [...classes]);
      const explainer = scorer.explain(columnSources(inputs));
      const { base, values, units } = finish(explainer.contributions(rows));
      expect(units).toBe(1);
      expect([values[0], values[2]]).toEqual([0, 0]);
      // Three of four rows go left: the mean of the leaves is −.25.
      expect(base[0]).toBeCloseTo(sign * (prior - 0.25), 6);
      [-1, 2, -1].forEach((sum, row) =>
        expect(base[0]! + values[2 * row]! + values[2 * row + 1]!).toBeCloseTo(sign * (prior + sum), 6),
      );
    }
  });
});

describe('its files', async () => {
  const files = given('binary:logistic', [split], [0]);
  const { binding } = await bindForeign(binary, files, inputs.prepared, { classes: [], output: 'auto' });

  it('answer the same when they are read again, and calibrated where that was asked for', async () => {
    const plain = scores(await scorerOf(binary, files));
    expect(scores(await imported.load(writeForeign(binding, files), binary, 'auto'))).toEqual(plain);
    const calibration = { slope: 2, shift: [0.5] };
    const written = writeForeign({ ...binding, calibration }, files);
    const calibrated = scores(await imported.load(written, binary, 'auto'));
    expect(calibrated).toEqual([...calibratedScores(binary, Float64Array.from(plain), calibration)]);
    expect(calibrated[1]).toBeCloseTo(sigmoid(2 * (prior - 1) + 0.5), 6);
  });

  it.each([
    [{ link: 'identity' as const }, 'its link is identity'],
    [{ classes: ['No', 'Maybe'] }, 'its classes are'],
    [{ inputs: [] }, 'has 2 inputs'],
    [{ files: ['other.json'] }, 'given/other.json is absent'],
    [{ calibration: { slope: 1, shift: [0, 0] } }, '2 shifts'],
  ])('that say %j are damaged', async (own, words) => {
    await expect(readBound(writeForeign({ ...binding, ...own }, files), binary)).rejects.toThrow(words);
  });
});
