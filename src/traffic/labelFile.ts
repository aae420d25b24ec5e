import { cellValue } from '../data/columns.ts';
import type { Table } from '../data/columns.ts';
import type { Dialect } from '../data/dialect.ts';
import { undeclaredRows } from '../data/dialect.ts';
import { openRows } from '../data/openRows.ts';
import { rowIds } from '../data/rowId.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { columnSchema } from '../data/schema.ts';
import { toldOf } from '../data/told.ts';
import { AiengError, dataError } from '../errors.ts';
import type { GivenLabel, LabelDoor } from './join.ts';

/** A file of labels, and what the bundle says of its columns. */
export interface LabelFile {
  /** Absolute. */
  readonly path: string;
  /** As the user wrote it. */
  readonly shown: string;
  readonly schema: RowSchema;
  /** Column of the outcome. */
  readonly label: string;
  /** Columns that identify a row; may be none. */
  readonly rowId: readonly string[];
  /** What is said of how it is written; the rest is found out. */
  readonly dialect?: Partial<Dialect>;
  /** When the file is read, ms since 1970 UTC: its labels came now. */
  readonly now: number;
}

/** Column of the time at which an outcome was known. */
export const timeColumn = 'label_time';

/** Which columns of the file say what. */
interface Columns {
  /** `id`: of a prediction, else of a row. */
  readonly id: boolean;
  /** The pipeline's row_id columns are all there. */
  readonly row: boolean;
  readonly time: boolean;
}

function findColumns(header: readonly string[], { shown, label, rowId }: LabelFile): Columns {
  const there = new Set(header);
  const row = rowId.length > 0 && rowId.every((name) => there.has(name));
  // A column `id` that is one of several that identify a row does not by itself.
  const id = there.has('id') && label !== 'id' && !(row && rowId.length > 1 && rowId.includes('id'));
  const wanted = rowId.length === 0 ? '"id"' : `"id" or ${rowId.map((name) => `"${name}"`).join(' and ')}`;
  if ((id || row) && there.has(label))
    return {
      id,
      row: row && !id,
      time: there.has(timeColumn) && label !== timeColumn && !rowId.includes(timeColumn),
    };
  throw dataError({
    code: 'label-file-column',
    message: `${shown} has no column ${there.has(label) ? `of ids (${wanted})` : `"${label}"`}; it has ${header.join(', ')}.`,
    hint: `A file of labels has the outcome in "${label}" and ids of predictions or rows in ${wanted}.${rowId.length > 0 ? '' : ' Where a column of your rows identifies them, name it in the pipeline (row_id: customer_id) and train again: from then on labels are matched by it.'}`,
    at: { file: shown, line: 1 },
  });
}

const textColumn = (name: string): ColumnSchema => ({
  name,
  kind: 'text',
  type: 'string',
  nullable: true,
  required: false,
  closed: false,
});

/** How the outcome is read: words as they are spelled, to be matched with the classes; numbers and booleans as declared. */
function labelColumn(schema: RowSchema, label: string): ColumnSchema {
  const declared = columnSchema(schema, label);
  if (declared === undefined || (declared.kind === 'category' && declared.type !== 'boolean'))
    return {
      ...textColumn(label),
      ...(declared?.missing === undefined ? {} : { missing: declared.missing }),
      ...(declared?.merge === undefined ? {} : { merge: declared.merge }),
    };
  return { ...declared, nullable: true, required: false, closed: false };
}

function fileSchema({ schema, label, rowId }: LabelFile, { id, row, time }: Columns): RowSchema {
  const ids = row ? rowId.map((name) => columnSchema(schema, name) ?? textColumn(name)) : [];
  return {
    missing: schema.missing,
    columns: [
      ...(id ? [textColumn('id')] : []),
      ...ids.map((column) => ({ ...column, nullable: true, required: false, closed: false })),
      labelColumn(schema, label),
      ...(time ? [{ ...textColumn(timeColumn), kind: 'time' as const }] : []),
    ],
  };
}

/** Ids of a batch of rows; null where a row names none. */
function idsOf(table: Table, { rowId }: LabelFile, { id }: Columns): (string | null)[] {
  if (id) {
    const column = table.columns.get('id')!;
    return Array.from({ length: table.rows }, (_, row) => {
      const cell = cellValue(column, row);
      return cell === null ? null : String(cell);
    });
  }
  const columns = rowId.map((name) => table.columns.get(name)!);
  const whole = rowIds(table, { rowIdColumns: rowId, featureColumns: [] });
  return whole.map((text, row) => (columns.every((column) => cellValue(column, row) === null) ? null : text));
}

interface Gathered {
  readonly labels: GivenLabel[];
  readonly unusable: { reason: string; id: string }[];
  blank: number;
}

function gather(table: Table, file: LabelFile, columns: Columns, into: Gathered): void {
  const ids = idsOf(table, file, columns);
  const outcomes = table.columns.get(file.label)!;
  const times = table.columns.get(timeColumn);
  for (let row = 0; row < table.rows; row += 1) {
    const [id, label] = [ids[row] ?? null, cellValue(outcomes, row)];
    if (label === null) into.blank += 1;
    else if (id === null) into.unusable.push({ reason: 'no id', id: '' });
    else {
      const time = times?.kind === 'time' ? times.values[row]! : Number.NaN;
      into.labels.push({ id, label, at: file.now, ...(Number.isNaN(time) ? {} : { time }) });
    }
  }
}

/**
 * Labels that come as a file (CSV, NDJSON, Parquet): the outcome, ids, and perhaps `label_time`. Ids stand in `id` (of a
 * prediction, else of a row, as the answers have them) or in the pipeline's row_id columns. A row without an outcome is
 * no label yet; a record that is none at all is counted with its reason.
 *
 * @throws data error (exit 3) where the outcome or the ids have no column.
 */
export async function readLabelFile(file: LabelFile): Promise<LabelDoor> {
  const gathered: Gathered = { labels: [], unusable: [], blank: 0 };
  const rows = {
    path: file.path,
    displayPath: file.shown,
    dialect: undeclaredRows(file.path, file.dialect),
    // Only who names the file on the command line has flags for it.
    declarable: file.dialect === undefined ? false : ('flags' as const),
    expects: [file.label, 'id', timeColumn, ...file.rowId],
    batchRows: 65_536,
  };
  let told: readonly string[] = [];
  let columns: Columns = { id: false, row: false, time: false };
  const parts = openRows(rows, ({ names }) => {
    columns = findColumns(names, file);
    const schema = fileSchema(file, columns);
    return { schema, required: [], optional: schema.columns.map(({ name }) => name) };
  });
  try {
    for await (const part of parts) {
      if (part.kind === 'read') {
        told = toldOf(part, [file.label, 'id', timeColumn, ...file.rowId]);
        break;
      }
      gather(part.table, file, columns, gathered);
      for (const { reason, column, line } of part.rejections)
        gathered.unusable.push({
          reason: column === undefined ? reason : `${column}: ${reason}`,
          id: `line ${line}`,
        });
    }
  } catch (error) {
    // A header and no row: no outcome is known yet.
    if (!(error instanceof AiengError) || error.code !== 'source-without-rows') throw error;
  }
  return { door: 'file', source: file.shown, ...gathered, ...(told.length === 0 ? {} : { told }) };
}
