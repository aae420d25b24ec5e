import { basename } from 'node:path';
import type { Dialect } from '../dialect.ts';
import { undeclaredRows } from '../dialect.ts';
import type { Constant, RowsFile } from '../source.ts';
import type { FileList } from './fileList.ts';
import { listFiles, memberOf } from './fileList.ts';
import { openFile } from './rawBytes.ts';

/** A file of rows: one of a folder's, or the only one. */
export interface InputFile {
  /** Without the folders above the input. */
  readonly name: string;
  readonly path: string;
  /** As the user wrote it. */
  readonly displayPath: string;
  readonly dialect: Dialect;
  readonly bytes: number;
  /** Columns that its folders give. */
  readonly constants: readonly Constant[];
}

/** What an input path means. */
export interface InputFiles {
  readonly kind: 'file' | 'folder';
  /** Of a folder by name, in the order of UTF-16 code units, whatever the locale. */
  readonly files: readonly InputFile[];
  /** Files of a folder that are not named as rows. */
  readonly ignored: readonly string[];
}

/** Before anything else is done: a file that cannot be read is told at once. */
async function requireReadable(file: Pick<InputFile, 'path' | 'displayPath'>): Promise<number> {
  const handle = await openFile(file);
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function membersOf(file: RowsFile, { files, ignored }: FileList): Promise<InputFiles> {
  const members: InputFile[] = [];
  for (const listed of files) {
    const { path, displayPath, dialect, constants = [] } = memberOf(file, listed);
    const bytes = await requireReadable({ path, displayPath });
    members.push({ name: listed.name, path, displayPath, dialect, bytes, constants });
  }
  return { kind: 'folder', files: members, ignored };
}

/**
 * The files of rows that a path means: the file itself, those of the folder that it is and of its `name=value` folders, or
 * those that the pattern matches. Names that begin with `.` or `_` (markers of other tools) are left out silently.
 *
 * @param known What is said of how they are written; the rest is found out.
 * @throws usage error (exit 2) where there is nothing to read.
 */
export async function listInputFiles(
  path: string,
  displayPath: string,
  known: Partial<Dialect> = {},
): Promise<InputFiles> {
  const dialect = undeclaredRows(path, known);
  const file = { path, displayPath, dialect, declarable: 'flags' as const, batchRows: 1 };
  const list = await listFiles(file, 'partitions');
  if (list !== null) return membersOf(file, list);
  const bytes = await requireReadable(file);
  return {
    kind: 'file',
    files: [{ name: basename(path), path, displayPath, dialect, bytes, constants: [] }],
    ignored: [],
  };
}
