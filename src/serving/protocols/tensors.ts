import { isIssue } from '../../data/cells/cell.ts';
import { isJsonObject, JsonNumber, scalarText } from '../../data/cells/json.ts';
import { exampleCell } from '../../data/cells/jsonSchema.ts';
import { exactInteger, parseNumber } from '../../data/cells/numbers.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { badField } from '../problem.ts';

/** Datatypes of the Open Inference Protocol V2. */
export type Datatype =
  | 'BOOL'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** What an element becomes as a cell, or undefined where it is not of its datatype. */
type Element = (value: unknown) => unknown;

/** Whole numbers exactly, whatever their size: as a double where it holds them, else as a bigint. */
const whole =
  (low: bigint, high: bigint): Element =>
  (value) => {
    const integer = exactInteger(value);
    if (integer === undefined || integer < low || integer > high) return undefined;
    const double = Number(integer);
    return Number.isSafeInteger(double) ? double : integer;
  };
const signed = (bits: bigint): Element => whole(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n);
const unsigned = (bits: bigint): Element => whole(0n, 2n ** bits - 1n);

/**
 * Floats by their value, not their spelling: `1.0` is 1. What no double holds stays as it is written, for the grammar of
 * its column to refuse.
 */
const float: Element = (value) => {
  const spelling = typeof value === 'number' || value instanceof JsonNumber ? scalarText(value) : undefined;
  if (spelling === undefined) return undefined;
  const double = parseNumber(spelling);
  if (isIssue(double)) return value;
  return Number.isInteger(double) && !Number.isSafeInteger(double) ? BigInt(double) : double;
};

/** How an element of each datatype is read from JSON. */
const elements: Readonly<Record<Datatype, Element>> = {
  BOOL: (value) => (typeof value === 'boolean' ? value : undefined),
  INT8: signed(8n),
  INT16: signed(16n),
  INT32: signed(32n),
  INT64: signed(64n),
  UINT8: unsigned(8n),
  UINT16: unsigned(16n),
  UINT32: unsigned(32n),
  UINT64: unsigned(64n),
  FP16: float,
  FP32: float,
  FP64: float,
  BYTES: (value) => (typeof value === 'string' ? value : undefined),
};

/** Every datatype that a request may name. */
export const datatypes: readonly string[] = Object.keys(elements);

const isDatatype = (value: unknown): value is Datatype =>
  typeof value === 'string' && Object.hasOwn(elements, value);

/** The datatype that metadata names for a column. */
export function datatypeOf(column: ColumnSchema): Datatype {
  if (column.type === 'number') return 'FP64';
  if (column.type === 'integer') return 'INT64';
  return column.type === 'boolean' ? 'BOOL' : 'BYTES';
}

/** An example of a column as an element of the tensor that metadata names. */
export function exampleElement(column: ColumnSchema, schema: RowSchema): string | number | boolean {
  const example = exampleCell(column, schema);
  return datatypeOf(column) === 'BYTES' ? String(example) : example;
}

/** One column of a request: a cell a row, null = missing. */
export interface InputTensor {
  readonly name: string;
  readonly values: readonly unknown[];
}

function flatten(data: readonly unknown[], depth: number, path: string): readonly unknown[] {
  if (!data.some(Array.isArray)) return data;
  if (depth <= 1) throw badField(path, 'nested deeper than its shape');
  return data.flatMap((member: unknown) => {
    if (!Array.isArray(member)) throw badField(path, 'mixes lists and values');
    const items: readonly unknown[] = member;
    return flatten(items, depth - 1, path);
  });
}

function readShape(shape: unknown, path: string): readonly number[] {
  const isDimension = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31;
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isDimension))
    throw badField(path, 'expected a list of dimensions such as [2] or [2, 1]');
  const dimensions: readonly number[] = shape;
  if (dimensions.slice(1).some((size) => size !== 1))
    throw badField(path, `expected one value a row ([rows] or [rows, 1]), got [${dimensions.join(', ')}]`);
  return dimensions;
}

/**
 * One element of a request's `inputs`: `{name, shape, datatype, data}`, the data flat or nested in row-major order.
 *
 * @throws RequestProblem 400 with the place of what is wrong.
 */
export function readTensor(value: unknown, path: string): InputTensor {
  if (!isJsonObject(value)) throw badField(path, 'expected {name, shape, datatype, data}');
  const { name, shape, datatype, data } = value;
  if (typeof name !== 'string') throw badField(`${path}/name`, 'expected a column name');
  const dimensions = readShape(shape, `${path}/shape`);
  if (!isDatatype(datatype)) throw badField(`${path}/datatype`, `expected one of ${datatypes.join(', ')}`);
  if (!Array.isArray(data)) throw badField(`${path}/data`, 'expected a list');
  const values = flatten(data, dimensions.length, `${path}/data`);
  const rows = dimensions[0] ?? 0;
  if (values.length !== rows)
    throw badField(`${path}/data`, `expected ${rows} values as its shape says, got ${values.length}`);
  const element = elements[datatype];
  const read = values.map((value) => (value === null ? null : element(value)));
  const bad = read.indexOf(undefined);
  if (bad !== -1) throw badField(`${path}/data/${bad}`, `expected ${datatype}, got another type or range`);
  return { name, values: read };
}
