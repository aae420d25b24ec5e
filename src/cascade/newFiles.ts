import type { Snapshot } from '../data/snapshot.ts';
import type { FileRead, RowsFile, RowsRead } from '../data/source.ts';
import { digestOfFiles } from '../data/sources/fileList.ts';
import type { Context } from '../project/context.ts';
import type { DigestedFile } from '../project/sourceDigest.ts';
import { digestsOfFiles } from '../project/sourceDigest.ts';

/** What of several files is new since a snapshot. */
export interface NewFiles {
  /** The files of the snapshot, those that are gone too: their rows are in it. */
  readonly known: readonly FileRead[];
  /** The files that are there now. */
  readonly present: readonly DigestedFile[];
  /** Files that are there now and not in the snapshot. */
  readonly fresh: readonly string[];
  /** Records of files that are gone. */
  readonly gone: number;
}

/**
 * The files of a source that a snapshot does not have.
 *
 * @returns null where a file of the snapshot has another content now: which rows came of the old one is not kept.
 */
export async function newFilesOf(
  context: Pick<Context, 'store' | 'environment'>,
  source: RowsFile,
  parent: Snapshot,
): Promise<NewFiles | null> {
  const present = await digestsOfFiles(context, source);
  const known = parent.source?.files;
  if (present === null || known === undefined) return null;
  const now = new Map(present.map((file) => [file.displayPath, file.digest]));
  const before = new Set(known.map(({ file }) => file));
  if (known.some(({ file, digest }) => now.has(file) && now.get(file) !== digest)) return null;
  return {
    known,
    present,
    fresh: present
      .filter(({ displayPath }) => !before.has(displayPath))
      .map(({ displayPath }) => displayPath),
    gone: known.reduce((sum, { file, records }) => sum + (now.has(file) ? 0 : records), 0),
  };
}

/** The source without the files that were read before. */
export const onlyFresh = (source: RowsFile, { known }: NewFiles): RowsFile => ({
  ...source,
  skip: new Set(known.map(({ file }) => file)),
});

/** The account of a reading of new files, as one of all of them: what is there now is named by all of it. */
export function accountOfAll({ known, present }: NewFiles, read: RowsRead): RowsRead {
  const fresh = read.files ?? [];
  const digests = new Map(fresh.map(({ file, digest }) => [file, digest]));
  const digest = digestOfFiles(
    present.map(({ name, displayPath, digest: seen }) => ({
      name,
      digest: digests.get(displayPath) ?? seen,
    })),
  );
  return { ...read, digest, files: [...known, ...fresh] };
}

/** The account of a reading of nothing: files are gone, and none is new. */
export function nothingRead(source: RowsFile, { unknownColumns, source: before }: Snapshot): RowsRead {
  return {
    kind: 'read',
    file: source.displayPath,
    version: null,
    cursor: null,
    digest: '',
    bytes: 0,
    records: 0,
    accepted: 0,
    rejected: 0,
    unknownColumns,
    unreadable: before?.unreadable ?? [],
    absent: [],
    dialect: source.dialect,
    findings: [],
    warnings: [],
  };
}
