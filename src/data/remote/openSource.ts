import { usageError } from '../../errors.ts';
import { isDatabase, placeOf } from '../address.ts';
import type { OpenedSource, RowsFile, SourceAccess } from '../source.ts';
import { openSource as openFile } from '../sources/openSource.ts';
import { openDatabase } from './database.ts';
import { openFetched } from './fetched.ts';

/** A source that is no local file, and how it is asked. */
export interface RemoteSource extends RowsFile {
  readonly access: SourceAccess;
}

/** A door that takes files only was given an address. */
const filesOnly = ({ displayPath }: RowsFile): Error =>
  usageError({
    code: 'file-expected',
    message: `${displayPath}: expected a file, got an address.`,
    hint: 'Name a file; addresses are for `source` in the pipeline file, `init --from` and `predict`.',
  });

/**
 * Opens whatever rows come from: a local file, one that has to be fetched first, or a database.
 *
 * @throws usage error (exit 2) for what cannot be opened.
 */
export async function openSource(file: RowsFile): Promise<OpenedSource> {
  const place = placeOf(file.path);
  const { access } = file;
  if (place === 'file' || file.path === '-') return openFile(file);
  if (access === undefined || place === undefined) throw filesOnly(file);
  const remote: RemoteSource = { ...file, access };
  return isDatabase(place) ? openDatabase(remote, place) : openFetched(remote, place, openFile);
}
