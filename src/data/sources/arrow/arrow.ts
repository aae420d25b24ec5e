import { AiengError, dataError, usageError } from '../../../errors.ts';
import type { OpenedSource, RowsFile, UnreadableColumn } from '../../source.ts';
import type { PinnedFile } from '../pinnedFile.ts';
import { openPinned } from '../pinnedFile.ts';
import { noRows } from '../selection.ts';
import type { TypedGroup } from '../typed/group.ts';
import { groupedSource } from '../typed/groupedSource.ts';
import { nameTaken, requireReadable } from '../typed/readable.ts';
import { BadArrow } from './flatTable.ts';
import type { FlatTable } from './flatTable.ts';
import type { Contents, Message } from './messages.ts';
import { ArrowBytes, contentsOf } from './messages.ts';
import type { ArrowField } from './schema.ts';
import { fieldsOf } from './schema.ts';
import { unpackBuffer, unpackerOf } from './unpack.ts';
import type { NamedValues, Values } from './vectors.ts';
import { BatchParts } from './vectors.ts';

/** An opened file. */
interface Opened {
  readonly bytes: ArrowBytes;
  readonly contents: Contents;
  readonly fields: readonly ArrowField[];
  readonly names: readonly string[];
  readonly unreadable: readonly UnreadableColumn[];
}

/** What goes wrong in reading as the error of the file. */
function fault({ displayPath }: RowsFile, cause: unknown): unknown {
  if (cause instanceof AiengError || !(cause instanceof BadArrow || cause instanceof RangeError))
    return cause;
  const why = cause instanceof BadArrow ? cause.message : 'its content does not fit what it says of itself';
  return dataError({
    code: 'arrow-damaged',
    message: `${displayPath}: expected an Arrow file (Feather version 2), but it cannot be read as one: ${why}.`,
    hint: 'Write the file again or copy it again, or write it as Parquet.',
    at: { file: displayPath },
    cause,
  });
}

/** Names of the columns that are cells, and the others with what they are. */
function columnsOf(fields: readonly ArrowField[]): Pick<Opened, 'names' | 'unreadable'> {
  const names: string[] = [];
  const unreadable: UnreadableColumn[] = [];
  const add = (field: ArrowField, prefix: string): void => {
    const name = prefix + field.name;
    if (field.type.kind === 'struct' && field.dictionary === null)
      for (const child of field.children) add(child, `${name}.`);
    else if (field.type.kind === 'other' || field.type.kind === 'struct')
      unreadable.push({
        name,
        reason: `${field.type.kind === 'other' ? field.type.called : 'a struct'} is not a table's cell`,
      });
    else if (names.includes(name)) unreadable.push({ name, reason: nameTaken });
    else names.push(name);
  };
  for (const field of fields) add(field, '');
  return { names, unreadable };
}

/** A batch of rows, or the values of a dictionary, which are one column of such a batch. */
interface ReadBatch {
  readonly rows: number;
  readonly columns: readonly NamedValues[];
}

async function readBatch(
  bytes: ArrowBytes,
  { bodyAt, bodyBytes }: Message,
  batch: FlatTable | undefined,
  fields: readonly ArrowField[],
  dictionaries: ReadonlyMap<number, Values>,
): Promise<ReadBatch> {
  if (batch === undefined) throw new BadArrow('a batch without content');
  const rows = batch.long(0);
  // A column takes at least a bit a row, but for one of nothing.
  if (!(rows >= 0 && rows <= 8 * bodyBytes + (1 << 20))) throw new BadArrow('a batch of absurdly many rows');
  const body = await bytes.read(bodyAt, bodyBytes);
  const compression = batch.table(3);
  const unpack = compression === undefined ? undefined : await unpackerOf(compression.byte(0));
  const buffers = batch.longs(2, 2).map(([at = 0, length = 0]) => {
    if (!(at >= 0 && length >= 0 && at + length <= body.length))
      throw new BadArrow('a buffer out of its batch');
    const buffer = body.subarray(at, at + length);
    return unpack === undefined ? buffer : unpackBuffer(buffer, unpack);
  });
  const views = batch.longs(4, 1).map(([count = 0]) => count);
  const parts = new BatchParts(batch.longs(1, 2), buffers, views, dictionaries);
  return { rows, columns: fields.flatMap((field) => parts.take(field)) };
}

/** Fields that are dictionaries, by their id; nested ones too. */
function dictionaryFields(fields: readonly ArrowField[]): ReadonlyMap<number, ArrowField> {
  const found = new Map<number, ArrowField>();
  const look = (field: ArrowField): void => {
    if (field.dictionary !== null) found.set(field.dictionary.id, { ...field, dictionary: null });
    field.children.forEach(look);
  };
  fields.forEach(look);
  return found;
}

