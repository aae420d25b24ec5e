import { usageError } from '../../errors.ts';
import type { OpenedSource, RowsFile } from '../source.ts';
import type { RemoteSource } from './openSource.ts';
export async function openFetched(
  file: RemoteSource,
  place: 'https' | 's3',
  open: (file: RowsFile) => Promise<OpenedSource>,
): Promise<OpenedSource> {
  void [open, place];
  throw usageError({
    code: 'source-address',
    message: `${file.displayPath}: files are not fetched yet.`,
    hint: 'Fetch it in a step before, and name the file.',
  });
}
