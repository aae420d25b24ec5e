import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { Dialect, RowsFormat } from '../dialect.ts';
import { dialectOf } from '../dialect.ts';
import { openFile } from './rawBytes.ts';

/** A file of rows: one of a folder's, or the only one. */
export interface InputFile {
  /** Without the folders above it. */
  readonly name: string;
  readonly path: string;
  /** As the user wrote it. */
  readonly displayPath: string;
  readonly dialect: Dialect;
  readonly bytes: number;
}

/** What an input path means. */
export interface InputFiles {
  readonly kind: 'file' | 'folder';
  /** Of a folder by name, in the order of UTF-16 code units, whatever the locale. */
  readonly files: readonly InputFile[];
  /** Files of a folder that are not named as rows. */
  readonly ignored: readonly string[];
}

/** What `predict` writes beside its answers is no input of the next run. */
const rejectsName = /\.rejects\.ndjson$/i;
const rowsFile = /\.(csv|tsv|ndjson|jsonl)(\.gz)?$|\.parquet$/i;

/** Before anything else is done: a file that cannot be read is told at once. */
const requireReadable = async (file: Pick<InputFile, 'path' | 'displayPath'>): Promise<void> =>
  (await openFile(file)).close();

async function listFolder(path: string, displayPath: string): Promise<InputFiles> {
  const names = (await readdir(path)).filter((name) => !/^[._]/.test(name)).sort();
  const files: InputFile[] = [];
  const ignored: string[] = [];
  for (const name of names) {
    const shown = join(displayPath, name);
    const found = await stat(join(path, name)).catch(() => undefined);
    if (found?.isDirectory() === true) continue;
    if (!rowsFile.test(name) || rejectsName.test(name)) {
      ignored.push(name);
      continue;
    }
    const own = { path: join(path, name), displayPath: shown, dialect: dialectOf(name) };
    await requireReadable(own);
    if (found?.isFile() === true) files.push({ name, ...own, bytes: found.size });
    else ignored.push(name);
  }
  if (files.length > 0) return { kind: 'folder', files, ignored };
  throw usageError({
    code: 'no-partitions',
    message: `${displayPath}: the folder holds no file named .csv, .tsv, .ndjson, .jsonl (.gz) or .parquet.`,
    hint: 'Name the folder that the files of rows are in; its sub-folders are not looked into.',
    at: { file: displayPath },
  });
}

/**
 * The files of rows that a path means: the file itself, or those of the folder that it is. Of a folder, sub-folders and
 * names that begin with `.` or `_` (markers of other tools) are left out silently.
 *
 * @param format of a file that is not named by its format
 * @throws usage error (exit 2) where there is nothing to read.
 */
export async function listInputFiles(
  path: string,
  displayPath: string,
  format?: RowsFormat,
): Promise<InputFiles> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    try {
      return await listFolder(path, displayPath);
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      if (code !== 'EACCES' && code !== 'EPERM') throw cause;
      throw usageError({
        code: 'source-unreadable',
        message: `${displayPath}: the folder cannot be read (${code}).`,
        hint: 'Check that you may read the folder.',
        at: { file: displayPath },
        cause,
      });
    }
  }
  const dialect = dialectOf(path, format === undefined ? {} : { format });
  await requireReadable({ path, displayPath });
  const name = basename(path);
  return {
    kind: 'file',
    files: [{ name, path, displayPath, dialect, bytes: found?.size ?? 0 }],
    ignored: [],
  };
}
