import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { usageError } from '../../errors.ts';
import { digestOf } from '../../digest.ts';
import type { Digest } from '../../digest.ts';
import type { Dialect } from '../dialect.ts';
import { formatByName } from '../dialect.ts';
import type { Constant, RowsFile } from '../source.ts';

/** A file of several that are read as one. */
export interface ListedFile {
  /** The way to it from the folder, with `/`. */
  readonly name: string;
  readonly path: string;
  /** As the user would write it. */
  readonly displayPath: string;
  /** Columns that its folders give, the outermost first. */
  readonly constants: readonly Constant[];
}

/** The files that a folder or a pattern means, in the order of UTF-16 code units, whatever the locale. */
export interface FileList {
  readonly kind: 'folder' | 'pattern';
  readonly files: readonly ListedFile[];
  /** Files of a folder that are not named as rows. */
  readonly ignored: readonly string[];
}

/** More files than this are a store of their own. */
const mostFiles = 10_000;
const mostLevels = 32;
/** What `predict` writes beside its answers is no input of the next run. */
const rejectsName = /\.rejects\.ndjson$/i;
const wildcard = /[*?]/;

/** A part of a pattern between two `/` as a test of names: `*` is any text, `?` any character. */
function testOf(part: string): RegExp {
  const source = part
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su');
}

/** Names in a folder that are no markers of systems and tools. */
async function entriesOf(
  folder: string,
): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => !/^[._]/.test(name))
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

function tooMany(displayPath: string): Error {
  return usageError({
    code: 'too-many-files',
    message: `${displayPath}: more than ${mostFiles} files.`,
    hint: 'Name a folder or a pattern of fewer, or put the rows into fewer files.',
    at: { file: displayPath },
  });
}

/** Collects the files below a folder. */
class Walk {
  readonly found: string[] = [];
  readonly #displayPath: string;

  constructor(displayPath: string) {
    this.#displayPath = displayPath;
  }

  #add(name: string): void {
    if (this.found.push(name) > mostFiles) throw tooMany(this.#displayPath);
  }

  /** Every file below, in folders too. Links to folders are not followed. */
  async all(base: string, below: string, into: RegExp, level = 0): Promise<void> {
    if (level > mostLevels) return;
    for (const { name, isFolder } of await entriesOf(join(base, below))) {
      const own = posix.join(below, name);
      if (isFolder && into.test(name)) await this.all(base, own, into, level + 1);
      else if (!isFolder) this.#add(own);
    }
  }

  /** Files that the parts of a pattern match; `**` is any number of folders. */
  async matching(base: string, below: string, parts: readonly string[], level = 0): Promise<void> {
    const [part, ...rest] = parts;
    if (part === undefined || level > mostLevels) return;
    if (part === '**' && rest.length > 0) await this.matching(base, below, rest, level);
    const test = part === '**' ? /^/ : testOf(part);
    for (const { name, isFolder } of await entriesOf(join(base, below))) {
      if (!test.test(name)) continue;
      const own = posix.join(below, name);
      if (isFolder) await this.matching(base, own, part === '**' ? parts : rest, level + 1);
      else if (rest.length === 0) this.#add(own);
    }
  }
}

/** `%20` in the name of a folder is a space, as the writers of such folders have it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What stands for a missing value in the name of a folder. */
const missingFolder = '__HIVE_DEFAULT_PARTITION__';

/** The columns that the folders of a file give: `name=value`, or by their order where they are declared. */
function constantsOf(name: string, declared: Dialect['partitions']): readonly Constant[] {
  const folders = name.split('/').slice(0, -1);
  return folders.flatMap((folder, at): Constant[] => {
    const equals = folder.indexOf('=');
    const key = equals > 0 ? decoded(folder.slice(0, equals)) : declared?.[at];
    if (key === undefined || (declared !== null && !declared.includes(key))) return [];
    const value = equals > 0 ? folder.slice(equals + 1) : folder;
    return [{ name: key, value: value === missingFolder ? null : decoded(value) }];
  });
}

function listed(
  names: readonly string[],
  base: string,
  display: string,
  partitions: Dialect['partitions'],
): readonly ListedFile[] {
  return names.map((name) => ({
    name,
    path: join(base, name),
    displayPath: posix.join(display, name),
    constants: constantsOf(name, partitions),
  }));
}

