import { damagedError } from '../../../errors.ts';
import type { FittedColumn } from '../../../features/spec.ts';
import type { Prepared, PreparedColumn, SparseColumn } from '../../../features/prepared.ts';

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
 * The cells of rows `from` up to `to` as numbers: NaN = missing; of codes also what training did not see. Row by row, or,
 * with a `stride`, column by column: `out[stride · place + row − from]` of the feature at `place`.
 */
export function writeCells(
  features: readonly TreeFeature[],
  prepared: Prepared,
  from: number,
  to: number,
  out: Float64Array,
  stride?: number,
): void {
  const width = features.length;
  const rows = to - from;
  const [ofRow, ofPlace] = stride === undefined ? [width, 1] : [1, stride];
  for (let place = 0; place < width; place += 1) {
    const feature = features[place]!;
    const data = prepared.columns[feature.column];
    if (data === undefined) throw unlike(feature);
    const start = place * ofPlace;
    if (feature.kind === 'codes') {
      if (data.kind !== 'codes') throw unlike(feature);
      for (let row = 0, at = start; row < rows; row += 1, at += ofRow) {
        const code = data.codes[from + row]!;
        out[at] = code < 0 ? NaN : code;
      }
    } else if (data.kind === 'number' || data.kind === 'time') {
      if (ofRow === 1) out.set(data.values.subarray(from, to), start);
      else
        for (let row = 0, at = start; row < rows; row += 1, at += ofRow) out[at] = data.values[from + row]!;
    } else if (data.kind === 'sparse') {
      for (let row = 0, at = start; row < rows; row += 1, at += ofRow) out[at] = 0;
    } else throw unlike(feature);
  }
  for (const [column, places] of placesOf(features)) {
    const data = prepared.columns[column];
    if (data?.kind !== 'sparse') continue;
    for (let row = 0; row < rows; row += 1)
      for (let at = data.starts[from + row]!; at < data.starts[from + row + 1]!; at += 1) {
        const place = places[data.indices[at]!] ?? -1;
        if (place >= 0) out[row * ofRow + place * ofPlace] = data.values[at]!;
      }
  }
}

/** By sparse column, the place of each cell among the features; −1 = none. */
type Places = ReadonlyMap<number, Int32Array>;

/** A model asks with the same features for row after row. */
const knownPlaces = new WeakMap<readonly TreeFeature[], Places>();

function placesOf(features: readonly TreeFeature[]): Places {
  const known = knownPlaces.get(features);
  if (known !== undefined) return known;
  const cells = new Map<number, (readonly [cell: number, place: number])[]>();
  features.forEach(({ column, cell }, place) => {
    if (cell === undefined) return;
    const own = cells.get(column) ?? [];
    own.push([cell, place]);
    cells.set(column, own);
  });
  const places = new Map(
    [...cells].map(([column, own]) => {
      const by = new Int32Array(Math.max(...own.map(([cell]) => cell)) + 1).fill(-1);
      for (const [cell, place] of own) by[cell] = place;
      return [column, by] as const;
    }),
  );
  knownPlaces.set(features, places);
  return places;
}

/** A sparse column by its cells: cell `i` is filled in `rows[k]` by `values[k]` from `starts[i]` up to `starts[i + 1]`. */
interface ByCell {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float32Array;
}

/** Hundreds of cells of one column are asked for, one after the other. */
const knownCells = new WeakMap<SparseColumn, ByCell>();

function byCell(column: SparseColumn): ByCell {
  const known = knownCells.get(column);
  if (known !== undefined) return known;
  const { size, starts: ofRows, indices, values } = column;
  const [from, to] = [ofRows[0] ?? 0, ofRows.at(-1) ?? 0];
  const starts = new Int32Array(size + 1);
  for (let at = from; at < to; at += 1) starts[indices[at]! + 1]! += 1;
  for (let cell = 0; cell < size; cell += 1) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice(0, size);
  const cells = { starts, rows: new Int32Array(to - from), values: new Float32Array(to - from) };
  for (let row = 0; row + 1 < ofRows.length; row += 1)
    for (let at = ofRows[row]!; at < ofRows[row + 1]!; at += 1) {
      const place = next[indices[at]!]!;
      next[indices[at]!] = place + 1;
      cells.rows[place] = row;
      cells.values[place] = values[at]!;
    }
  knownCells.set(column, cells);
  return cells;
}

/** The cells of one feature in all rows, as `writeCells` writes them. */
export function writeFeature(feature: TreeFeature, prepared: Prepared, out: Float64Array): void {
  const data = prepared.columns[feature.column];
  if (data?.kind !== 'sparse' || feature.cell === undefined) {
    writeCells([feature], prepared, 0, prepared.rows, out);
    return;
  }
  const { starts, rows, values } = byCell(data);
  out.fill(0);
  for (let at = starts[feature.cell]!; at < starts[feature.cell + 1]!; at += 1) out[rows[at]!] = values[at]!;
}
