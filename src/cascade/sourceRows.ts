import type { Table } from '../data/columns.ts';
import { broughtColumns } from '../data/history/schema.ts';
import type { GatheredRows } from '../data/openRows.ts';
import { gatherRows } from '../data/openRows.ts';
import { readParquet } from '../data/parquet.ts';
import { decodeQuarantine } from '../data/quarantine.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Increment, Snapshot } from '../data/snapshot.ts';
import type { Rejection, RowsFile, RowsRead } from '../data/source.ts';
import { AiengError } from '../errors.ts';
import { wholeRows } from '../project/inputs.ts';
import { heedInterruption, inPieces, readSoFar } from '../project/interruption.ts';
import { adding, passedBy } from './increment.ts';
import type { NewFiles } from './newFiles.ts';
import { accountOfAll, nothingRead, onlyFresh } from './newFiles.ts';
import type { Tools } from './stage.ts';

/** What of the tools of a stage reading uses. */
export type Reading = Pick<Tools, 'signal' | 'progress'>;

/** A source, the contract of its rows, and the snapshot that they may be added to. */
export interface SourceOfRows {
  readonly source: RowsFile;
  readonly schema: RowSchema;
  /** Personal columns that nothing uses: they are not read. */
  readonly notKept: readonly string[];
  /** Columns that identify a row. */
  readonly rowId: readonly string[];
  /** null = everything is read. */
  readonly parent: Snapshot | null;
  /** Of several files, those that the parent does not have; null where it is not about files. */
  readonly newFiles: NewFiles | null;
  /** The rows, where they were read already. */
  readonly gathered: GatheredRows | null;
}

/** The rows of a snapshot, and how they came together. */
export interface SourceRows {
  readonly table: Table;
  readonly rejections: readonly Rejection[];
  /** The account of what was read: all of the source, or what is new in it. */
  readonly read: RowsRead;
  /** Rejections of that reading. */
  readonly refused: readonly Rejection[];
  /** What was added to which snapshot; null = everything was read. */
  readonly added: { readonly parent: Snapshot; readonly increment: Increment } | null;
}

/** Every row of a source, typed by the schema; what was refused; and the account of it. */
export function readSource(
  { source, schema, notKept }: Pick<SourceOfRows, 'source' | 'schema' | 'notKept'>,
  tools: Reading,
): Promise<GatheredRows> {
  const plan = wholeRows(schema, notKept);
  return gatherRows(
    source,
    () => plan,
    async (done, share) => {
      await heedInterruption(tools);
      tools.progress(readSoFar({ label: 'ingest', detail: 'rows read' }, done, share));
    },
  );
}

const whole = ({ table, rejections, read }: GatheredRows): SourceRows => ({
  table,
  rejections,
  read,
  refused: rejections,
  added: null,
});

/** The source, to be read from where the cursor stood when the snapshot was made. */
function goingOn(source: RowsFile, { source: before }: Snapshot): RowsFile | null {
  const { access } = source;
  const stood = before?.cursor;
  if (access === undefined || stood === undefined) return null;
  return { ...source, access: { ...access, cursor: { column: stood.column, from: stood.last } } };
}

/** What is new in a source, added to the snapshot before; null where that would leave rows out. */
async function addNew(
  { source, schema, notKept, rowId, newFiles }: SourceOfRows,
  parent: Snapshot,
  tools: Tools,
): Promise<SourceRows | null> {
  const later = newFiles === null ? goingOn(source, parent) : onlyFresh(source, newFiles);
  if (later === null) return null;
  const none = { table: { rows: 0, columns: new Map() }, rejections: [], read: nothingRead(source, parent) };
  const { table, rejections, read } =
    newFiles?.fresh.length === 0
      ? none
      : await readSource({ source: later, schema, notKept }, tools).catch((error: unknown) => {
          // Files that hold nothing are no fault beside others that hold rows.
          if (newFiles !== null && error instanceof AiengError && error.code === 'source-empty') return none;
          throw error;
        });
  const { store } = tools;
  const { quarantine } = parent;
  const before = {
    table: await readParquet(await store.path(parent.parquet), {
      ...schema,
      columns: broughtColumns(schema).filter(({ name }) => !notKept.includes(name)),
    }),
    rejections: quarantine === undefined ? [] : decodeQuarantine(await store.get(quarantine)),
  };
  const told = { label: 'ingest', detail: 'rows compared with the snapshot before', total: 0 };
  const merged = await inPieces(tools, told, adding(before, { table, rejections }, rowId));
  const late =
    newFiles === null
      ? passedBy(read.cursor?.rows ?? 0, parent.source?.cursor?.rows ?? 0, merged)
      : -newFiles.gone;
  if (late > 0) {
    tools.progress({
      kind: 'warning',
      message: `${source.displayPath}: ${late} ${late === 1 ? 'row' : 'rows'} came late, below where the cursor stood: everything is read.`,
    });
    return null;
  }
  const { added, changed, repeated } = merged;
  const increment = { read: read.records, added, changed, repeated, gone: -late };
  return {
    table: merged.table,
    rejections: merged.rejections,
    read: newFiles === null ? read : accountOfAll(newFiles, read),
    refused: rejections,
    added: { parent, increment },
  };
}

/** The rows of a source: all of them, or those of the snapshot before with what is new. */
export async function sourceRows(given: SourceOfRows, tools: Tools): Promise<SourceRows> {
  const { parent, gathered } = given;
  const added = parent === null ? null : await addNew(given, parent, tools);
  return added ?? whole(gathered ?? (await readSource(given, tools)));
}
