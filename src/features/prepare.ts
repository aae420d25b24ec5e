import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { deriveColumn } from './derived.ts';
import { dataError } from '../errors.ts';
import { withOwn } from './own/columns.ts';
import type { TrainingLabels } from './labels.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { FittedFeatures } from './spec.ts';
import type { StepCell, StepInput } from './transform.ts';

function inputColumn(table: Table, name: string, kind: ColumnKind): Column {
  const column = table.columns.get(name);
  if (column?.kind === kind) return column;
  const problem =
    column === undefined
      ? `column ${name} is absent`
      : `column ${name} is of kind ${column.kind}, expected ${kind}`;
  throw dataError({
    code: 'feature-input',
    message: `The features cannot be computed: ${problem}.`,
    hint: 'Give the columns that the model was trained on, typed by its schema.',
  });
}

/** The inputs of a table by name, and the columns that are made of them, each once. */
function inputsOf(
  { inputs, own, derived = [] }: FittedFeatures,
  given: Table,
): (name: string, kind: ColumnKind) => Column {
  const table = withOwn(given, own);
  if (derived.length === 0) return (name, kind) => inputColumn(table, name, kind);
  const kinds = new Map([...inputs, ...(own?.columns ?? [])].map((input) => [input.name, input.kind]));
  const made = new Map<string, Column>();
  return (name, kind) => {
    const one = derived.find((candidate) => candidate.name === name);
    if (one === undefined) return inputColumn(table, name, kind);
    let column = made.get(name);
    if (column === undefined) {
      const [first, second] = one.of;
      column = deriveColumn(
        one,
        inputColumn(table, first, kinds.get(first) ?? kind),
        inputColumn(table, second, kinds.get(second) ?? kind),
        table.rows,
      );
      made.set(name, column);
    }
    return column;
  };
}

/**
 * The first step of the features: columns → typed, fitted columns (numbers, codes, date parts, sparse counts). Plain
 * numbers are shared with the table, not copied. Each row depends on that row only. Throws a data error where an input
 * is absent or of another kind, a `damaged` error where the fitted features are not what `fit` makes.
 *
 * @param taught Which of the rows taught the features: they must not be told their own labels.
 */
export function prepare(fitted: FittedFeatures, table: Table, taught?: TaughtRows): Prepared {
  const parts = programOf(fitted).prepare;
  const inputOf = inputsOf(fitted, table);
  return {
    rows: table.rows,
    columns: parts.map(({ column, kind, run }, place) => {
      const cells = inputOf(column, kind);
      const told = taught?.by.columns[place];
      return told === undefined || taught === undefined ? run(cells) : told(cells, taught.folds);
    }),
  };
}

/** What the training part taught, by fold: never part of a bundle. */
export interface Taught {
  /** By place of the prepared column; undefined where labels teach nothing. */
  readonly columns: readonly (((column: Column, folds: Int8Array) => PreparedColumn) | undefined)[];
}

/** Which of some rows taught the features: the fold of each in the training part, negative for others. */
export interface TaughtRows {
  readonly by: Taught;
  readonly folds: Int8Array;
}

/**
 * What rows of the training part are told by the labels of other folds. `training` and `labels` are those that the
 * features were fitted on. Null where no transform learns from labels or counts its rows: such features tell a row of
 * the training part what they tell any other.
 */
export function taughtBy(fitted: FittedFeatures, training: Table, labels: TrainingLabels): Taught | null {
  const inputOf = inputsOf(fitted, training);
  const columns = programOf(fitted).prepare.map(({ column, kind, outOfFold }) =>
    outOfFold?.(inputOf(column, kind), labels),
  );
  return columns.every((column) => column === undefined) ? null : { columns };
}

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
