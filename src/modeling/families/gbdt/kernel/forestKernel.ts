import { categorical, missingLeft, numericZero } from '../../../trees/forest.ts';
import type { Forest } from '../../../trees/forest.ts';
import type { Doubles, TreeMemory } from './memory.ts';

/** A forest in the kernel's memory, with room for a block of rows. */
export interface ForestAdder {
  /** Rows of cells, as trees see them (`treeNumber`). */
  readonly cells: Doubles;
  readonly sums: Doubles;
  /** Adds the trees to the sums of the first so many rows: the same bits as `addSums`. */
  add(rows: number): void;
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
    const rest = [8 * feature[node]!, flags, left[node]!, right[node]!, setStart[node]!, setWords[node]!];
    thresholds[(nodeWords / 2) * node] = threshold[node]!;
    nodes.set(rest, nodeWords * node + 2);
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
  return {
    cells,
    sums,
    add: (rows) => {
      memory.kernel.addForest(
        nodes.byteOffset,
        words,
        values.byteOffset,
        roots,
        forest.trees,
        outputs,
        cells.byteOffset,
        8 * width,
        rows,
        sums.byteOffset,
      );
    },
  };
}
