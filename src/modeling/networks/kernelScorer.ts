import type { Backend, Scorer, Task } from '../model.ts';
import { DensePass, sizesOf } from './densePass.ts';
import type { Network } from './network.ts';
import { passScorer } from './passScorer.ts';

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
  const nets = {
    pass,
    width: network[0]!.inputs,
    steps: network.reduce((all, { weights }) => all + weights.length, 0),
    sums: (rows: number) => pass.sums(rows),
    backend: kernelBackend,
  };
  return passScorer(task, nets, background);
}
