import type { Random } from '../../../random.ts';
import type { Task } from '../../model.ts';
import type { DenseLayer, Network } from '../../networks/network.ts';
import { initialise, outputActivation } from '../../networks/network.ts';
import { outputUnits } from '../../outputs.ts';

/**
 * One hidden layer of all members: member m's weights are `left[m] ∘ weights ∘ right[m]`, row by row and column by column
 * (rank-1 adapters: BatchEnsemble, Wen et al. 2020).
 */
export interface SharedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `inputs × outputs`, row-major: of all members. */
  readonly weights: Float32Array;
  /** `members × inputs`. */
  readonly left: Float32Array;
  /** `members × outputs`. */
  readonly right: Float32Array;
  /** `members × outputs`. */
  readonly bias: Float32Array;
}

/** Nets that share their hidden weights, each with a last layer of its own. */
export interface SharedNets {
  readonly members: number;
  readonly hidden: readonly SharedLayer[];
  /** The last layers: `members × inputs × outputs`, and `members × outputs`. */
  readonly last: Omit<DenseLayer, 'activation'>;
  /** What is done to the sum of all members: `scale · z_k + shift_k`. */
  readonly scale: number;
  readonly shift: Float64Array;
}

/** Every array of numbers, first layer to last: of each what all share, then what members have of their own. */
export const arraysOf = ({ hidden, last }: SharedNets): readonly Float32Array[] => [
  ...hidden.flatMap(({ weights, left, right, bias }) => [weights, left, right, bias]),
  last.weights,
  last.bias,
];

/** The same shapes with other arrays, given one by one. */
export function withArrays(nets: SharedNets, next: (like: Float32Array) => Float32Array): SharedNets {
  const { hidden, last } = nets;
  return {
    ...nets,
    hidden: hidden.map((layer) => ({
      ...layer,
      weights: next(layer.weights),
      left: next(layer.left),
      right: next(layer.right),
      bias: next(layer.bias),
    })),
    last: { ...last, weights: next(last.weights), bias: next(last.bias) },
  };
}

/**
 * Nets before training (TabM, Gorishniy et al. 2025): the first adapters are random signs, so that members see the features
 * differently; all others are 1. Last layers are drawn one by one.
 */
export function initialiseNets(
  task: Task,
  inputs: number,
  units: readonly number[],
  members: number,
  prior: Float64Array,
  random: Random,
): SharedNets {
  const shared = initialise(task, inputs, units, prior, random);
  const hidden = shared.slice(0, -1).map((layer, at): SharedLayer => ({
    inputs: layer.inputs,
    outputs: layer.outputs,
    weights: layer.weights,
    left: Float32Array.from({ length: members * layer.inputs }, () =>
      at > 0 || random.next() < 0.5 ? 1 : -1,
    ),
    right: new Float32Array(members * layer.outputs).fill(1),
    bias: new Float32Array(members * layer.outputs),
  }));
  const { inputs: width, outputs } = shared.at(-1)!;
  const limit = hidden.length === 0 ? 0 : 0.7 * Math.sqrt(6 / width);
  const last = {
    inputs: width,
    outputs,
    weights: Float32Array.from({ length: members * width * outputs }, () => limit * (2 * random.next() - 1)),
    bias: Float32Array.from({ length: members * outputs }, (_, at) => prior[at % outputs]!),
  };
  return { members, hidden, last, scale: 1, shift: new Float64Array(outputUnits(task)) };
}

/** One member as a dense network of its own. */
export function memberOf({ hidden, last }: SharedNets, member: number, task: Task): Network {
  const own = (values: Float32Array, size: number): Float32Array =>
    values.subarray(member * size, (member + 1) * size);
  const layers = hidden.map(({ inputs, outputs, weights, left, right, bias }): DenseLayer => {
    const rows = own(left, inputs);
    const columns = own(right, outputs);
    const all = new Float32Array(weights.length);
    for (let row = 0, at = 0; row < inputs; row += 1)
      for (let column = 0; column < outputs; column += 1, at += 1)
        all[at] = rows[row]! * weights[at]! * columns[column]!;
    return { inputs, outputs, weights: all, bias: own(bias, outputs), activation: 'relu' };
  });
  const { inputs, outputs, weights, bias } = last;
  return [
    ...layers,
    {
      inputs,
      outputs,
      weights: own(weights, inputs * outputs),
      bias: own(bias, outputs),
      activation: outputActivation(task),
    },
  ];
}
