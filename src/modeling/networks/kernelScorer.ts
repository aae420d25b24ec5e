import type { Backend, Scorer, Task } from '../model.ts';
import { outputUnits, scoresOf, scoreWidth } from '../outputs.ts';
import { withoutBackground } from './background.ts';
import { sumsOfRows } from './denseLearner.ts';
import { DensePass, sizesOf } from './densePass.ts';
import { mendSums } from './finiteSums.ts';
import type { Network } from './network.ts';
import { sampledExplainer } from './sampledExplainer.ts';

/** What computes where there is no TensorFlow.js: the kernel that trains nets. */
const kernelBackend: Backend = { name: 'wasm', version: 'net kernel 1' };

/** Rows that are answered at once. */
const rowsAtOnce = 64;

/**
 * A scorer over a network by the kernel that trains it alone, for places without TensorFlow.js. `background`: rows that
 * explaining starts from; null where the bundle has none.
 */
export function kernelScorer(task: Task, network: Network, background: Float32Array | null): Scorer {
  const pass = new DensePass(sizesOf(network), rowsAtOnce, false);
  pass.load(network);
  const units = outputUnits(task);
  const width = network[0]!.inputs;
  const sums = (rows: number): Float32Array => pass.sums(rows);
  const logits = (dense: Float32Array, rows: number): Float32Array => {
    const all = new Float32Array(rows * units);
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const to = Math.min(rows, from + rowsAtOnce);
      pass.inputs.set(dense.subarray(from * width, to * width));
      all.set(sums(to - from), from * units);
    }
    mendSums(all, units, dense, width, (row) => {
      pass.inputs.set(row);
      return sums(1);
    });
    return all;
  };
  return {
    input: 'blocks',
    outputs: scoreWidth(task),
    backend: kernelBackend,
    *predict({ blocks }) {
      return scoresOf(task, yield* sumsOfRows(pass, blocks, units, sums));
    },
    explain: (sources) => {
      if (background === null) throw withoutBackground();
      const steps = network.reduce((all, { weights }) => all + weights.length, 0);
      return sampledExplainer({ units, steps, logits }, background, sources);
    },
    dispose: () => undefined,
  };
}
