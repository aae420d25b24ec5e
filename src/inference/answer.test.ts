import { describe, expect, it } from 'vitest';
import { answerOf, predictedClass } from './answer.ts';

describe('the answer to a row', () => {
  const task = { kind: 'multiclass', classes: ['a', 'b', 'c'] } as const;
  const classes = [...task.classes];

  it('is the most probable class, the first of equals', () => {
    expect(answerOf({ task: { ...task, classes } }, [0.3, 0.4, 0.3]).prediction).toBe('b');
    expect(predictedClass({ task: { ...task, classes } }, [0.4, 0.4, 0.2])).toBe(0);
  });

  it('is the class of least expected cost where answers have costs; the probabilities stay what they are', () => {
    const costs = [
      [0, 1, 1],
      [1, 0, 1],
      [9, 9, 0],
    ];
    expect(answerOf({ task: { ...task, classes, costs } }, [0.6, 0.2, 0.2])).toEqual({
      prediction: 'c',
      probabilities: { a: 0.6, b: 0.2, c: 0.2 },
      scores: [0.6, 0.2, 0.2],
    });
  });

  it('of a number has an interval where the bundle has bounds', () => {
    const interval = { level: 0.9, rows: 200, upTo: [10], below: [1, 5], above: [2, 6], floor: 0 };
    const number = { task: { kind: 'regression' as const } };
    expect(answerOf({ ...number, interval }, [12])).toEqual({
      prediction: 12,
      prediction_interval: { low: 7, high: 18 },
      scores: [12],
    });
    expect(answerOf({ ...number, interval }, [0.25])).toMatchObject({
      prediction_interval: { low: 0, high: 2.25 },
    });
    expect(answerOf(number, [12])).toEqual({ prediction: 12, scores: [12] });
  });

  it('of two classes is told by the threshold, whatever the costs: they chose it', () => {
    const binary = { kind: 'binary', classes: ['No', 'Yes'] as [string, string], positive: 'Yes' } as const;
    expect(answerOf({ task: binary, threshold: 0.2 }, [0.8, 0.2]).prediction).toBe('Yes');
    expect(answerOf({ task: binary, threshold: 0.2 }, [0.81, 0.19]).prediction).toBe('No');
    expect(answerOf({ task: binary }, [0.5, 0.5]).prediction).toBe('Yes');
  });
});
