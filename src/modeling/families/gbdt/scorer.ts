import type { FeatureRows } from '../../../features/encode.ts';
import type { Prepared } from '../../../features/prepared.ts';
import type { Work } from '../../../work.ts';
import type { Scorer, Task } from '../../model.ts';
import { positiveIndex, scoreWidth } from '../../outputs.ts';
import { treeBackend } from '../../trees/backend.ts';
import { addSums, layOut } from '../../trees/forest.ts';
import type { Forest } from '../../trees/forest.ts';
import { answersOf } from '../../trees/output.ts';
import { treeNumber } from './bounds.ts';
import { treeExplainer } from './explain.ts';
import { writeCells } from './features.ts';
import type { BoundTrees } from './files.ts';
import { addingForest } from './kernel/forestKernel.ts';
import type { ForestAdder } from './kernel/forestKernel.ts';
import { giveTreeMemoryBack, treeMemoryOrNone } from './kernel/memory.ts';
import { exp } from '../../../statistics/exponential.ts';

/** Rows whose cells are laid out at a time: they stay in cache while tree after tree looks at them. */
const blockRows = 256;
/** The same for the kernel, which deals them out split by split; fewer are scored before it has its trees. */
const kernelRows = 2048;
const fewestByKernel = 500;

/** Calibrated sums as answers: `rows × scoreWidth(task)`. `sums` is used up. */
export function treeAnswers(task: Task, { trees, binding }: BoundTrees, sums: Float64Array): Float64Array {
  const { slope, shift } = binding;
  const units = shift.length;
  if (slope !== 1 || shift.some((each) => each !== 0))
    for (let unit = 0; unit < units; unit += 1)
      for (let at = unit; at < sums.length; at += units) sums[at] = slope * sums[at]! + shift[unit]!;
  if (task.kind !== 'binary') return answersOf(trees, sums);
  const positive = positiveIndex(task);
  const answers = new Float64Array(2 * sums.length);
  for (let row = 0; row < sums.length; row += 1) {
    // The smaller of the two is computed directly, so that a tiny probability keeps its digits.
    const ratio = exp(-Math.abs(sums[row]!));
    const smaller = ratio / (1 + ratio);
    const likely = sums[row]! >= 0 ? positive : 1 - positive;
    answers[2 * row + likely] = 1 - smaller;
    answers[2 * row + 1 - likely] = smaller;
  }
  return answers;
}

/** Raw sums of rows, before calibration. */
export function* treeSums(
  { trees: { trees, outputs }, binding: { features } }: BoundTrees,
  { rows, prepared }: FeatureRows,
): Work<Float64Array> {
  return yield* summing(layOut(trees), outputs, features, rows, prepared);
}

function* summing(
  forest: Forest,
  outputs: number,
  features: BoundTrees['binding']['features'],
  rows: number,
  prepared: Prepared,
): Work<Float64Array> {
  const memory = rows >= fewestByKernel ? treeMemoryOrNone() : undefined;
  if (memory !== undefined) {
    try {
      const adder = addingForest(memory, forest, features.length, outputs, Math.min(rows, kernelRows));
      if (adder !== undefined) return yield* addingBlocks(adder, features, rows, prepared);
    } finally {
      giveTreeMemoryBack(memory);
    }
  }
  const sums = new Float64Array(rows * outputs);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    const cells = new Float64Array((to - from) * features.length);
    writeCells(features, prepared, from, to, cells);
    for (let i = 0; i < cells.length; i += 1) cells[i] = treeNumber(cells[i]!);
    addSums(forest, cells, features.length, outputs, sums.subarray(from * outputs, to * outputs));
    yield to - from;
  }
  return sums;
}

/** The same bits, by the kernel. */
function* addingBlocks(
  { cells, sums, add }: ForestAdder,
  features: BoundTrees['binding']['features'],
  rows: number,
  prepared: Prepared,
): Work<Float64Array> {
  const block = cells.length / features.length;
  const outputs = sums.length / block;
  const all = new Float64Array(rows * outputs);
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block);
    writeCells(features, prepared, from, to, cells, block);
    sums.fill(0);
    add(to - from);
    all.set(sums.subarray(0, (to - from) * outputs), from * outputs);
    yield to - from;
  }
  return all;
}

/** A scorer over trees: prepared columns in, calibrated answers out. */
export function treeScorer(task: Task, bound: BoundTrees): Scorer {
  const { trees, binding } = bound;
  const forest = layOut(trees.trees);
  return {
    input: 'prepared',
    outputs: scoreWidth(task),
    backend: treeBackend,
    *predict({ rows, prepared }): Work<Float64Array> {
      return treeAnswers(
        task,
        bound,
        yield* summing(forest, trees.outputs, binding.features, rows, prepared),
      );
    },
    explain: (sources) => treeExplainer(bound, sources),
    dispose: () => undefined,
  };
}
