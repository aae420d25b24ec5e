import type { Random } from '../../random.ts';
import type { LoadedBackend, TensorFlow } from './backend.ts';
import type { Network } from './network.ts';
import type { Objective } from '../objective.ts';

/** The loss's derivatives by one layer's parameters. */
export interface LayerGradient {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface StepResult {
  /** Summed loss of the batch. */
  readonly loss: number;
  /** By layer, first to last. */
  readonly gradients: readonly LayerGradient[];
}

/**
 * Forward and backward pass of dense relu layers over one minibatch. TensorFlow.js computes the matrix products,
 * which are most of the work; what is left is one pass over typed arrays, cheaper than a kernel call each. Products
 * never carry transpose flags: the WebAssembly kernel leaves its fast path for them.
 *
 * Dropout (Srivastava et al. 2014, inverted) draws from `random`, so that every step has a mask of its own and the
 * same seed has the same masks.
 *
 * @param inputs features of the batch's rows, row-major
 * @param batch the rows' places in the objective's target
 */
export function backpropagate(
  { tf, activate }: LoadedBackend,
  network: Network,
  inputs: Float32Array,
  batch: Int32Array,
  objective: Objective,
  dropout: number,
  random: Random,
): StepResult {
  activate();
  const { activations, logits } = forward(tf, network, inputs, batch.length, dropout, random);
  const delta = new Float32Array(logits.length);
  const loss = objective.gradient(logits, batch, delta);
  return { loss, gradients: backward(tf, network, activations, delta, batch.length, dropout) };
}

interface ForwardPass {
  /** What goes into each layer, first to last; hidden units after dropout. */
  readonly activations: readonly Float32Array[];
  readonly logits: Float32Array;
}

function forward(
  tf: TensorFlow,
  network: Network,
  inputs: Float32Array,
  rows: number,
  dropout: number,
  random: Random,
): ForwardPass {
  const activations: Float32Array[] = [];
  let values = inputs;
  network.forEach(({ inputs: width, outputs, weights, bias }, index) => {
    const hidden = index < network.length - 1;
    activations.push(values);
    values = product(tf, values, rows, width, weights, outputs, bias, hidden);
    if (hidden && dropout > 0) dropUnits(values, dropout, random);
  });
  return { activations, logits: values };
}

/** @param delta the loss's derivatives by the logits */
function backward(
  tf: TensorFlow,
  network: Network,
  activations: readonly Float32Array[],
  delta: Float32Array,
  rows: number,
  dropout: number,
): readonly LayerGradient[] {
  const gradients: LayerGradient[] = [];
  const scale = 1 / (1 - dropout);
  let ahead = delta;
  for (let index = network.length - 1; index >= 0; index -= 1) {
    const { inputs, outputs, weights } = network[index]!;
    const before = activations[index]!;
    gradients.unshift({
      weights: product(tf, transpose(before, rows, inputs), inputs, rows, ahead, outputs),
      bias: columnSums(ahead, outputs),
    });
    if (index === 0) break;
    const behind = product(tf, ahead, rows, outputs, transpose(weights, inputs, outputs), inputs);
    // A unit that was dropped or not active is 0 and passes nothing back.
    for (let i = 0; i < behind.length; i += 1) behind[i] = before[i]! > 0 ? behind[i]! * scale : 0;
    ahead = behind;
  }
  return gradients;
}

/** `a (m × k) · b (k × n)`, with bias and relu in the same kernel where given. */
function product(
  tf: TensorFlow,
  a: Float32Array,
  m: number,
  k: number,
  b: Float32Array,
  n: number,
  bias?: Float32Array,
  relu = false,
): Float32Array {
  const result = tf.tidy(() => {
    const left = tf.tensor2d(a, [m, k]);
    const right = tf.tensor2d(b, [k, n]);
    if (bias === undefined) return tf.matMul(left, right);
    const activation = relu ? 'relu' : 'linear';
    return tf.fused.matMul({ a: left, b: right, bias: tf.tensor1d(bias), activation });
  });
  const values = result.dataSync<'float32'>();
  result.dispose();
  return Float32Array.from(values);
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const flipped = new Float32Array(matrix.length);
  for (let column = 0; column < columns; column += 1)
    for (let row = 0, to = column * rows, from = column; row < rows; row += 1, from += columns)
      flipped[to + row] = matrix[from]!;
  return flipped;
}

function columnSums(matrix: Float32Array, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  for (let start = 0; start < matrix.length; start += columns)
    for (let column = 0; column < columns; column += 1) sums[column]! += matrix[start + column]!;
  return Float32Array.from(sums);
}

/** Zeroes a share of the units and scales the others up, in place. One draw serves two units (16 bits each). */
function dropUnits(units: Float32Array, share: number, random: Random): void {
  const threshold = Math.round(share * 65536);
  const scale = 1 / (1 - share);
  for (let i = 0; i < units.length; i += 2) {
    const bits = random.next() * 4294967296;
    const high = Math.floor(bits / 65536);
    units[i] = high < threshold ? 0 : units[i]! * scale;
    if (i + 1 < units.length) units[i + 1] = bits - high * 65536 < threshold ? 0 : units[i + 1]! * scale;
  }
}
