import { placeOf } from '../address.ts';
import type { RowsFile } from '../source.ts';
import { cursorVersion } from './answer.ts';
import { databases } from './ask.ts';
import type { RemoteSource } from './remoteSource.ts';
import { lookAtS3 } from './s3.ts';
import { lookAtSqlite } from './sqlite.ts';
import { lookAtWeb } from './web.ts';

/** A database without a cursor knows no name for what it holds. */
async function standingOf(file: RemoteSource, place: 'postgres' | 'mysql'): Promise<string | null> {
  if (file.access.cursor === null) return null;
  const answer = await databases[place](file);
  await answer.close();
  return answer.standing === null ? null : cursorVersion(answer.standing);
}

/**
 * What a source at an address calls itself now, found out without reading its rows: an etag, the place of a cursor. The
 * same name means the same rows.
 *
 * @returns null where only reading tells: the digest of what was read names it then.
 * @throws usage error (exit 2) where it cannot be reached.
 */
export async function versionOf(file: RowsFile): Promise<string | null> {
  const place = placeOf(file.path);
  const { access } = file;
  if (access === undefined || place === undefined || place === 'file') return null;
  const remote: RemoteSource = { ...file, access };
  switch (place) {
    case 'sqlite':
      return lookAtSqlite(remote);
    case 'postgres':
    case 'mysql':
      return standingOf(remote, place);
    case 'https':
      return lookAtWeb(remote);
    case 's3':
      return lookAtS3(remote);
  }
}
