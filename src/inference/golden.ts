import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import type { PreparedColumn } from '../features/prepared.ts';
import type { SparseRows } from '../features/sparseRows.ts';
import type { ModelView, Predictor } from './predictor.ts';

/** What golden rows give here and now, one entry a row. */
export interface GoldenReplay {
  readonly features: readonly SeenRow[];
  readonly scores: readonly (readonly number[])[];
}

/**
 * One row as a model sees it: its block of numbers, or in hexadecimal the bytes of each prepared column, or of each cell
 * that is not zero (its place as int32, its value as float32).
 */
type SeenForm =
  | Float32Array
  | { readonly names: readonly string[]; readonly cells: readonly string[]; readonly sparse?: true };

/** In the form that a model takes; a blend in each of its members' forms. */
export type SeenRow = SeenForm | readonly SeenForm[];

/** A number or time as float64, a code as int32, sparse counts as pairs of place and float32; little-endian. */
function cellBytes(column: PreparedColumn, row: number): string {
  switch (column.kind) {
    case 'number':
    case 'time': {
      const bytes = Buffer.alloc(8);
      // One bit pattern for every NaN.
      bytes.writeDoubleLE(Number.isNaN(column.values[row]!) ? NaN : column.values[row]!);
      return bytes.toString('hex');
    }
    case 'codes': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(column.codes[row]!);
      return bytes.toString('hex');
    }
    case 'sparse': {
      const [from, to] = [column.starts[row]!, column.starts[row + 1]!];
      const bytes = Buffer.alloc(8 * (to - from));
      for (let at = from; at < to; at += 1) {
        bytes.writeInt32LE(column.indices[at]!, 8 * (at - from));
        bytes.writeFloatLE(column.values[at]!, 8 * (at - from) + 4);
      }
      return bytes.toString('hex');
    }
  }
}

function filledCells({ names, range }: SparseRows, row: number): SeenForm {
  const { indices, values } = range(row, row + 1);
  const cells = Array.from(indices, (place, at) => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(place, 0);
    bytes.writeFloatLE(values[at]!, 4);
    return bytes.toString('hex');
  });
  return { names: Array.from(indices, (place) => names[place]!), cells, sparse: true };
}

function formOf(view: ModelView, row: number): SeenForm {
  if (view.form === 'sparse') return filledCells(view.sparse, row);
  if (view.form === 'prepared')
    return { names: view.names, cells: view.prepared.columns.map((column) => cellBytes(column, row)) };
  const width = view.matrix.names.length;
  return view.matrix.dense.slice(row * width, (row + 1) * width);
}

function rowOf(views: readonly ModelView[], row: number): SeenRow {
  const [only, ...others] = views.map((view) => formOf(view, row));
  return only !== undefined && others.length === 0
    ? only
    : [...(only === undefined ? [] : [only]), ...others];
}

/**
 * Sends raw golden inputs through the same predictor that answers requests, one row at a time as a request would.
 * The comparison with what was recorded is packaging's.
 *
 * @throws RangeError when an input is refused: a golden row is valid by construction.
 */
export function replayGolden(
  predictor: Predictor,
  schema: RowSchema,
  inputs: readonly Readonly<Record<string, unknown>>[],
): GoldenReplay {
  const names = schema.columns.map((column) => column.name);
  const features: SeenRow[] = [];
  const scores: (readonly number[])[] = [];
  for (const input of inputs) {
    const checked = predictor.predictRows([input], () => '');
    const [answer] = checked.answers;
    if (answer === undefined)
      throw new RangeError(
        `golden row refused: ${checked.issues[0]?.path ?? ''} ${checked.issues[0]?.message ?? ''}`,
      );
    const { table } = tableFromRows(
      [input],
      schema,
      names.filter((name) => Object.hasOwn(input, name)),
    );
    features.push(rowOf(predictor.viewTable(table), 0));
    scores.push(answer.scores);
  }
  return { features, scores };
}
