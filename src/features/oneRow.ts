import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { inputsOf } from './prepare.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { FittedFeatures } from './spec.ts';
import type { StepCell, StepInput } from './transform.ts';

/** A typed column of one row. */
function columnOf(kind: ColumnKind, cell: StepCell): Column {
  switch (kind) {
    case 'number':
    case 'time':
      return { kind, values: Float64Array.of(typeof cell === 'number' ? cell : Number.NaN) };
    case 'text':
      return { kind, values: [typeof cell === 'string' ? cell : null] };
    case 'category':
      return typeof cell === 'string'
        ? { kind, codes: Int32Array.of(0), dictionary: [cell] }
        : { kind, codes: Int32Array.of(-1), dictionary: [] };
  }
}

/** Where one cell is put for every row that comes. Null for what has several cells a row. */
function slotOf({ kind, size = 0 }: StepInput): {
  readonly column: PreparedColumn;
  readonly cells: Float64Array | Int32Array;
} | null {
  if (kind === 'number' || kind === 'time') {
    const values = new Float64Array(1);
    return { column: { kind, values }, cells: values };
  }
  if (kind !== 'codes') return null;
  const codes = new Int32Array(1);
  return { column: { kind, codes, size }, cells: codes };
}

/** Prepares one column of a row. */
type Preparing = (cells: readonly StepCell[], inputOf: () => ReturnType<typeof inputsOf>) => PreparedColumn;

/**
 * `prepare` for one row after the other: a step's form for one cell where every step of a column has one, else `map` on a
 * column of one row. What it gives is written over at the next call.
 *
 * @param names Names of the cells that are given, the features' inputs among them.
 */
export function preparingOne(
  fitted: FittedFeatures,
  names: readonly string[],
): (cells: readonly StepCell[]) => Prepared {
  const places = new Map(names.map((name, at) => [name, at]));
  const parts = programOf(fitted).prepare.map(({ column, kind, run, cell, made }): Preparing => {
    const place = places.get(column);
    const slot = slotOf(made);
    // What is made of other columns has no place of its own.
    if (place === undefined || cell === undefined || slot === null)
      return (_cells, inputOf) => run(inputOf()(column, kind));
    const isNumber = kind === 'number' || kind === 'time';
    return (cells) => {
      const given = cells[place] ?? null;
      const value = cell(isNumber && typeof given !== 'number' ? Number.NaN : given);
      slot.cells[0] = typeof value === 'number' ? value : Number.NaN;
      return slot.column;
    };
  });
  return (cells) => {
    let inputOf: ReturnType<typeof inputsOf> | undefined;
    const made = (): ReturnType<typeof inputsOf> => (inputOf ??= inputsOf(fitted, oneRowTable()));
    const oneRowTable = (): Table => ({
      rows: 1,
      columns: new Map(
        fitted.inputs.flatMap(({ name, kind }) => {
          const place = places.get(name);
          return place === undefined ? [] : [[name, columnOf(kind, cells[place] ?? null)] as const];
        }),
      ),
    });
    return { rows: 1, columns: parts.map((part) => part(cells, made)) };
  };
}
