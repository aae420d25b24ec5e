import type { Tree } from '../../../modeling/trees/tree.ts';
import { categoricalBit } from '../../../modeling/trees/tree.ts';
import { beside } from '../arithmetic.ts';
import { Inexpressible, numberValue } from '../columns.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';

/** Cells of a table of categories by sets, at most: each is a byte of the file. */
const mostTableCells = 2 ** 27;

/** What trees split on, as columns beside each other: numbers as they are, and of each set of categories whether a row is outside of it. */
export interface TreeColumns {
  /** The place of the column that a split looks at. */
  readonly placeOf: (tree: Tree, split: number) => number;
  /** All of them, `rows × columns`, float64. */
  readonly value: Value;
}

/** The categories that a split sends left, as bits. */
function setOf({ threshold, catBoundaries, catThreshold }: Tree, split: number): Uint32Array {
  const set = Math.trunc(threshold[split]!);
  return catThreshold.subarray(catBoundaries[set], catBoundaries[set + 1]);
}

const isIn = (words: Uint32Array, category: number): boolean =>
  (((words[category >>> 5] ?? 0) >>> (category & 31)) & 1) === 1;

/** Which sets each code is outside of, a column a set. What is missing or was not seen is in none. */
function outsideOf(
  { graph, math, prepared }: GraphFeatures,
  column: number,
  sets: readonly Uint32Array[],
): Value {
  const codes = prepared[column];
  if (codes?.kind !== 'codes') throw new TypeError('trees ask for a set of numbers');
  const rows = codes.size + 2;
  if (rows * sets.length > mostTableCells)
    throw new Inexpressible(
      `its trees look at ${sets.length} sets of ${codes.size} categories`,
      'take target_mean for the column, or fewer categories',
    );
  const table = new Uint8Array(rows * sets.length).fill(1);
  for (let code = 0; code < codes.size; code += 1)
    sets.forEach((words, set) => {
      if (isIn(words, code)) table[code * sets.length + set] = 0;
    });
  const dims = [rows, sets.length];
  const places = graph.op('Squeeze', [codes.value, graph.wholes([1])]);
  const tensor = graph.constant({ type: 'uint8', dims, numbers: table });
  return math.asNumber(graph.op('Gather', [tensor, places], { axis: 0 }));
}

/** Writes the columns that these trees look at. `columns`: the prepared column of each feature. */
export function treeColumns(
  features: GraphFeatures,
  columns: readonly number[],
  trees: readonly Tree[],
): TreeColumns {
  const numbers = new Set<number>();
  const sets = new Map<number, Map<string, Uint32Array>>();
  for (const tree of trees)
    tree.splitFeature.forEach((feature, split) => {
      if ((tree.decision[split]! & categoricalBit) === 0) numbers.add(feature);
      else {
        const own = sets.get(feature) ?? new Map<string, Uint32Array>();
        const words = setOf(tree, split);
        sets.set(feature, own.set(words.join(' '), words));
      }
    });
  const numberAt = new Map(
    [...numbers].sort((left, right) => left - right).map((feature, at) => [feature, at]),
  );
  const setAt = new Map<number, ReadonlyMap<string, number>>();
  const values = [...numberAt.keys()].map((feature) => {
    const column = features.prepared[columns[feature]!];
    if (column === undefined) throw new TypeError('trees split on what is not written');
    return numberValue(column);
  });
  let width = values.length;
  for (const [feature, own] of [...sets].sort(([left], [right]) => left - right)) {
    values.push(outsideOf(features, columns[feature]!, [...own.values()]));
    setAt.set(feature, new Map([...own.keys()].map((key, at) => [key, width + at])));
    width += own.size;
  }
  if (values.length === 0)
    throw new Inexpressible('its trees never split: it answers every row alike', 'write the number down');
  return {
    placeOf: (tree, split) => {
      const feature = tree.splitFeature[split]!;
      return (tree.decision[split]! & categoricalBit) === 0
        ? numberAt.get(feature)!
        : setAt.get(feature)!.get(setOf(tree, split).join(' '))!;
    },
    value: beside(features.graph, values),
  };
}
