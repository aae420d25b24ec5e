import type { Tree } from '../../../modeling/trees/tree.ts';
import { categoricalBit } from '../../../modeling/trees/tree.ts';
import { beside, cast } from '../arithmetic.ts';
import { Inexpressible, numberValue } from '../columns.ts';
import type { GraphColumn } from '../columns.ts';
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

/** How trees that were made elsewhere take a cell. */
export interface ForeignCells {
  /** Cells are rounded to float32 first, and nothing about 0 is 0. */
  readonly single: boolean;
  /** The category that a missing cell is; null: it is in no set. */
  readonly missingCategory: number | null;
}

/** A column as places in a table of categories, and how many it has; what is none of them is `size`, what is missing `size + 1`. */
function placesOf(
  { math }: GraphFeatures,
  column: GraphColumn | undefined,
  sets: readonly Uint32Array[],
  foreign: ForeignCells | null,
): { readonly places: Value; readonly size: number } {
  if (column?.kind === 'codes') return { places: column.value, size: column.size };
  if (column === undefined || foreign === null) throw new TypeError('trees ask for a set of numbers');
  // Numbers that are categories: what is cut towards 0 is one of them.
  const size = foreign.missingCategory ?? 32 * Math.max(...sets.map((words) => words.length));
  const value = numberValue(column);
  const inside = math.where(math.less(value, size), value, size);
  const whole = math.apply('Floor', math.where(math.less(inside, 0), 0, inside));
  const known = math.where(math.greater(value, -1), whole, size);
  return { places: math.asWhole(math.where(math.isMissing(value), size + 1, known)), size };
}

/** Which sets each category is outside of, a column a set. What was not seen is in none, and so is what is missing, unless it is a category. */
function outsideOf(
  features: GraphFeatures,
  column: number,
  sets: readonly Uint32Array[],
  foreign: ForeignCells | null,
): Value {
  const { graph, math, prepared } = features;
  const { places, size } = placesOf(features, prepared[column], sets, foreign);
  const rows = size + 2;
  if (rows * sets.length > mostTableCells)
    throw new Inexpressible(
      `its trees look at ${sets.length} sets of ${size} categories`,
      'take target_mean for the column, or fewer categories',
    );
  const table = new Uint8Array(rows * sets.length).fill(1);
  const fill = (row: number, category: number): void => {
    sets.forEach((words, set) => {
      if (isIn(words, category)) table[row * sets.length + set] = 0;
    });
  };
  for (let code = 0; code < size; code += 1) fill(code, code);
  const missing = foreign?.missingCategory ?? null;
  if (missing !== null) {
    fill(size + 1, missing);
    // A word without a code is missing to a model that was made elsewhere.
    if (prepared[column]?.kind === 'codes') fill(size, missing);
  }
  const dims = [rows, sets.length];
  const flat = graph.op('Squeeze', [places, graph.wholes([1])]);
  const tensor = graph.constant({ type: 'uint8', dims, numbers: table });
  return math.asNumber(graph.op('Gather', [tensor, flat], { axis: 0 }));
}

/** A column that is compared with thresholds. Codes are numbers to a model that was made elsewhere; what has none is missing. */
function comparedOf(
  { graph, math }: GraphFeatures,
  column: GraphColumn,
  foreign: ForeignCells | null,
): Value {
  if (foreign === null) return numberValue(column);
  const value =
    column.kind === 'codes'
      ? math.where(
          graph.op('Less', [column.value, graph.wholes([column.size])]),
          math.asNumber(column.value),
          NaN,
        )
      : numberValue(column);
  return foreign.single ? math.asNumber(cast(graph, value, 'float')) : value;
}

/** Writes the columns that these trees look at. `columns`: the prepared column of each feature. */
export function treeColumns(
  features: GraphFeatures,
  columns: readonly number[],
  trees: readonly Tree[],
  foreign: ForeignCells | null = null,
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
    return comparedOf(features, column, foreign);
  });
  let width = values.length;
  for (const [feature, own] of [...sets].sort(([left], [right]) => left - right)) {
    values.push(outsideOf(features, columns[feature]!, [...own.values()], foreign));
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
