import type { Column, ColumnKind, Table } from '../../data/columns.ts';
import { dataError, usageError } from '../../errors.ts';
import { cellReader, columnOf, rowsAtOnce, saysOf, shown } from '../../ownCells.ts';
import type { Cells } from '../../ownCells.ts';
import type { FittedOwn } from '../spec.ts';
import { loadedCode } from './loaded.ts';
import type { LoadedCode, LoadedTransform } from './loaded.ts';

/** A row that a team's own transform refuses, and why. */
export interface RefusedRow {
  readonly row: number;
  readonly transform: string;
  readonly message: string;
}

/** What own transforms make of a table. A refused row is missing in every column. */
export interface OwnColumns {
  readonly columns: ReadonlyMap<string, Column>;
  /** By row, ascending, each once. */
  readonly refused: readonly RefusedRow[];
}

type OwnColumn = FittedOwn['columns'][number];

const expectedOf = (kind: ColumnKind): string =>
  kind === 'number' || kind === 'time' ? 'a finite number or null' : 'text or null';

function isCell(kind: ColumnKind, value: unknown): value is string | number | null {
  if (value === null) return true;
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  // As far as a Date reaches.
  if (kind === 'time') return typeof value === 'number' && Math.abs(value) <= 8.64e15;
  return typeof value === 'string';
}

/** Rows of a table as a transform sees them. */
export function cellsOf(table: Table, inputs: LoadedTransform['inputs']): (row: number) => Cells {
  const readers = inputs.map(({ name, kind }) => {
    const column = table.columns.get(name);
    if (column?.kind === kind) return [name, cellReader(column)] as const;
    throw dataError({
      code: 'feature-input',
      message: `The features cannot be computed: column ${name} is ${column === undefined ? 'absent' : `of kind ${column.kind}, expected ${kind}`}.`,
      hint: 'Give the columns that the model was trained on, typed by its schema.',
    });
  });
  return (row) => Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
}

/** The code of fitted features. Throws where nobody let it be loaded: that is asked by who opens a bundle. */
export function requireCode(digest: string): LoadedCode {
  const code = loadedCode(digest);
  if (code !== undefined) return code;
  throw usageError({
    code: 'code-not-allowed',
    message: `The features need a team's own code (${digest.slice(0, 12)}) that was not loaded here.`,
    hint: 'Add `--allow-code` to the command if you trust who made the bundle.',
  });
}

/** The cells that one transform makes, row by row; `refuse` is told of each row for which it does not. */
function cellsMade(
  { within }: LoadedCode,
  { apply }: Pick<LoadedTransform, 'apply'>,
  { name, kind, inputs, state }: OwnColumn,
  table: Table,
  refuse: (refused: RefusedRow) => void,
): readonly (string | number | null)[] {
  const cells = new Array<string | number | null>(table.rows).fill(null);
  const rowOf = cellsOf(table, inputs);
  const one = (row: number): void => {
    const made = apply(rowOf(row), state);
    if (isCell(kind, made)) cells[row] = typeof made === 'number' ? made + 0 : made;
    else
      refuse({ row, transform: name, message: `${name} gave ${shown(made)}, expected ${expectedOf(kind)}` });
  };
  let row = 0;
  while (row < table.rows) {
    const end = Math.min(table.rows, row + rowsAtOnce);
    try {
      within(() => {
        for (; row < end; row += 1) one(row);
      });
    } catch (error) {
      refuse({ row, transform: name, message: `${name} failed: ${saysOf(error)}` });
      row += 1;
    }
  }
  return cells;
}

function made(own: FittedOwn, table: Table): OwnColumns {
  const code = requireCode(own.code);
  const refused = new Map<number, RefusedRow>();
  const columns = new Map<string, Column>();
  for (const column of own.columns) {
    const transform = code.transforms.find(({ name }) => name === column.name);
    if (transform === undefined)
      throw new TypeError(`the code of the features has no transform ${column.name}`);
    const cells = cellsMade(code, transform, column, table, (one) => {
      if (!refused.has(one.row)) refused.set(one.row, one);
    });
    columns.set(column.name, columnOf(column.kind, cells));
  }
  return { columns, refused: [...refused.values()].sort((left, right) => left.row - right.row) };
}

/** Tables are immutable: what was made of one stays right as long as it lives, and is asked for by several. */
const known = new WeakMap<Table, Map<FittedOwn, OwnColumns>>();

/** What a team's own transforms make of a table, and the rows that they refuse. */
export function ownColumns(own: FittedOwn, table: Table): OwnColumns {
  const ofTable = known.get(table) ?? new Map<FittedOwn, OwnColumns>();
  known.set(table, ofTable);
  const before = ofTable.get(own);
  if (before !== undefined) return before;
  const columns = made(own, table);
  ofTable.set(own, columns);
  return columns;
}

/** `row 3: charges_per_month gave NaN, expected …` */
export const refusedWords = ({ row, message }: RefusedRow): string => `row ${row + 1}: ${message}`;

/**
 * The table with these columns behind its own.
 *
 * @throws data error `transform-refused` where a row is refused: whoever may leave rows out asks `ownColumns` before.
 */
export function withOwn(table: Table, own: FittedOwn | undefined): Table {
  if (own === undefined) return table;
  const { columns, refused } = ownColumns(own, table);
  const [first] = refused;
  if (first !== undefined)
    throw dataError({
      code: 'transform-refused',
      message: `${refused.length} of ${table.rows} rows are refused by own transforms: ${refusedWords(first)}.`,
      hint: 'Let the transform answer null where it knows nothing, or mend the rows.',
    });
  return { rows: table.rows, columns: new Map([...table.columns, ...columns]) };
}
