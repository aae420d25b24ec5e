import type { Backend, Scorer, Task } from '../../model.ts';
import { withoutBackground } from '../../networks/background.ts';
import { sumsOfRows } from '../../networks/denseLearner.ts';
import { DensePass, sizesOf } from '../../networks/densePass.ts';
import { mendSums } from '../../networks/finiteSums.ts';
import { sampledExplainer } from '../../networks/sampledExplainer.ts';
import { outputUnits, scoresOf, scoreWidth } from '../../outputs.ts';
import { marginsOf, membersOf } from './learner.ts';
import type { SharedNets } from './sharing.ts';

/** What these nets are computed with: the kernel that trains all nets. */
export const sharedBackend: Backend = { name: 'wasm', version: 'net kernel 1' };

/** Rows that are answered at once. */
const rowsAtOnce = 256;

/** A scorer over nets that share their weights. `background`: rows that explaining starts from; null where the bundle has none. */
export function sharedScorer(task: Task, nets: SharedNets, background: Float32Array | null): Scorer {
  const members = membersOf(nets, task);
  const sizes = sizesOf(members[0]!);
  const width = sizes[0]!;
  const units = outputUnits(task);
  const pass = new DensePass(sizes, rowsAtOnce, false, nets.members);
  members.forEach((network, member) => pass.load(network, member));
  const sums = (rows: number): Float32Array => marginsOf(pass, task, nets, rows);
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
    backend: sharedBackend,
    *predict({ blocks }) {
      return scoresOf(task, yield* sumsOfRows(pass, blocks, units, sums));
    },
    explain: (sources) => {
      if (background === null) throw withoutBackground();
      const steps = members.reduce(
        (sum, network) => sum + network.reduce((own, { weights }) => own + weights.length, 0),
        0,
      );
      return sampledExplainer({ units, steps, logits }, background, sources);
    },
    dispose: () => undefined,
  };
}