/** Is a file of a folder named as rows of the format, or of any where none is declared? */
function isNamedAsRows(name: string, format: Dialect['format']): boolean {
  if (rejectsName.test(name)) return false;
  const named = formatByName(name).format;
  if (format !== 'auto') return named === format;
  return named !== undefined && !/\.txt(?:\.\w+)?$/i.test(name);
}

async function listFolder({ path, displayPath, dialect }: Listing, folders: Folders): Promise<FileList> {
  const walk = new Walk(displayPath);
  await walk.all(path, '', folders === 'all' ? /^/ : /^[^=]+=/);
  const rows = walk.found.filter((name) => isNamedAsRows(name, dialect.format));
  if (rows.length === 0)
    throw usageError({
      code: 'no-partitions',
      message: `${displayPath}: the folder holds no file ${dialect.format === 'auto' ? 'that is named as rows (.csv, .ndjson, .json, .parquet, .xlsx …)' : `of ${dialect.format}`}.`,
      hint: 'Name the folder that the files of rows are in, or one of them.',
      at: { file: displayPath },
    });
  return {
    kind: 'folder',
    files: listed(rows, path, displayPath, dialect.partitions),
    ignored: walk.found.filter((name) => !rows.includes(name)),
  };
}

async function listPattern({ path, displayPath, dialect }: Listing): Promise<FileList> {
  const parts = path.replaceAll('\\', '/').split('/');
  const first = parts.findIndex((part) => wildcard.test(part));
  const base = parts.slice(0, first).join('/') || (path.startsWith('/') ? '/' : '.');
  // The same parts as the user wrote them.
  const shown = displayPath
    .split('/')
    .slice(0, first - parts.length)
    .join('/');
  const walk = new Walk(displayPath);
  await walk.matching(base, '', parts.slice(first));
  if (walk.found.length === 0)
    throw usageError({
      code: 'source-not-found',
      message: `${displayPath}: no file matches.`,
      hint: 'Check the pattern: `*` and `?` stand for text within a name, `**` for any folders.',
      at: { file: displayPath },
    });
  return {
    kind: 'pattern',
    files: listed([...new Set(walk.found)], base, shown, dialect.partitions),
    ignored: [],
  };
}

/** Which folders within a folder are looked into: all, or those that are named `name=value`. */
type Folders = 'all' | 'partitions';

type Listing = Pick<RowsFile, 'path' | 'displayPath' | 'dialect'>;

/**
 * The files that a path means, where it is a folder or a pattern; null where it is one file, or nothing. Names that begin
 * with `.` or `_` (markers of systems and tools) are left out silently.
 *
 * @throws usage error (exit 2) where no file is meant, or more than 10,000 are.
 */
export async function listFiles(file: Listing, folders: Folders = 'all'): Promise<FileList | null> {
  if (file.path === '-') return null;
  const found = await stat(file.path).catch(() => undefined);
  try {
    if (found?.isDirectory() === true) return await listFolder(file, folders);
    if (found === undefined && wildcard.test(file.path)) return await listPattern(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code !== 'EACCES' && code !== 'EPERM') throw cause;
    throw usageError({
      code: 'source-unreadable',
      message: `${file.displayPath}: the folder cannot be read (${code}).`,
      hint: 'Check that you may read the folder.',
      at: { file: file.displayPath },
      cause,
    });
  }
  return null;
}

/** One of several files as a file by itself: what its own name says of it holds. */
export function memberOf(file: RowsFile, { path, displayPath, constants }: ListedFile): RowsFile {
  const named = formatByName(path);
  const { format, compression } = file.dialect;
  // One file's bytes say nothing of all of them.
  const { onBytes: _ofOne, ...all } = file;
  return {
    ...all,
    path,
    displayPath,
    constants,
    dialect: {
      ...file.dialect,
      format: format === 'auto' ? (named.format ?? 'auto') : format,
      compression: compression === 'auto' ? named.compression : compression,
    },
  };
}

/** What tells whether several files changed: their names and digests. */
export const digestOfFiles = (files: readonly { readonly name: string; readonly digest: Digest }[]): Digest =>
  digestOf(files.map(({ name, digest }) => [name, digest]));
