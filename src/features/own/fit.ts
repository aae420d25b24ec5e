import type { Table } from '../../data/columns.ts';
import { takeRows } from '../../data/columns.ts';
import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { FittedOwn, Plain } from '../spec.ts';
import { isUnheard, saysOf } from '../../ownCells.ts';
import type { Cells } from '../../ownCells.ts';
import { cellsOf, ownColumns, requireCode } from './columns.ts';
import type { LoadedCode, LoadedTransform } from './loaded.ts';

/** Rows of the training part by which it is looked whether a transform is a function of its row. */
const rowsLookedAt = 500;
const deepest = 32;

const failed = (name: string, what: string, hint: string): AiengError =>
  usageError({ code: 'transform-failed', message: `Transform ${name}: ${what}.`, hint });

/** What `fit` gave, as plain JSON of our own, frozen: `apply` must not change it from row to row. */
function plainOf(name: string, value: unknown, at = 'its result', depth = 0): Plain {
  if (depth > deepest)
    throw failed(name, `fit gives ${at} deeper than ${deepest} levels`, 'Give less deep JSON.');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  if (Array.isArray(value))
    return Object.freeze(
      Array.from(value, (item, place) => plainOf(name, item, `${at}[${place}]`, depth + 1)),
    );
  if (typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]')
    return Object.freeze(
      Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, plainOf(name, item, `${at}.${key}`, depth + 1)]),
      ),
    );
  const what = isUnheard(value) ? 'a promise' : Object.prototype.toString.call(value);
  throw failed(
    name,
    `fit gives ${at} as ${typeof value === 'number' ? String(value) : what}, which JSON cannot hold`,
    'Give numbers that are finite, text, true, false, null, lists and plain objects: the bundle keeps them.',
  );
}

function checkInputs({ name, inputs }: LoadedTransform, table: Table, allowed: readonly string[]): void {
  if (table.columns.has(name))
    throw failed(name, 'the data has a column of that name already', 'Give the transform another name.');
  for (const { name: column, kind } of inputs) {
    if (!allowed.includes(column))
      throw failed(
        name,
        `it reads a column ${column} that ${table.columns.has(column) ? 'a model must not see (the label, an id, or what is known while training only)' : 'the data does not have'}`,
        `Columns to choose from: ${allowed.join(', ')}.`,
      );
    const found = table.columns.get(column)?.kind;
    if (found !== kind)
      throw failed(
        name,
        `it reads ${column} as ${kind}, and the row schema has it as ${found ?? 'nothing'}`,
        `Write inputs: { ${column}: '${found ?? kind}' }.`,
      );
  }
}

function stateOf({ within }: LoadedCode, { name, fit, inputs }: LoadedTransform, table: Table): Plain {
  if (fit === null) return null;
  const rowOf = cellsOf(table, inputs);
  const rows: Iterable<Cells> = {
    *[Symbol.iterator]() {
      for (let row = 0; row < table.rows; row += 1) yield rowOf(row);
    },
  };
  try {
    return plainOf(
      name,
      within(() => fit(rows)),
    );
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error) throw error;
    throw failed(
      name,
      `fit failed: ${saysOf(error)}`,
      'Mend it; `testTransform` runs it on rows of your own.',
    );
  }
}

/** The same rows in another order, and again: what is a function of the row gives the same cells. */
function checkPure(own: FittedOwn, table: Table): void {
  const count = Math.min(table.rows, rowsLookedAt);
  const first = Int32Array.from({ length: count }, (_, row) => row);
  const forwards = ownColumns(own, takeRows(table, first));
  const backwards = ownColumns(own, takeRows(table, first.toReversed()));
  const refusedBy = (refused: readonly { readonly row: number }[]): Set<number> =>
    new Set(refused.map(({ row }) => row));
  const [refused, again] = [refusedBy(forwards.refused), refusedBy(backwards.refused)];
  for (const { name, inputs } of own.columns) {
    const read = (columns: typeof forwards.columns): ((row: number) => Cells) =>
      cellsOf({ rows: count, columns }, [{ name, kind: columns.get(name)!.kind }]);
    const [left, right] = [read(forwards.columns), read(backwards.columns)];
    for (let row = 0; row < count; row += 1) {
      const other = count - 1 - row;
      if (refused.has(row) === again.has(other) && Object.is(left(row)[name], right(other)[name])) continue;
      throw usageError({
        code: 'transform-impure',
        message: `Transform ${name} gives ${String(left(row)[name])} for a row, and ${String(right(other)[name])} for the same row when rows come in another order: ${JSON.stringify(cellsOf(table, inputs)(row)).slice(0, 200)}.`,
        hint: 'Let apply depend on its row and on what fit gave, and keep nothing from one row to the next.',
      });
    }
  }
}

/**
 * Fits a team's own transforms on the training part.
 *
 * @param digest of their code, which was loaded
 * @param allowed columns that they may read
 * @throws usage error where a transform reads what is not there, fails, or is no function of its row
 */
export function fitOwn(digest: string, table: Table, allowed: readonly string[]): FittedOwn {
  const code = requireCode(digest);
  const columns = code.transforms.map((transform) => {
    checkInputs(transform, table, allowed);
    const { name, inputs, output } = transform;
    return { name, inputs, kind: output, state: stateOf(code, transform, table) };
  });
  const own = { code: digest, columns };
  checkPure(own, table);
  return own;
}
