import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { withoutBackground } from './background.ts';
import type { LoadedBackend, TensorFlow } from './backend.ts';
import type { Scorer, Task } from '../model.ts';
import { scoresOf, scoreWidth } from '../outputs.ts';
import { createRandom } from '../../random.ts';
import { DensePass, sizesOf } from './densePass.ts';
import { mendSums } from './finiteSums.ts';
import { sampledExplainer } from './sampledExplainer.ts';
import type { Network } from './network.ts';
import type { EncodedRows } from '../../features/encode.ts';
import type { Work } from '../../work.ts';

/** Rows per call of the backend: bounds its memory, whatever the caller hands in. */
const batchRows = 4096;
/** Native kernels choose their order of summation by shape, so every call has this many rows (padded with zeros). */
const nativeBlockRows = 64;

/** A network on the backend: last-layer sums (before sigmoid or softmax) for row-major features. */
export interface LoadedNetwork {
  readonly units: number;
  /** `rows × units`, row-major. A row's result does not depend on the other rows. */
  logits(dense: Float32Array, rows: number): Float32Array;
  dispose(): void;
}

/** Puts a network's weights on the backend. Call `dispose` to free them. */
export function loadNetwork(loaded: LoadedBackend, network: Network): LoadedNetwork {
  const { tf, activate } = loaded;
  activate();
  const inputs = network[0]!.inputs;
  const units = network.at(-1)!.outputs;
  const layers = network.map((layer, index) => ({
    weights: tf.tensor2d(layer.weights.slice(), [layer.inputs, layer.outputs]),
    bias: tf.tensor1d(layer.bias.slice()),
    activation: index === network.length - 1 ? ('linear' as const) : ('relu' as const),
  }));
  const run: Run = (dense, rows) => {
    activate();
    const part: Run = (values, count) => forward(tf, layers, values, count);
    if (loaded.backend.name === 'wasm') return inParts(part, dense, rows, inputs, units, batchRows);
    return inParts(part, dense, rows, inputs, units, nativeBlockRows, true);
  };
  return {
    units,
    logits: (dense, rows) => {
      if (dense.length !== rows * inputs)
        throw new RangeError(`${dense.length} values for ${rows} rows of ${inputs} features`);
      const sums = run(dense, rows);
      mendSums(sums, units, dense, inputs, (row) => run(row, 1));
      return sums;
    },
    dispose: () => {
      for (const layer of layers) {
        layer.weights.dispose();
        layer.bias.dispose();
      }
    },
  };
}

type Run = (dense: Float32Array, rows: number) => Float32Array;

/** Runs at most `size` rows at a time; with `pad`, always exactly that many, of which the last may be zeros. */
function inParts(
  run: Run,
  dense: Float32Array,
  rows: number,
  inputs: number,
  units: number,
  size: number,
  pad = false,
): Float32Array {
  if (!pad && rows > 0 && rows <= size) return run(dense, rows);
  const all = new Float32Array(rows * units);
  for (let start = 0; start < rows; start += size) {
    const count = Math.min(size, rows - start);
    const part = dense.subarray(start * inputs, (start + count) * inputs);
    const sums = pad && count < size ? run(padded(part, size * inputs), size) : run(part, count);
    all.set(sums.subarray(0, count * units), start * units);
  }
  return all;
}

interface LayerTensors {
  readonly weights: Tensor2D;
  readonly bias: Tensor1D;
  readonly activation: 'linear' | 'relu';
}

function forward(
  tf: TensorFlow,
  layers: readonly LayerTensors[],
  dense: Float32Array,
  rows: number,
): Float32Array {
  const inputs = layers[0]!.weights.shape[0];
  const output = tf.tidy(() => {
    let values: Tensor = tf.tensor2d(dense, [rows, inputs]);
    for (const { weights, bias, activation } of layers)
      values = tf.fused.matMul({ a: values, b: weights, bias, activation });
    return values;
  });
  const sums = output.dataSync<'float32'>();
  output.dispose();
  return sums;
}

function padded(values: Float32Array, length: number): Float32Array {
  const all = new Float32Array(length);
  all.set(values);
  return all;
}

/** Last-layer sums of all rows, encoded and computed a few thousand at a time. */
function* networkLogits(network: LoadedNetwork, blocks: EncodedRows): Work<Float32Array> {
  const { rows } = blocks;
  const width = blocks.names.length;
  const buffer = new Float32Array(Math.min(rows, batchRows) * width);
  const all = new Float32Array(rows * network.units);
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(from + batchRows, rows);
    const dense = buffer.subarray(0, (to - from) * width);
    blocks.range(from, to, dense);
    all.set(network.logits(dense, to - from), from * network.units);
    yield to - from;
  }
  return all;
}

/** Rows on which the kernel is held to the backend when a network is loaded. */
const triedRows = 8;

/**
 * The sums of one row by the kernel that training has, which has none of the cost of a call of the backend. Only where it
 * gives the backend's bits on rows of this very network; null elsewhere. Sums that overflow are left to the backend.
 */
function sumsOfOne(
  onBackend: LoadedNetwork,
  network: Network,
  backend: string,
): ((cells: Float32Array) => Float32Array | null) | null {
  if (backend !== 'wasm') return null;
  const pass = new DensePass(sizesOf(network), 1, false);
  pass.load(network);
  const sums = (cells: Float32Array): Float32Array | null => {
    if (cells.length !== pass.inputs.length) return null;
    pass.inputs.set(cells);
    const own = pass.sums(1);
    for (const sum of own) if (!Number.isFinite(sum)) return null;
    return own;
  };
  const random = createRandom('rows that a kernel is tried on');
  for (let row = 0; row < triedRows; row += 1) {
    const cells = Float32Array.from(pass.inputs, () => (random.next() < 0.5 ? 0 : 4 * random.next() - 2));
    const own = sums(cells);
    const theirs = onBackend.logits(cells, 1);
    if (own !== null && own.some((sum, unit) => !Object.is(sum + 0, theirs[unit]! + 0))) return null;
  }
  return sums;
}

/** A scorer over a network. `background`: rows that explaining starts from; null where the bundle has none. */
export function networkScorer(
  loaded: LoadedBackend,
  task: Task,
  network: Network,
  background: Float32Array | null,
): Scorer {
  const onBackend = loadNetwork(loaded, network);
  const sums = sumsOfOne(onBackend, network, loaded.backend.name);
  return {
    input: 'blocks',
    outputs: scoreWidth(task),
    backend: loaded.backend,
    *predict({ blocks }) {
      return scoresOf(task, yield* networkLogits(onBackend, blocks));
    },
    ...(sums === null
      ? {}
      : {
          one: (cells: Float32Array) => {
            const own = sums(cells);
            return own === null ? null : scoresOf(task, own);
          },
        }),
    explain: (sources) => {
      if (background === null) throw withoutBackground();
      const steps = network.reduce((sum, { weights }) => sum + weights.length, 0);
      return sampledExplainer({ ...onBackend, steps }, background, sources);
    },
    dispose: () => onBackend.dispose(),
  };
}
