import type { Scorer, Task } from '../../model.ts';
import { DensePass, sizesOf } from '../../networks/densePass.ts';
import { passScorer } from '../../networks/passScorer.ts';
import { sharedBackend } from './backend.ts';
import { marginsOf, membersOf } from './learner.ts';
import type { SharedNets } from './sharing.ts';

/** Rows that are answered at once. */
const rowsAtOnce = 256;

/** A scorer over nets that share their weights. `background`: rows that explaining starts from; null where the bundle has none. */
export function sharedScorer(task: Task, nets: SharedNets, background: Float32Array | null): Scorer {
  const members = membersOf(nets, task);
  const sizes = sizesOf(members[0]!);
  const pass = new DensePass(sizes, rowsAtOnce, false, nets.members);
  members.forEach((network, member) => pass.load(network, member));
  const weights = members.flatMap((network) => network.map((layer) => layer.weights.length));
  const passed = {
    pass,
    width: sizes[0]!,
    steps: weights.reduce((sum, own) => sum + own, 0),
    sums: (rows: number) => marginsOf(pass, task, nets, rows),
    backend: sharedBackend,
  };
  return passScorer(task, passed, background);
}
