import type { Random } from '../../random.ts';
import type { Objective } from '../objective.ts';
import { NetMemory, woven } from './kernel/netKernel.ts';
import type { Floats } from './kernel/netKernel.ts';
import type { Network } from './network.ts';

/** Inputs of the first layer, then the outputs of each. */
export type Sizes = readonly number[];

export const sizesOf = (network: Network): Sizes => [
  network[0]!.inputs,
  ...network.map(({ outputs }) => outputs),
];

/** A layer of one network in the kernel's memory. */
interface LoadedLayer {
  readonly weights: Floats;
  readonly bias: Floats;
  /** `weights` as the right side of a product. */
  readonly panels: Floats;
}

/** What the layers of all networks share. */
interface LayerMemory {
  readonly inputs: number;
  readonly outputs: number;
  /** What comes out, after dropout. */
  readonly values: Floats;
}

/** What it needs more, to learn. */
interface LearningMemory {
  /** The loss's derivatives by its sums. */
  readonly delta: Floats;
  /** `delta`, and then the transpose of `weights`, as the right side of a product. */
  readonly panels: Floats;
  readonly byWeights: Floats;
  readonly byBias: Floats;
}

/** The loss's derivatives by one layer's parameters. */
interface LayerGradient {
  readonly weights: Floats;
  readonly bias: Floats;
}

export interface StepResult {
  /** Summed loss of the batch. */
  readonly loss: number;
  /** By layer, first to last. They are written over at the next step. */
  readonly gradients: readonly LayerGradient[];
}

const layerCounts = (inputs: number, outputs: number): number[] => [
  inputs * outputs,
  woven(outputs),
  inputs * woven(outputs),
];
const learningCounts = (inputs: number, outputs: number, rows: number): number[] => [
  rows * outputs,
  Math.max(rows * woven(outputs), outputs * woven(inputs)),
  inputs * outputs,
  outputs,
];

/**
 * Dense relu layers over at most so many rows at once, in the kernel's memory: forward, and with `learns` backward too.
 * Several networks of the same sizes may be loaded at once. Sums are float32 in the order of the inputs, the same bits as TensorFlow.js' WebAssembly kernels give.
 */
export class DensePass {
  readonly rows: number;
  /** Features of the rows, row after row: filled by the caller. */
  readonly inputs: Floats;
  readonly #memory: NetMemory;
  readonly #layers: readonly LayerMemory[];
  /** By network. */
  readonly #loaded: readonly (readonly LoadedLayer[])[];
  readonly #learning: readonly LearningMemory[];
  /** Zeros, where a product has no bias. */
  readonly #nothing: Floats;

