import { categorical, missingLeft, numericZero } from '../../../trees/forest.ts';
import type { Forest } from '../../../trees/forest.ts';
import { zeroBound } from '../../../trees/tree.ts';
import type { Doubles, TreeMemory } from './memory.ts';

/** A forest in the kernel's memory, with room for a block of rows. */
export interface ForestAdder {
  /** Cells column by column, each as long as a block of rows. */
  readonly cells: Doubles;
  readonly sums: Doubles;
  /** Adds the trees to the sums of the first so many rows: the same bits as `addSums`. */
  readonly add: (rows: number) => void;
}

/** 32-bit words of a node, as `kernel/trees.ts` reads them. */
const nodeWords = 8;
const inSet = 2;

/** Lays a forest out for the kernel; undefined where it has splits that take 0 for missing, which the kernel does not know. */
export function addingForest(
  memory: TreeMemory,
  forest: Forest,
  width: number,
  outputs: number,
  blockRows: number,
): ForestAdder | undefined {
  const { kind, threshold, feature, left, right, setStart, setWords } = forest;
  if (kind.some((each) => (each & 3) === numericZero)) return undefined;
  const nodes = memory.rowNumbers(nodeWords * kind.length);
  const thresholds = new Float64Array(nodes.buffer, nodes.byteOffset, nodes.length / 2);
  for (let node = 0; node < kind.length; node += 1) {
    const own = kind[node]! & 3;
    // NaN that is no kind of its own is 0.
    const isLeft =
      own === 0 ? threshold[node]! >= 0 : own !== categorical && (kind[node]! & missingLeft) !== 0;
    const flags = (isLeft ? 1 : 0) | (own === categorical ? inSet : 0);
    const at = nodeWords * node;
    thresholds[at / 2] = threshold[node]!;
    nodes[at + 2] = 8 * blockRows * feature[node]!;
    nodes[at + 3] = flags;
    nodes[at + 4] = left[node]!;
    nodes[at + 5] = right[node]!;
    nodes[at + 6] = setStart[node]!;
    nodes[at + 7] = setWords[node]!;
  }
  const kept = (values: Int32Array | Uint32Array): number => {
    const copy = memory.rowNumbers(values.length);
    copy.set(values);
    return copy.byteOffset;
  };
  const words = kept(forest.words);
  const roots = kept(forest.roots);
  const values = memory.doubles(forest.leafValue.length);
  values.set(forest.leafValue);
  const cells = memory.doubles(blockRows * width);
  const sums = memory.doubles(blockRows * outputs);
  const order = memory.rowNumbers(blockRows);
  const spare = memory.rowNumbers(blockRows);
  const stack = memory.rowNumbers(3 * (kind.length + 1));
  return {
    cells,
    sums,
    add: (rows) => {
      memory.countUp(order.subarray(0, rows));
      memory.kernel.settle(cells.byteOffset, cells.length, zeroBound, Number.MAX_VALUE);
      memory.kernel.addForest(
        nodes.byteOffset,
        words,
        values.byteOffset,
        roots,
        forest.trees,
        outputs,
        cells.byteOffset,
        8,
        rows,
        sums.byteOffset,
        order.byteOffset,
        spare.byteOffset,
        stack.byteOffset,
      );
    },
  };
}
