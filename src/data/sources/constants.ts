import { dataError } from '../../errors.ts';
import type { Cell } from '../cells/cell.ts';
import { isIssue } from '../cells/cell.ts';
import { cellParser } from '../cells/parser.ts';
import type { Column } from '../columns.ts';
import type { ColumnSchema } from '../schema.ts';
import { columnSchema } from '../schema.ts';
import type { Batch, Constant, OpenedSource, ReadPlan, RowsFile, WordBatch } from '../source.ts';

/** A column that has one value in every row. */
function filled({ kind }: ColumnSchema, cell: Cell, rows: number): Column {
  if (kind === 'number' || kind === 'time')
    return { kind, values: new Float64Array(rows).fill(typeof cell === 'number' ? cell : Number.NaN) };
  if (kind === 'text')
    return { kind, values: new Array<string | null>(rows).fill(typeof cell === 'string' ? cell : null) };
  return typeof cell === 'string'
    ? { kind, codes: new Int32Array(rows), dictionary: [cell] }
    : { kind, codes: new Int32Array(rows).fill(-1), dictionary: [] };
}

interface TypedConstant {
  readonly schema: ColumnSchema;
  readonly cell: Cell;
}

function typed(
  { displayPath }: RowsFile,
  { name, value }: Constant,
  { schema, optional }: ReadPlan,
): TypedConstant {
  const declared = columnSchema(schema, name);
  if (declared === undefined) throw new RangeError(`the schema has no column ${name}`);
  const column = optional.includes(name) ? { ...declared, nullable: true } : declared;
  const cell = cellParser(column, schema).text(value ?? '');
  if (!isIssue(cell)) return { schema: column, cell };
  throw dataError({
    code: 'partition-value',
    message: `${displayPath}: the folder ${JSON.stringify(`${name}=${value ?? ''}`)} does not fit the column ${JSON.stringify(name)}: ${cell.issue}.`,
    hint: 'Rename the folder, or make the column a category in the row schema.',
    at: { file: displayPath },
  });
}

/** Columns in the order that they were asked for, whatever file the rows came from. */
function inOrder(
  columns: ReadonlyMap<string, Column>,
  { required, optional }: ReadPlan,
): Map<string, Column> {
  const ordered = new Map<string, Column>();
  for (const name of [...required, ...optional]) {
    const column = columns.get(name);
    if (column !== undefined) ordered.set(name, column);
  }
  return ordered;
}

function withColumns(batch: Batch, constants: readonly TypedConstant[], plan: ReadPlan): Batch {
  const { rows } = batch.table;
  const columns = new Map(batch.table.columns);
  for (const { schema, cell } of constants) columns.set(schema.name, filled(schema, cell, rows));
  return { ...batch, table: { rows, columns: inOrder(columns, plan) } };
}

function withWords(batch: WordBatch, constants: readonly Constant[]): WordBatch {
  const columns = new Map(batch.columns);
  for (const { name, value } of constants)
    columns.set(name, { codes: new Int32Array(batch.rows), words: [value ?? ''], forms: 'text' });
  return { ...batch, columns };
}

/** Hands on what a generator gives, changed, and what it returns. */
async function* changed<Part, End>(
  parts: AsyncGenerator<Part, End, void>,
  change: (part: Part) => Part,
): AsyncGenerator<Part, End, void> {
  try {
    for (;;) {
      const next = await parts.next();
      if (next.done === true) return next.value;
      yield change(next.value);
    }
  } finally {
    await parts.return(undefined as never);
  }
}

/** An opened file with the columns that its folders give beside its own; they win over columns of one name in the file. */
export function withConstants(source: OpenedSource, file: RowsFile): OpenedSource {
  const { constants = [] } = file;
  if (constants.length === 0) return source;
  const given = new Set(constants.map(({ name }) => name));
  const isOwn = (name: string): boolean => !given.has(name);
  return {
    ...source,
    header: {
      ...source.header,
      names: [...source.header.names.filter(isOwn), ...given],
    },
    batches: async function* (plan) {
      const wanted = constants.filter(
        ({ name }) => plan.required.includes(name) || plan.optional.includes(name),
      );
      const cells = wanted.map((constant) => typed(file, constant, plan));
      const own = { ...plan, required: plan.required.filter(isOwn), optional: plan.optional.filter(isOwn) };
      const end = yield* changed(source.batches(own), (batch) => withColumns(batch, cells, plan));
      const unknown = constants.filter(({ name }) => columnSchema(plan.schema, name) === undefined);
      return {
        ...end,
        unknownColumns: [
          ...end.unknownColumns.filter(({ name }) => isOwn(name)),
          ...unknown.map(({ name }) => ({ name, records: end.records })),
        ],
      };
    },
    words: () => changed(source.words(), (batch) => withWords(batch, constants)),
  };
}
