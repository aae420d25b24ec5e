import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import { hexOf } from '../data/cells/hexBytes.ts';
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

/** So many bytes, written by a view on them, as hexadecimal text. */
function written(bytes: number, write: (view: DataView) => void): string {
  const all = new Uint8Array(bytes);
  write(new DataView(all.buffer));
  return hexOf(all);
}

/** A place as int32 and its value as float32, little-endian. */
function writePair(view: DataView, at: number, place: number, value: number): void {
  view.setInt32(at, place, true);
  view.setFloat32(at + 4, value, true);
}

/** A number or time as float64, a code as int32, sparse counts as pairs of place and float32; little-endian. */
function cellBytes(column: PreparedColumn, row: number): string {
  switch (column.kind) {
    case 'number':
    case 'time': {
      const value = column.values[row]!;
      // One bit pattern for every NaN.
      return written(8, (view) => view.setFloat64(0, Number.isNaN(value) ? NaN : value, true));
    }
    case 'codes':
      return written(4, (view) => view.setInt32(0, column.codes[row]!, true));
    case 'sparse': {
      const [from, to] = [column.starts[row]!, column.starts[row + 1]!];
      return written(8 * (to - from), (view) => {
        for (let at = from; at < to; at += 1)
          writePair(view, 8 * (at - from), column.indices[at]!, column.values[at]!);
      });
    }
  }
}

function filledCells({ names, range }: SparseRows, row: number): SeenForm {
  const { indices, values } = range(row, row + 1);
  const cells = Array.from(indices, (place, at) =>
    written(8, (view) => writePair(view, 0, place, values[at]!)),
  );
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

type Inputs = readonly Readonly<Record<string, unknown>>[];

/** What the model sees of each input. Those that have the same columns are one table: a table of one row is mostly its making. */
function seenRows(predictor: Predictor, schema: RowSchema, inputs: Inputs): readonly SeenRow[] {
  const names = schema.columns.map((column) => column.name);
  const alike = new Map<string, { readonly columns: readonly string[]; readonly places: number[] }>();
  for (const [place, input] of inputs.entries()) {
    const columns = names.filter((name) => Object.hasOwn(input, name));
    const key = JSON.stringify(columns);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, { columns, places: [place] });
    else group.places.push(place);
  }
  const seen = new Map<number, SeenRow>();
  for (const { columns, places } of alike.values()) {
    const { table } = tableFromRows(
      places.map((place) => inputs[place]),
      schema,
      columns,
    );
    const views = predictor.viewTable(table);
    for (const [row, place] of places.entries()) seen.set(place, rowOf(views, row));
  }
  return inputs.map((_, place) => seen.get(place)!);
}

/**
 * Sends raw golden inputs through the same predictor that answers requests, one row at a time as a request would.
 * The comparison with what was recorded is packaging's.
 *
 * @throws RangeError when an input is refused: a golden row is valid by construction.
 */
export function replayGolden(predictor: Predictor, schema: RowSchema, inputs: Inputs): GoldenReplay {
  const scores = inputs.map((input) => {
    const checked = predictor.predictRows([input], () => '');
    const [answer] = checked.answers;
    if (answer === undefined)
      throw new RangeError(
        `golden row refused: ${checked.issues[0]?.path ?? ''} ${checked.issues[0]?.message ?? ''}`,
      );
    return answer.scores;
  });
  return { features: seenRows(predictor, schema, inputs), scores };
}
