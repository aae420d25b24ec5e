import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { DensePass, sizesOf } from './densePass.ts';
import type { StepResult } from './densePass.ts';
import type { Task } from '../model.ts';
import { initialise } from './network.ts';
import type { Network } from './network.ts';
import { objectiveFor, prepareTarget } from '../objective.ts';

const tasks: readonly (readonly [Task, Float64Array])[] = [
  [{ kind: 'binary', classes: ['no', 'yes'], positive: 'yes' }, Float64Array.of(0, 1, 1, 0, 1)],
  [{ kind: 'binary', classes: ['no', 'yes'], positive: 'no' }, Float64Array.of(0, 1, 1, 0, 1)],
  [{ kind: 'multiclass', classes: ['a', 'b', 'c'] }, Float64Array.of(0, 1, 2, 0, 1)],
  [{ kind: 'regression' }, Float64Array.of(3, 5, -1, 4, 8)],
];
const random = createRandom('gradient');
const inputs = 4;
const features = Float32Array.from({ length: 5 * inputs }, () => random.normal());
const batch = Int32Array.of(0, 1, 2, 3, 4);
const firstRow = features.subarray(0, inputs);

/** One step; its gradients are the caller's. */
function learnt(network: Network, rows: Float32Array, ...step: Parameters<DensePass['learn']>): StepResult {
  const pass = new DensePass(sizesOf(network), step[0].length, true);
  pass.load(network);
  pass.inputs.set(rows);
  return pass.learn(...step);
}

/** Hidden layers with random weights everywhere, so that no derivative is zero by accident. */
function networkFor(task: Task, prior: Float64Array): Network {
  return initialise(task, inputs, [6, 5], prior, random).map((layer) => ({
    ...layer,
    bias: layer.bias.map(() => 0.1 * random.normal()),
  }));
}

describe.each(tasks)('a step for %o', (task, target) => {
  it.each(['none', 'balanced'] as const)(
    'gives the derivatives of the mean loss, class weights %s',
    (weighting) => {
      const prepared = prepareTarget(task, target, weighting);
      const objective = objectiveFor(task, prepared);
      const network = networkFor(task, prepared.prior);
      const pass = () => learnt(network, features, batch, objective, 0, createRandom(1));
      const { gradients } = pass();
      const step = 1e-3;
      const middle = pass().loss;
      let kinks = 0;
      network.forEach((layer, index) => {
        for (const part of ['weights', 'bias'] as const) {
          const parameters = layer[part];
          for (let i = 0; i < parameters.length; i += 1) {
            const kept = parameters[i]!;
            parameters[i] = kept + step;
            const right = (pass().loss - middle) / step / batch.length;
            parameters[i] = kept - step;
            const left = (middle - pass().loss) / step / batch.length;
            parameters[i] = kept;
            // Where a relu changes sides within the step, left and right differ: there is no derivative to compare.
            if (Math.abs(right - left) > 1e-2) kinks += 1;
            else expect(Math.abs(gradients[index]![part][i]! - (left + right) / 2)).toBeLessThan(2e-3);
          }
        }
      });
      expect(kinks).toBeLessThan(5);
    },
  );
});

describe('dropout', () => {
  const [task, target] = tasks[0]!;
  const prepared = prepareTarget(task, target, 'none');
  const objective = objectiveFor(task, prepared);
  const wide = initialise(task, inputs, [400], Float64Array.of(0), createRandom(3));
  const silenced = (dropping: ReturnType<typeof createRandom>): string =>
    [...learnt(wide, firstRow, Int32Array.of(0), objective, 0.5, dropping).gradients[1]!.weights]
      .map((value) => (value === 0 ? '0' : '1'))
      .join('');

  it('draws a new mask at each step, and the same ones from the same seed', () => {
    const first = createRandom('masks');
    const second = createRandom('masks');
    const masks = [silenced(first), silenced(first)];
    expect(masks[0]).not.toBe(masks[1]);
    expect([silenced(second), silenced(second)]).toEqual(masks);
  });

  it('keeps the share of units that it should', () => {
    const active = [...silencedShare(0)].length;
    const kept = [...silencedShare(0.5)].length;
    expect(Math.abs(kept / active - 0.5)).toBeLessThan(0.15);
  });

  function silencedShare(share: number): number[] {
    const { gradients } = learnt(wide, firstRow, Int32Array.of(0), objective, share, createRandom('share'));
    return [...gradients[1]!.weights].filter((value) => value !== 0);
  }
});
