import type { ColumnSchema } from '../../data/schema.ts';
import { badField } from '../problem.ts';
import { isJsonObject } from '../jsonText.ts';

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

type Check = (value: unknown) => boolean;

const whole =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
const float: Check = (value) => typeof value === 'number';

/** What an element of each datatype looks like in JSON. Infinity (from `1e400`) is left to the row check. */
const checks: Readonly<Record<Datatype, Check>> = {
  BOOL: (value) => typeof value === 'boolean',
  INT8: whole(-(2 ** 7), 2 ** 7 - 1),
  INT16: whole(-(2 ** 15), 2 ** 15 - 1),
  INT32: whole(-(2 ** 31), 2 ** 31 - 1),
  INT64: whole(-(2 ** 63), 2 ** 63),
  UINT8: whole(0, 2 ** 8 - 1),
  UINT16: whole(0, 2 ** 16 - 1),
  UINT32: whole(0, 2 ** 32 - 1),
  UINT64: whole(0, 2 ** 64),
  FP16: float,
  FP32: float,
  FP64: float,
  BYTES: (value) => typeof value === 'string',
};

const isDatatype = (value: unknown): value is Datatype =>
  typeof value === 'string' && Object.hasOwn(checks, value);

/** The datatype that metadata names for a column. */
export function datatypeOf(column: ColumnSchema): Datatype {
  if (column.type === 'number') return 'FP64';
  if (column.type === 'integer') return 'INT64';
  return column.type === 'boolean' ? 'BOOL' : 'BYTES';
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
  const isDimension = (value: unknown): value is number => whole(0, 2 ** 31)(value);
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
  if (!isDatatype(datatype))
    throw badField(`${path}/datatype`, `expected one of ${Object.keys(checks).join(', ')}`);
  if (!Array.isArray(data)) throw badField(`${path}/data`, 'expected a list');
  const values = flatten(data, dimensions.length, `${path}/data`);
  const rows = dimensions[0] ?? 0;
  if (values.length !== rows)
    throw badField(`${path}/data`, `expected ${rows} values as its shape says, got ${values.length}`);
  const check = checks[datatype];
  const bad = values.findIndex((element) => element !== null && !check(element));
  if (bad !== -1) throw badField(`${path}/data/${bad}`, `expected ${datatype}, got another type or range`);
  return { name, values };
}
