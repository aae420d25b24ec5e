import { describe, expect, it } from 'vitest';
import { matrixRows } from '../../../features/encode.ts';
import { createRandom } from '../../../random.ts';
import { finish } from '../../../work.ts';
import type { Task } from '../../model.ts';
import { objectiveFor, prepareTarget } from '../../objective.ts';
import { readShared, writeShared } from './files.ts';
import { sharedLearner } from './learner.ts';
import { meanMargin } from './margin.ts';
import { arraysOf, initialiseNets, memberOf, withArrays } from './sharing.ts';
import type { SharedNets } from './sharing.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
const regression: Task = { kind: 'regression' };
const tasks: readonly (readonly [Task, Float64Array])[] = [
  [binary, Float64Array.of(0, 1, 1, 0, 1)],
  [three, Float64Array.of(0, 1, 2, 0, 1)],
  [regression, Float64Array.of(3, 5, -1, 4, 8)],
];
const [rows, inputs, members] = [5, 4, 3];

/** Nets in which no number is where it starts, so that no derivative is 0 by accident. */
function netsFor(task: Task, prior: Float64Array): SharedNets {
  const random = createRandom('tabm');
  const nets = initialiseNets(task, inputs, [6, 5], members, prior, random);
  return withArrays(nets, (values) => values.map((value) => value + 0.1 * random.normal()));
}

describe.each(tasks)('nets that share their weights, for %o', (task, target) => {
  const prepared = prepareTarget(task, target, 'none');
  const nets = netsFor(task, prepared.prior);
  const learner = sharedLearner(nets, task, rows);
  const random = createRandom('rows');
  const features = Float32Array.from({ length: rows * inputs }, () => random.normal());
  const batch = Int32Array.from({ length: rows }, (_, row) => row);

  it('have the derivatives of the mean of their losses', () => {
    const objective = objectiveFor(task, prepared);
    const step = () => learner.learn(nets, batch, objective, 0, createRandom(1));
    learner.inputs.set(features);
    const gradients = step().gradients.map((values) => values.slice());
    const middle = step().loss;
    const width = 1e-3;
    let kinks = 0;
    arraysOf(nets).forEach((values, array) => {
      for (let at = 0; at < values.length; at += 1) {
        const kept = values[at]!;
        values[at] = kept + width;
        const right = (step().loss - middle) / width / rows;
        values[at] = kept - width;
        const left = (middle - step().loss) / width / rows;
        values[at] = kept;
        // Where a relu changes sides within the step, there is no derivative to compare.
        if (Math.abs(right - left) > 1e-2) kinks += 1;
        else expect(Math.abs(gradients[array]![at]! - (left + right) / 2)).toBeLessThan(2e-3);
      }
    });
    expect(kinks).toBeLessThan(10);
  });

  it('come back from their files, and answer as before', () => {
    const calibrated = { ...nets, scale: 1.5, shift: nets.shift.map((_, unit) => unit - 0.5) };
    const back = readShared(writeShared(task, calibrated), task);
    expect(back).toEqual(calibrated);
    const blocks = matrixRows({ rows, names: ['a', 'b', 'c', 'd'], dense: features });
    expect(finish(learner.sums(back, blocks))).toEqual(finish(learner.sums(calibrated, blocks)));
  });
});

describe('members', () => {
  it('begin with signs of their own for each feature, and share the rest', () => {
    const nets = initialiseNets(binary, 50, [6, 5], members, Float64Array.of(0.5), createRandom(3));
    const [first, second] = [memberOf(nets, 0, binary), memberOf(nets, 1, binary)];
    const turned = first[0]!.weights.filter((weight, at) => weight !== second[0]!.weights[at]);
    expect(turned.length).toBeGreaterThan(60);
    expect(first[0]!.weights.map(Math.abs)).toEqual(second[0]!.weights.map(Math.abs));
    expect(first[1]!.weights).toEqual(second[1]!.weights);
    expect(first[2]!.weights).not.toEqual(second[2]!.weights);
  });
});

describe('meanMargin', () => {
  const probability = (logit: number): number => 1 / (1 + Math.exp(-logit));

  it('answers the mean of the probabilities', () => {
    const [margin] = meanMargin(binary, [Float32Array.of(2), Float32Array.of(-1)]);
    expect(probability(margin!)).toBeCloseTo((probability(2) + probability(-1)) / 2, 12);
    const no: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'no' };
    expect(meanMargin(no, [Float32Array.of(2), Float32Array.of(-1)])[0]).toBeCloseTo(margin!, 12);
    const logs = meanMargin(three, [Float32Array.of(0, 0, 0), Float32Array.of(Math.log(2), 0, 0)]);
    expect([...logs].map(Math.exp)).toEqual(
      [1 / 3, 1 / 3, 1 / 3].map((third, at) => expect.closeTo((third + (at === 0 ? 0.5 : 0.25)) / 2, 6)),
    );
  });

  it('is the mean of numbers, and finite where members are certain', () => {
    expect([...meanMargin(regression, [Float32Array.of(1, 5), Float32Array.of(2, 7)])]).toEqual([1.5, 6]);
    const [sure] = meanMargin(binary, [Float32Array.of(3e38), Float32Array.of(3e38)]);
    expect(Number.isFinite(sure)).toBe(true);
  });
});
