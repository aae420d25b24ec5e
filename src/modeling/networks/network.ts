import type { Random } from '../../random.ts';
import type { Task } from '../model.ts';
import { outputUnits } from '../outputs.ts';

export type Activation = 'relu' | 'linear' | 'sigmoid' | 'softmax';

/** One dense layer: `activation(x · weights + bias)`. `weights` is `inputs × outputs`, row-major (Keras' kernel). */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly activation: Activation;
}

/** Dense layers, first to last. The last one's activation turns its sums into the answer of the task. */
export type Network = readonly DenseLayer[];

/** Activation of the last layer. */
export function outputActivation(task: Task): Activation {
  switch (task.kind) {
    case 'binary':
      return 'sigmoid';
    case 'multiclass':
      return 'softmax';
    case 'regression':
      return 'linear';
  }
}

/** Weights and biases to be stored. */
export function countParameters(network: Network): number {
  return network.reduce((sum, layer) => sum + layer.weights.length + layer.bias.length, 0);
}

/**
 * A network before training. Hidden weights are uniform in ±.7·√(6 / fan-in) (He et al. 2015, scaled by .7, which
 * measured better on tables); a network without hidden layers starts at zero, its problem being convex. The output
 * bias is the prior: what is known before any feature is seen.
 */
export function initialise(
  task: Task,
  inputs: number,
  hidden: readonly number[],
  prior: Float64Array,
  random: Random,
): Network {
  const sizes = [inputs, ...hidden, outputUnits(task)];
  return sizes.slice(1).map((outputs, index) => {
    const fanIn = sizes[index]!;
    const last = index === hidden.length;
    const weights = new Float32Array(fanIn * outputs);
    const limit = 0.7 * Math.sqrt(6 / Math.max(1, fanIn));
    if (hidden.length > 0)
      for (let i = 0; i < weights.length; i += 1) weights[i] = limit * (2 * random.next() - 1);
    return {
      inputs: fanIn,
      outputs,
      weights,
      bias: last ? Float32Array.from(prior) : new Float32Array(outputs),
      activation: last ? outputActivation(task) : ('relu' as const),
    };
  });
}

/** A copy that later changes to the original do not reach. */
export function copyNetwork(network: Network): Network {
  return network.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() }));
}

/** The network with its last layer's sums z_k replaced by `scale · z_k + shift_k`. */
export function rescaleOutput(network: Network, scale: number, shift: ArrayLike<number>): Network {
  const last = network.at(-1)!;
  const rescaled = {
    ...last,
    weights: last.weights.map((weight) => weight * scale),
    bias: last.bias.map((bias, unit) => bias * scale + shift[unit]!),
  };
  return [...network.slice(0, -1), rescaled];
}