/** Keeps what dictionaries say; a later message may add to one, or take its place. */
class Dictionaries {
  readonly values = new Map<number, Values>();
  readonly #sizes = new Map<number, number>();
  readonly #fields: ReadonlyMap<number, ArrowField>;

  constructor(fields: readonly ArrowField[]) {
    this.#fields = dictionaryFields(fields);
  }

  async take(bytes: ArrowBytes, message: Message): Promise<void> {
    const id = message.header.long(0);
    const field = this.#fields.get(id);
    if (field === undefined || field.type.kind === 'other' || field.type.kind === 'struct') return;
    const { rows, columns } = await readBatch(bytes, message, message.header.table(1), [field], this.values);
    const own = columns[0]?.values;
    if (own === undefined) return;
    // Values are read once: rows name them again and again.
    const read = Array.from({ length: rows }, (_, at) => own(at));
    const before = message.header.byte(2) === 1 ? this.values.get(id) : undefined;
    const size = before === undefined ? 0 : (this.#sizes.get(id) ?? 0);
    this.#sizes.set(id, size + rows);
    this.values.set(id, (at) => {
      if (before !== undefined && at < size) return before(at);
      const value = read[at - size];
      if (value === undefined) throw new BadArrow('a value that its dictionary lacks');
      return value;
    });
  }
}

/** Batches of rows as groups, cut to size. */
async function* groups(file: RowsFile, opened: Opened): AsyncGenerator<TypedGroup, void, void> {
  const { bytes, contents, fields, names } = opened;
  const dictionaries = new Dictionaries(fields);
  let before = 0;
  try {
    for await (const message of contents.messages()) {
      if (message.kind === 'dictionary') await dictionaries.take(bytes, message);
      if (message.kind !== 'batch') continue;
      const { rows, columns } = await readBatch(bytes, message, message.header, fields, dictionaries.values);
      const byName = new Map(columns.map(({ name, values }) => [name, values]));
      const values = names.map((name) => byName.get(name)!);
      for (let from = 0; from < rows; from += file.batchRows) {
        const first = before + from;
        yield {
          rows: Math.min(file.batchRows, rows - from),
          place: (row) => first + row + 1,
          cell: (column, row) => values[column]!(from + row),
        };
      }
      before += rows;
    }
  } catch (cause) {
    throw fault(file, cause);
  }
}

async function openFile(pinned: PinnedFile, file: RowsFile): Promise<Opened> {
  const { displayPath } = file;
  if (pinned.bytes === 0) throw noRows(displayPath, 'empty');
  const bytes = new ArrowBytes(pinned.handle, pinned.bytes);
  const start = (await bytes.read(0, Math.min(4, pinned.bytes))).toString('latin1');
  if (start === 'FEA1')
    throw dataError({
      code: 'feather-version-1',
      message: `${displayPath}: it is Feather of version 1, which nobody writes any more.`,
      hint: 'Write it again, in Python: `feather.write_feather(feather.read_table("old.feather"), "new.feather")`; or as Parquet.',
      at: { file: displayPath },
    });
  const contents = await contentsOf(bytes);
  const fields = fieldsOf(contents.schema);
  return { bytes, contents, fields, ...columnsOf(fields) };
}

/** Typing may be what meets the damage: values are read where they lie. */
function guarded<Result>(file: RowsFile, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw fault(file, cause);
  }
}

/**
 * An Arrow file (Feather version 2) or stream, plain or packed with LZ4 or Zstandard; one batch of it is in memory at a
 * time. Lines of rejections are row numbers from 1.
 */
export async function openArrow(file: RowsFile): Promise<OpenedSource> {
  if (file.path === '-')
    throw usageError({
      code: 'arrow-from-stdin',
      message: 'Arrow cannot be read from standard input: it is read by place.',
      hint: 'Write it to a file first, or pipe NDJSON or CSV.',
    });
  const pinned = await openPinned(file);
  try {
    const opened = await openFile(pinned, file);
    const { names, unreadable } = opened;
    const source = groupedSource({
      file,
      pinned,
      names,
      groups: () => groups(file, opened),
      guarded: (read) => guarded(file, read),
    });
    return {
      header: { names, unreadable, dialect: file.dialect },
      ...source,
      batches: async function* (plan) {
        requireReadable(file, unreadable, plan);
        return yield* source.batches(plan);
      },
    };
  } catch (cause) {
    await pinned.close();
    throw fault(file, cause);
  }
}
