import type { FileHandle } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import { AiengError, dataError, usageError } from '../../errors.ts';
import { literalPath, withConnection } from '../duckdb.ts';
import type { RowsFile, UnreadableColumn } from '../source.ts';
import type { RawEnd } from './rawBytes.ts';
import { openPinned } from './pinnedFile.ts';

/** How the cells of a column are fetched: as doubles (numbers, or ms since 1970 UTC) or as strings. */
export type Carrier = 'number' | 'time' | 'text';

/** A column that a table can hold. */
export interface ParquetColumn {
  readonly name: string;
  /** Place among all columns of the file, unreadable ones too. */
  readonly position: number;
  readonly type: string;
  /** As what the values are fetched where nothing else is asked for. */
  readonly carrier: Carrier;
  /** Can it hold numbers that a double rounds (64-bit integers, long decimals)? */
  readonly wide: boolean;
}

/** What a Parquet file says of itself, and how it is read. */
export interface ParquetFile {
  /** For DuckDB: the file that was opened, whatever takes its name meanwhile. */
  readonly path: string;
  /** Columns in the file, unreadable ones too. */
  readonly width: number;
  readonly columns: readonly ParquetColumn[];
  readonly unreadable: readonly UnreadableColumn[];
  readonly rows: number;
  /** Hashes the file once more in full; refuses where it was written to since it was opened. */
  finish(): Promise<RawEnd>;
  close(): Promise<void>;
}

/** Types of whole numbers. */
export const wholeType = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const wideWhole = /^U?(BIG|HUGE)INT$/;
const floatType = /^(FLOAT|DOUBLE)$/;
const decimalType = /^DECIMAL\((\d+),\d+\)$/;
const timeType = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;
const textType = /^(VARCHAR|UUID|JSON|BOOLEAN|ENUM\(.*)$/;
/** Decimals of so many digits come back from a double as they were. */
const doubleDigits = 15;

function carrierOf(type: string): Carrier | undefined {
  if (timeType.test(type)) return 'time';
  if (floatType.test(type) || decimalType.test(type) || wholeType.test(type)) return 'number';
  return textType.test(type) ? 'text' : undefined;
}

const isWide = (type: string): boolean =>
  wideWhole.test(type) || Number(decimalType.exec(type)?.[1] ?? 0) > doubleDigits;

/** Names of the columns themselves out of a schema listed depth first (a nested column is followed by its parts). */
function topLevelNames(schema: readonly (readonly unknown[])[]): string[] {
  const names: string[] = [];
  // The first entry is the root; `open` counts the entries that nested columns still have to come.
  let open = 0;
  for (const [name, children] of schema.slice(1)) {
    if (open === 0) names.push(String(name));
    else open -= 1;
    open += Number(children ?? 0);
  }
  return names;
}

/** The error for a file that DuckDB gives up on. What DuckDB says is kept as the cause. */
export function damagedParquet({ displayPath }: RowsFile, cause: unknown): Error {
  if (cause instanceof AiengError || !(cause instanceof Error)) throw cause;
  const why = /magic bytes|too small/i.test(cause.message)
    ? 'it is none, or it was cut off'
    : /invalid (string encoding|unicode|utf)|utf-?8/i.test(cause.message)
      ? 'one of its texts is not UTF-8'
      : 'its content does not fit what it says of itself';
  return dataError({
    code: 'parquet-damaged',
    message: `${displayPath}: expected a Parquet file, but it cannot be read as one: ${why}.`,
    hint: 'Write the file again or copy it again; if it is no Parquet, name it by its format (.csv, .ndjson).',
    at: { file: displayPath },
    cause,
  });
}

/** A path that leads to the opened file itself; where the system has none, its name. */
async function pinnedPath(handle: FileHandle, path: string): Promise<string> {
  const own = `/proc/self/fd/${handle.fd}`;
  return access(own).then(
    () => own,
    () => path,
  );
}

function columnsOf(
  described: readonly (readonly unknown[])[],
  names: readonly string[],
): Pick<ParquetFile, 'columns' | 'unreadable'> {
  const columns: ParquetColumn[] = [];
  const unreadable: UnreadableColumn[] = [];
  described.forEach(([given, declared], position) => {
    // The file's own names: DuckDB renames `a` beside `A`.
    const name = names[position] ?? String(given);
    const type = String(declared);
    const carrier = carrierOf(type);
    if (carrier === undefined) unreadable.push({ name, reason: `${shortType(type)} is not a table's cell` });
    else columns.push({ name, position, type, carrier, wide: isWide(type) });
  });
  return { columns, unreadable };
}

const shortType = (type: string): string => (type.length > 40 ? `${type.slice(0, 40)}…` : type);

/**
 * Opens a Parquet file and reads what it says of itself.
 *
 * @throws usage error (exit 2) for what cannot be opened, standard input among it; data error (exit 3) for damage.
 */
export async function openParquetFile(file: RowsFile): Promise<ParquetFile> {
  if (file.path === '-')
    throw usageError({
      code: 'parquet-from-stdin',
      message: 'Parquet cannot be read from standard input: its table of contents stands at its end.',
      hint: 'Write it to a file first, or pipe NDJSON or CSV.',
    });
  const pinned = await openPinned(file);
  try {
    const path = literalPath(await pinnedPath(pinned.handle, file.path));
    const { described, names, rows } = await withConnection(async (connection) => {
      const rowsOf = async (sql: string): Promise<unknown[][]> =>
        (await connection.runAndReadAll(sql, [path])).getRows();
      const [counted] = await rowsOf('SELECT num_rows FROM parquet_file_metadata($1)');
      return {
        described: await rowsOf('DESCRIBE SELECT * FROM read_parquet($1)'),
        names: topLevelNames(await rowsOf('SELECT name, num_children FROM parquet_schema($1)')),
        rows: Number(counted?.[0]),
      };
    });
    return {
      path,
      width: described.length,
      ...columnsOf(described, names),
      rows,
      finish: () => pinned.finish(),
      close: () => pinned.close(),
    };
  } catch (error) {
    await pinned.close();
    throw damagedParquet(file, error);
  }
}
