import { isPlainName, nameAmong } from '../../data/cells/composed.ts';
import { isJsonObject } from '../../data/cells/json.ts';
import type { RowReading } from '../../data/rows.ts';
import { badField, badRequest } from '../problem.ts';

/** Rows of an MLflow request, how their values are written, and where each row stands in its body. */
export interface Frame {
  readonly way: NonNullable<RowReading['way']>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly pointer: (row: number) => string;
}

/** The ways to write rows; a request has one of them. */
export const frameKinds = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

type Columns = readonly string[];

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The known columns of an object, each with what stands there: MLflow's contract ignores the others. */
function known(
  object: Readonly<Record<string, unknown>>,
  columns: Columns,
): readonly (readonly [name: string, value: unknown])[] {
  return columns.flatMap((name) => {
    if (Object.hasOwn(object, name)) return [[name, object[name]] as const];
    const key = isPlainName(name) ? undefined : nameAmong(Object.keys(object), name);
    return key === undefined ? [] : [[name, object[key]] as const];
  });
}

const pick = (row: Readonly<Record<string, unknown>>, columns: Columns): Readonly<Record<string, unknown>> =>
  Object.fromEntries(known(row, columns));

function positional(cells: readonly unknown[], names: Columns, columns: Columns, path: string) {
  if (cells.length !== names.length)
    throw badField(
      path,
      `expected ${names.length} values (${names.slice(0, 5).join(', ')}, …), got ${cells.length}`,
    );
  return pick(Object.fromEntries(names.map((name, index) => [name, cells[index]])), columns);
}

function readSplit(value: unknown, columns: Columns): Frame {
  const path = '/dataframe_split';
  if (!isJsonObject(value)) throw badField(path, 'expected {"columns": […], "data": [[…], …]}');
  const { columns: names, data } = value;
  if (!isList(names) || !names.every((name) => typeof name === 'string'))
    throw badField(`${path}/columns`, 'expected a list of column names');
  if (new Set(names).size !== names.length) throw badField(`${path}/columns`, 'a column comes twice');
  if (!isList(data)) throw badField(`${path}/data`, 'expected a list of rows');
  const rows = data.map((cells, row) => {
    if (!isList(cells)) throw badField(`${path}/data/${row}`, 'expected a list of values');
    return positional(cells, names, columns, `${path}/data/${row}`);
  });
  return { way: 'json', rows, pointer: (row) => `${path}/data/${row}` };
}

/** Rows as objects, or as lists of values in the order of the model's inputs where these are given. */
function readList(list: readonly unknown[], path: string, columns: Columns, inputs: Columns | null): Frame {
  const rows = list.map((member, row) => {
    if (isJsonObject(member)) return pick(member, columns);
    if (isList(member) && inputs !== null) return positional(member, inputs, inputs, `${path}/${row}`);
    throw badField(`${path}/${row}`, 'expected an object with the row’s columns');
  });
  return { way: 'json', rows, pointer: (row) => `${path}/${row}` };
}

/** `{column: [values]}`; a single value stands for a list of one. */
function readColumnar(value: Readonly<Record<string, unknown>>, columns: Columns): Frame {
  const lists = known(value, columns).map(
    ([name, given]) => [name, isList(given) ? given : [given]] as const,
  );
  const rows = lists[0]?.[1].length ?? 0;
  const uneven = lists.find(([, list]) => list.length !== rows);
  if (uneven !== undefined)
    throw badField('/inputs', `"${uneven[0]}" has ${uneven[1].length} values, others ${rows}`);
  // A body without any known column is one empty row, so that the row check names what is missing.
  return {
    way: 'json',
    rows: Array.from({ length: lists.length === 0 ? 1 : rows }, (_, row) =>
      Object.fromEntries(lists.map(([name, list]) => [name, list[row]])),
    ),
    pointer: (row) => `/inputs/${row}`,
  };
}

/**
 * The JSON body of `/invocations`, with these columns of its rows: exactly one of `dataframe_split`, `dataframe_records`, `instances`, `inputs`
 * (and `params`, which no model of ours has and which is ignored).
 *
 * @throws RequestProblem 400 with the place of what is wrong.
 */
export function readFrame(
  body: unknown,
  inputs: readonly { readonly name: string }[],
  columns: readonly string[],
): Frame {
  const expected = `Expected exactly one of ${frameKinds.join(', ')}`;
  if (!isJsonObject(body)) throw badRequest(`${expected} in a JSON object.`);
  const given = frameKinds.filter((kind) => Object.hasOwn(body, kind));
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw badRequest(`${expected}, got ${given.length === 0 ? 'none' : given.join(' and ')}.`);
  const value = body[kind];
  if (kind === 'dataframe_split') return readSplit(value, columns);
  const order = kind === 'dataframe_records' ? null : inputs.map(({ name }) => name);
  if (isList(value)) return readList(value, `/${kind}`, columns, order);
  if (kind === 'inputs' && isJsonObject(value)) return readColumnar(value, columns);
  throw badField(`/${kind}`, 'expected a list of rows');
}
