import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { SourceOptions } from '../source.ts';
import { requireFile } from './bytes.ts';
import { sourceFormat } from './index.ts';

/** A file of rows: one of a folder's, or the only one. */
export interface Partition {
  /** Without the folders above it. */
  readonly name: string;
  readonly path: string;
  /** As the user wrote it. */
  readonly displayPath: string;
  readonly format: SourceOptions['format'];
  readonly gzip: boolean;
  readonly bytes: number;
  /** Changes when the file is written to or replaced. */
  readonly stamp: string;
}

/** What an input path means. */
export interface Partitions {
  readonly kind: 'file' | 'folder';
  /** Of a folder by name, in the order of UTF-16 code units, whatever the locale. */
  readonly files: readonly Partition[];
  /** Files of a folder that are not named as rows. */
  readonly ignored: readonly string[];
}

const rowsFile = /\.(csv|tsv|ndjson|jsonl)(\.gz)?$|\.parquet$/i;

async function factsOf(path: string): Promise<{ bytes: number; stamp: string; isFile: boolean }> {
  const facts = await stat(path, { bigint: true });
  return {
    bytes: Number(facts.size),
    stamp: `${facts.dev} ${facts.ino} ${facts.size} ${facts.mtimeNs}`,
    isFile: facts.isFile(),
  };
}

async function listFolder(path: string, displayPath: string): Promise<Partitions> {
  const names = (await readdir(path)).filter((name) => !/^[._]/.test(name)).sort();
  const files: Partition[] = [];
  const ignored: string[] = [];
  for (const name of names) {
    const shown = join(displayPath, name);
    const found = await stat(join(path, name)).catch(() => undefined);
    if (found?.isDirectory() === true) continue;
    if (!rowsFile.test(name)) {
      ignored.push(name);
      continue;
    }
    const own = { path: join(path, name), displayPath: shown, ...sourceFormat(name) };
    await requireFile({ ...own, encoding: 'utf-8', batchRows: 1 });
    const { isFile, ...facts } = await factsOf(own.path);
    if (isFile) files.push({ name, ...own, ...facts });
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
export async function listPartitions(
  path: string,
  displayPath: string,
  format?: SourceOptions['format'],
): Promise<Partitions> {
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
  const how = format === undefined ? sourceFormat(path) : { format, gzip: path.endsWith('.gz') };
  await requireFile({ path, displayPath, ...how, encoding: 'utf-8', batchRows: 1 });
  const { isFile: _, ...facts } = await factsOf(path);
  return {
    kind: 'file',
    files: [{ name: basename(path), path, displayPath, ...how, ...facts }],
    ignored: [],
  };
}

/** Is the file what it was when it was listed? */
export const isUnchanged = async ({ path, stamp }: Partition): Promise<boolean> =>
  factsOf(path).then(
    (facts) => facts.stamp === stamp,
    () => false,
  );
