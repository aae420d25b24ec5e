import type { FileHandle } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import { AiengError, dataError, usageError } from '../../../errors.ts';
import { literalPath, withConnection } from '../../duckdb.ts';
import type { RowsFile, UnreadableColumn } from '../../source.ts';
import type { RawEnd } from '../rawBytes.ts';
import type { DescribedColumn, ParquetColumn } from './parquetColumns.ts';
import { readableColumns, topLevelNames } from './parquetColumns.ts';
import type { PinnedFile } from '../pinnedFile.ts';
import { openPinned } from '../pinnedFile.ts';

/** What a Parquet file says of itself, and how it is read. */
export interface ParquetFile {
  /** For DuckDB: the file that was opened, whatever takes its name meanwhile. */
  readonly path: string;
  /** What of the file is read, as the source of a query whose columns are `p0`, `p1`, …. */
  readonly from: string;
  readonly columns: readonly ParquetColumn[];
  readonly unreadable: readonly UnreadableColumn[];
  /** Bytes without a type that are read as text. */
  readonly textsOfBytes: readonly string[];
  readonly rows: number;
  /** Hashes the file once more in full; refuses where it was written to since it was opened. */
  finish(): Promise<RawEnd>;
  close(): Promise<void>;
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

/** Files of which even the table of contents is encrypted begin with another mark. */
async function refuseEncrypted({ handle }: PinnedFile, { displayPath }: RowsFile): Promise<void> {
  const opening = Buffer.alloc(4);
  await handle.read(opening, 0, 4, 0);
  if (opening.toString('latin1') !== 'PARE') return;
  throw dataError({
    code: 'parquet-encrypted',
    message: `${displayPath}: the Parquet file is encrypted.`,
    hint: 'Write it again without encryption, where its key is known.',
    at: { file: displayPath },
  });
}

/** Which of the columns of bytes are texts that nobody called texts. */
async function columnsOfText(
  rowsOf: (sql: string) => Promise<unknown[][]>,
  types: readonly string[],
): Promise<ReadonlySet<number>> {
  const blobs = types.flatMap((type, at) => (type === 'BLOB' ? [at] : []));
  if (blobs.length === 0) return new Set();
  const alias = types.map((_, at) => `c${at}`).join(', ');
  const tests = blobs.map(
    (at) => `coalesce(bool_and(c${at} IS NULL OR TRY(decode(c${at})) IS NOT NULL), false)`,
  );
  const [tested = []] = await rowsOf(`SELECT ${tests.join(', ')} FROM read_parquet($1) AS t(${alias})`);
  return new Set(blobs.filter((_, at) => tested[at] === true));
}

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
    await refuseEncrypted(pinned, file);
    const path = literalPath(await pinnedPath(pinned.handle, file.path));
    const { described, rows } = await withConnection(async (connection) => {
      const rowsOf = async (sql: string): Promise<unknown[][]> =>
        (await connection.runAndReadAll(sql, [path])).getRows();
      const [counted] = await rowsOf('SELECT num_rows FROM parquet_file_metadata($1)');
      const described = await rowsOf('DESCRIBE SELECT * FROM read_parquet($1)');
      const types = described.map(([, type]) => String(type));
      // The file's own names: DuckDB renames `a` beside `A`.
      const names = topLevelNames(await rowsOf('SELECT name, num_children FROM parquet_schema($1)'));
      const texts = await columnsOfText(rowsOf, types);
      return {
        described: types.map((type, at): DescribedColumn => ({
          name: names[at] ?? String(described[at]?.[0]),
          type,
          bytesAreText: texts.has(at),
        })),
        rows: Number(counted?.[0]),
      };
    });
    const { columns, unreadable, values } = readableColumns(described);
    const alias = described.map((_, at) => `c${at}`).join(', ');
    const list = values.map((value, at) => `${value} AS p${at}`).join(', ');
    return {
      path,
      from: `(SELECT ${list === '' ? '0' : list} FROM read_parquet($1) AS t(${alias}))`,
      columns,
      unreadable,
      textsOfBytes: described.flatMap(({ name, bytesAreText }) => (bytesAreText ? [name] : [])),
      rows,
      finish: () => pinned.finish(),
      close: () => pinned.close(),
    };
  } catch (error) {
    await pinned.close();
    throw damagedParquet(file, error);
  }
}
