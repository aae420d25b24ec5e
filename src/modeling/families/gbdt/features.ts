import { damagedError } from '../../../errors.ts';
import type { FittedColumn } from '../../../features/spec.ts';
import type { Prepared, PreparedColumn } from '../../../features/prepared.ts';

/** What a tree may split on: a prepared column, or one cell of a sparse one. */
export interface TreeFeature {
  readonly name: string;
  /** Position of the prepared column. */
  readonly column: number;
  readonly kind: 'number' | 'codes';
  /** Sparse columns: which cell. */
  readonly cell?: number;
}

/** Of a sparse column, so many cells that are filled most often may be split on. */
const mostCells = 256;
/** A cell that fewer rows fill tells nothing that a leaf could hold. */
const leastFilled = 3;

/** Cells of a sparse column that are worth a look, in their order. */
function cellsOf(column: Extract<PreparedColumn, { kind: 'sparse' }>): number[] {
  const filled = new Int32Array(column.size);
  const [from, to] = [column.starts[0] ?? 0, column.starts.at(-1) ?? 0];
  for (let at = from; at < to; at += 1) filled[column.indices[at]!]! += 1;
  const cells = Array.from(filled.keys()).filter((cell) => filled[cell]! >= leastFilled);
  return cells
    .sort((left, right) => filled[right]! - filled[left]! || left - right)
    .slice(0, mostCells)
    .sort((left, right) => left - right);
}

/** The features of prepared columns, in their order. */
export function treeFeatures(columns: readonly FittedColumn[], prepared: Prepared): TreeFeature[] {
  return prepared.columns.flatMap((data, column): TreeFeature[] => {
    const name = columns[column]?.name ?? `column ${column}`;
    switch (data.kind) {
      case 'number':
      case 'time':
        return [{ name, column, kind: 'number' }];
      case 'codes':
        return [{ name, column, kind: 'codes' }];
      case 'sparse':
        return cellsOf(data).map((cell) => ({ name: `${name}:${cell}`, column, kind: 'number', cell }));
    }
  });
}

const unlike = (feature: TreeFeature): Error =>
  damagedError({
    code: 'trees-damaged',
    message: `The trees split on ${feature.name}, which the features of this bundle do not prepare as a ${feature.kind === 'codes' ? 'column of codes' : 'number'}.`,
    hint: 'Train and package the model again.',
  });

/**
 * The cells of rows `from` up to `to` as numbers: NaN = missing; of codes also what training did not see. Writes
 * `out[(row − from) · stride + offset]` of the feature at `offset`.
 */
export function writeCells(
  features: readonly TreeFeature[],
  prepared: Prepared,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const width = features.length;
  const rows = to - from;
  for (let place = 0; place < width; place += 1) {
    const feature = features[place]!;
    const data = prepared.columns[feature.column];
    if (data === undefined) throw unlike(feature);
    if (feature.kind === 'codes') {
      if (data.kind !== 'codes') throw unlike(feature);
      for (let row = 0, at = place; row < rows; row += 1, at += width) {
        const code = data.codes[from + row]!;
        out[at] = code < 0 ? NaN : code;
      }
    } else if (data.kind === 'number' || data.kind === 'time') {
      for (let row = 0, at = place; row < rows; row += 1, at += width) out[at] = data.values[from + row]!;
    } else if (data.kind === 'sparse') {
      for (let row = 0, at = place; row < rows; row += 1, at += width) out[at] = 0;
    } else throw unlike(feature);
  }
  prepared.columns.forEach((data, column) => {
    if (data.kind !== 'sparse') return;
    const places = new Map(
      features.flatMap(({ column: own, cell }, place) =>
        own === column && cell !== undefined ? [[cell, place] as const] : [],
      ),
    );
    for (let row = 0; row < rows; row += 1)
      for (let at = data.starts[from + row]!; at < data.starts[from + row + 1]!; at += 1) {
        const place = places.get(data.indices[at]!);
        if (place !== undefined) out[row * width + place] = data.values[at]!;
      }
  });
}
