import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { dataError } from '../errors.ts';
import { compileChain } from './chain.ts';
import { damagedState } from './params.ts';
import type { FeatureMatrix, FittedFeatures } from './spec.ts';
import type { Write } from './transform.ts';

interface Part {
  readonly column: string;
  readonly kind: ColumnKind;
  readonly offset: number;
  readonly write: Write;
}

interface Program {
  readonly names: readonly string[];
  readonly parts: readonly Part[];
}

/** Fitted features are immutable plain data, so what was compiled of them stays right as long as they live. */
const programs = new WeakMap<FittedFeatures, Program>();

function compile(fitted: FittedFeatures): Program {
  const parts: Part[] = [];
  const names: string[] = [];
  for (const { column, kind, steps, outputs } of fitted.features) {
    const chain = compileChain(steps, { name: column, kind });
    if (chain.outputs.length !== outputs.length)
      throw damagedState(`${column} has ${outputs.length} output names for ${chain.outputs.length} outputs`);
    parts.push({ column, kind, offset: names.length, write: chain.write });
    names.push(...outputs);
  }
  return { names, parts };
}

/** The features as code. Throws a `damaged` error for what `fit` would not have made. */
export function programOf(fitted: FittedFeatures): Program {
  const known = programs.get(fitted);
  if (known !== undefined) return known;
  const program = compile(fitted);
  programs.set(fitted, program);
  return program;
}

function inputColumn(table: Table, { column: name, kind }: Part): Column {
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

/** Float32 cells of a block of rows: 128 KB, so that a block stays in cache while its columns are written. */
const blockCells = 32_768;

/** The rows from `from` up to `to` of a column; typed arrays are shared, not copied. */
function slice(column: Column, from: number, to: number): Column {
  switch (column.kind) {
    case 'number':
    case 'time':
      return { kind: column.kind, values: column.values.subarray(from, to) };
    case 'category':
      return { kind: 'category', codes: column.codes.subarray(from, to), dictionary: column.dictionary };
    case 'text':
      return { kind: 'text', values: column.values.slice(from, to) };
  }
}

/**
 * Columns → features: `rows × outputs` row-major, float32, all finite. The one path of training, batch, service (with
 * one row) and browser; each row's features depend on that row only. Throws a data error where an input is absent or of
 * another kind, a `damaged` error where the fitted features are not what `fit` makes.
 */
export function apply(fitted: FittedFeatures, table: Table): FeatureMatrix {
  const { names, parts } = programOf(fitted);
  const { rows } = table;
  const width = names.length;
  const dense = new Float32Array(rows * width);
  const columns = parts.map((part) => inputColumn(table, part));
  const blockRows = Math.max(64, Math.floor(blockCells / width));
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(from + blockRows, rows);
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i]!;
      const column = columns[i]!;
      part.write(
        to - from === rows ? column : slice(column, from, to),
        dense,
        from * width + part.offset,
        width,
      );
    }
  }
  return { rows, names, dense };
}

/** Names of the outputs, in the order of a feature row's cells. */
export function outputNames(fitted: FittedFeatures): readonly string[] {
  return fitted.features.flatMap((feature) => feature.outputs);
}
