import { programOf } from './program.ts';
import type { FittedFeatures } from './spec.ts';

/** Which column of the table each prepared column, and each cell of a dense row, comes from. */
export interface ColumnSources {
  /** Columns of the table that give features, in the order of the features. */
  readonly columns: readonly string[];
  /** By prepared column its place in `columns`. */
  readonly ofPrepared: Int32Array;
  /** By cell of a dense row its place in `columns`. */
  readonly ofCell: Int32Array;
  /** By cell of a sparse row its place in `columns`. */
  readonly ofSparse: Int32Array;
}

/** What is said of pieces (categories, parts of a date, words) belongs to the column that a person knows. */
export function columnSources(fitted: FittedFeatures): ColumnSources {
  const columns = [...new Set(fitted.prepared.map(({ column }) => column))];
  const places = new Map(columns.map((column, place) => [column, place]));
  const ofPrepared = Int32Array.from(fitted.prepared, ({ column }) => places.get(column)!);
  const byName = new Map(fitted.prepared.map(({ name }, at) => [name, ofPrepared[at]!]));
  const ofCell = new Int32Array(programOf(fitted).names.length);
  let cell = 0;
  for (const { from, outputs } of fitted.encoded) {
    ofCell.fill(byName.get(from)!, cell, cell + outputs.length);
    cell += outputs.length;
  }
  return { columns, ofPrepared, ofCell, ofSparse: sparseSources(fitted, ofPrepared) };
}

function sparseSources(fitted: FittedFeatures, ofPrepared: Int32Array): Int32Array {
  const { dense, wide, width } = programOf(fitted).sparse;
  const ofSparse = new Int32Array(width);
  const parts = [...dense, ...wide.map(({ from, size }) => ({ from, width: size }))];
  let cell = 0;
  for (const part of parts) {
    ofSparse.fill(ofPrepared[part.from]!, cell, cell + part.width);
    cell += part.width;
  }
  return ofSparse;
}