  constructor(sizes: Sizes, rows: number, learns: boolean, networks = 1) {
    const shapes = sizes.slice(1).map((outputs, at) => [sizes[at]!, outputs] as const);
    const widest = woven(Math.max(...sizes));
    this.rows = rows;
    this.#memory = new NetMemory([
      rows * sizes[0]!,
      widest,
      ...shapes.map(([, outputs]) => rows * outputs),
      ...Array.from({ length: networks }, () => shapes.flatMap((shape) => layerCounts(...shape))).flat(),
      ...(learns ? shapes.flatMap(([inputs, outputs]) => learningCounts(inputs, outputs, rows)) : []),
    ]);
    const take = (count: number): Floats => this.#memory.take(count);
    this.inputs = take(rows * sizes[0]!);
    this.#nothing = take(widest);
    this.#layers = shapes.map(([inputs, outputs]) => ({ inputs, outputs, values: take(rows * outputs) }));
    this.#loaded = Array.from({ length: networks }, () =>
      shapes.map((shape) => {
        const [weights, bias, panels] = layerCounts(...shape).map(take);
        return { weights: weights!, bias: bias!, panels: panels! };
      }),
    );
    this.#learning = (learns ? shapes : []).map(([inputs, outputs]) => {
      const [delta, panels, byWeights, byBias] = learningCounts(inputs, outputs, rows).map(take);
      return { delta: delta!, panels: panels!, byWeights: byWeights!, byBias: byBias! };
    });
  }

  /** Takes a network's weights over; later changes to it are not seen. */
  load(network: Network, as = 0): void {
    network.forEach(({ inputs, outputs, weights, bias }, at) => {
      const own = this.#loaded[as]![at]!;
      own.weights.set(weights);
      own.bias.set(bias);
      this.#memory.weave(own.weights, inputs, outputs, own.panels);
    });
  }

  /** Last-layer sums of the first rows of `inputs`; they are written over at the next call. */
  sums(rows: number, of = 0): Floats {
    return this.#forward(this.#loaded[of]!, rows, 0, null);
  }

  /**
   * Forward and backward over the first rows of `inputs`. Dropout (Srivastava et al. 2014, inverted) draws from `random`, so
   * that every step has a mask of its own and the same seed has the same masks.
   *
   * @param batch the rows' places in the objective's target
   */
  learn(batch: Int32Array, objective: Objective, dropout: number, random: Random, of = 0): StepResult {
    const rows = batch.length;
    const loaded = this.#loaded[of]!;
    const logits = this.#forward(loaded, rows, dropout, random);
    const loss = objective.gradient(logits, batch, this.#learning.at(-1)!.delta.subarray(0, logits.length));
    this.#backward(loaded, rows, dropout);
    const gradients = this.#learning.map(({ byWeights, byBias }) => ({ weights: byWeights, bias: byBias }));
    return { loss, gradients };
  }

  #forward(loaded: readonly LoadedLayer[], rows: number, dropout: number, random: Random | null): Floats {
    let values = this.inputs;
    this.#layers.forEach(({ inputs, outputs, values: own }, at) => {
      const { bias, panels } = loaded[at]!;
      const hidden = at < this.#layers.length - 1;
      this.#memory.multiply(values, panels, bias, own, rows, inputs, outputs, hidden);
      if (hidden && dropout > 0 && random !== null) dropUnits(own, rows * outputs, dropout, random);
      values = own;
    });
    return values.subarray(0, rows * this.#layers.at(-1)!.outputs);
  }

  #backward(loaded: readonly LoadedLayer[], rows: number, dropout: number): void {
    const scale = 1 / (1 - dropout);
    for (let at = this.#layers.length - 1; at >= 0; at -= 1) {
      const { inputs, outputs } = this.#layers[at]!;
      const { weights } = loaded[at]!;
      const { delta, panels, byWeights, byBias } = this.#learning[at]!;
      const before = at === 0 ? this.inputs : this.#layers[at - 1]!.values;
      this.#memory.weave(delta, rows, outputs, panels);
      this.#memory.multiplyTransposed(before, panels, this.#nothing, byWeights, inputs, rows, outputs);
      columnSums(delta, rows, outputs, byBias);
      if (at === 0) break;
      const behind = this.#learning[at - 1]!.delta;
      this.#memory.weaveTransposed(weights, inputs, outputs, panels);
      this.#memory.multiply(delta, panels, this.#nothing, behind, rows, outputs, inputs, false);
      // A unit that was dropped or not active is 0 and passes nothing back.
      this.#memory.pass(before, rows * inputs, scale, behind);
    }
  }
}

function columnSums(matrix: Floats, rows: number, columns: number, into: Floats): void {
  const sums = new Float64Array(columns);
  for (let start = 0; start < rows * columns; start += columns)
    for (let column = 0; column < columns; column += 1) sums[column]! += matrix[start + column]!;
  into.set(sums);
}

/** Zeroes a share of the units and scales the others up, in place. One draw serves two units (16 bits each). */
function dropUnits(units: Floats, count: number, share: number, random: Random): void {
  const threshold = Math.round(share * 65536);
  const scale = 1 / (1 - share);
  for (let i = 0; i < count; i += 2) {
    const bits = random.next() * 4294967296;
    const high = Math.floor(bits / 65536);
    units[i] = high < threshold ? 0 : units[i]! * scale;
    if (i + 1 < count) units[i + 1] = bits - high * 65536 < threshold ? 0 : units[i + 1]! * scale;
  }
}
