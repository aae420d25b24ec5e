import { describe, expect, it } from 'vitest';
import type { Task } from '../../modeling/model.ts';
import { withCosts } from './costs.ts';
import type { Pipeline } from '../pipeline.ts';

const binary: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const several: Task = { kind: 'multiclass', classes: ['1', '2', '3'] };

type Written = Pipeline['evaluation']['costs'];

function stated(costs: Written, task: Task): Task {
  const evaluation = { costs } as Pipeline['evaluation'];
  const label = { column: 'left' } as Pipeline['label'];
  const places = {
    '/evaluation/costs': { line: 7, column: 3 },
    '/evaluation/costs/Maybe': { line: 9, column: 5 },
  };
  return withCosts({ evaluation, label, file: 'pipelines/left.yaml', places }, task);
}

describe('what answers cost, by the pipeline', () => {
  it('is nothing where nothing is stated', () => {
    expect(stated(null, binary)).toBe(binary);
    expect(stated(null, { kind: 'regression' })).toEqual({ kind: 'regression' });
  });

  it('of two classes is what a false positive and a false negative cost', () => {
    expect(stated({ false_positive: 2, false_negative: 5 }, binary)).toEqual({
      ...binary,
      costs: [
        [0, 2],
        [5, 0],
      ],
    });
    expect(stated({ false_negative: 5 }, { ...binary, positive: 'No' })).toMatchObject({
      costs: [
        [0, 5],
        [1, 0],
      ],
    });
  });

  it('may be said by class: actual, answered; 1 where nothing is said, 0 where it is right', () => {
    const costs = stated({ '1': { '2': 7 }, '3.0': { '1': 9, '3': 0.5 } }, several);
    expect(costs).toMatchObject({
      costs: [
        [0, 7, 1],
        [1, 0, 1],
        [9, 1, 0.5],
      ],
    });
    expect(stated({ Yes: { No: 4 } }, binary)).toMatchObject({
      costs: [
        [0, 1],
        [4, 0],
      ],
    });
  });

  it.each<[string, Written, Task, RegExp]>([
    [
      'a number as label',
      { false_positive: 1 },
      { kind: 'regression' },
      /is a number, which has no wrong class/,
    ],
    [
      'a class that is not there',
      { Maybe: { No: 1 } },
      binary,
      /expected one of .*"No".*Maybe.*\(label left\)/,
    ],
    ['an answer that is not there', { Yes: { Nope: 1 } }, binary, /Nope/],
    ['both forms at once', { false_positive: 1, Yes: { No: 4 } }, binary, /with a number each, got "Yes"/],
    ['false positives of several classes', { false_positive: 1 }, several, /false_positive/],
    ['a number for a class', { '1': 4 }, several, /what each answer costs where the class is "1", got 4/],
    [
      'a mistake that costs nothing',
      { false_positive: 0 },
      binary,
      /to answer "Yes" where it is "No" costs 0/,
    ],
    ['a mistake that is no dearer', { Yes: { Yes: 3, No: 3 } }, binary, /costs 3, and the right answer 3/],
  ])('refuses %s', (_, costs, task, message) => {
    expect(() => stated(costs, task)).toThrow(message);
    expect(() => stated(costs, task)).toThrow(
      expect.objectContaining({ code: 'costs-unsuited', exitCode: 2 }),
    );
  });

  it('says where it is written', () => {
    expect(() => stated({ Maybe: { No: 1 } }, binary)).toThrow(
      expect.objectContaining({ at: { file: 'pipelines/left.yaml', line: 9, column: 5 } }),
    );
    expect(() => stated({ Yes: { No: 0 } }, binary)).toThrow(
      expect.objectContaining({ at: { file: 'pipelines/left.yaml', line: 7, column: 3 } }),
    );
  });
});
