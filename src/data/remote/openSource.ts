import { usageError } from '../../errors.ts';
import { isDatabase, placeOf } from '../address.ts';
import type { OpenedSource, RowsFile } from '../source.ts';
import { openSource as openFile } from '../sources/openSource.ts';
import { openDatabase } from './database.ts';
import { openFetched } from './fetched.ts';
import type { RemoteSource } from './remoteSource.ts';

/** A door that takes files only was given an address. */
const filesOnly = ({ displayPath }: RowsFile): Error =>
  usageError({
    code: 'file-expected',
    message: `${displayPath}: expected a file, got an address.`,
    hint: 'Name a file; addresses are for `source` in the pipeline file and `init --from`.',
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
