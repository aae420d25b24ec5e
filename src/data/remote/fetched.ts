import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { namePart } from '../address.ts';
import { formatByName } from '../dialect.ts';
import type { OpenedSource, RowsFile } from '../source.ts';
import { download } from './download.ts';
import type { RemoteSource } from './remoteSource.ts';
import { downloadS3 } from './s3.ts';

/** A name for what is fetched that says as much as the address does, and nothing that leads elsewhere. */
const localName = (path: string): string =>
  basename(namePart(path))
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '')
    .slice(-100) || 'rows';

/** What is fetched, under a path of this machine. */
interface Fetched {
  readonly path: string;
  readonly version: string | null;
}

async function fetchTo(file: RemoteSource, place: 'https' | 's3', folder: string): Promise<Fetched> {
  if (place === 's3') return downloadS3(file, folder);
  const path = join(folder, localName(file.path));
  return { path, version: await download(file, path) };
}

/** A file that has to be fetched first. It is gone when it was read. */
export async function openFetched(
  file: RemoteSource,
  place: 'https' | 's3',
  open: (file: RowsFile) => Promise<OpenedSource>,
): Promise<OpenedSource> {
  const folder = await file.access.temporary();
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await mkdir(folder, { recursive: true });
    const { path, version } = await fetchTo(file, place, folder);
    const { format } = file.dialect;
    const named = format === 'auto' ? (formatByName(file.path).format ?? 'auto') : format;
    const { access: _, ...local } = file;
    const source = await open({ ...local, path, dialect: { ...file.dialect, format: named } });
    return {
      header: source.header,
      batches: async function* (plan) {
        return { ...(yield* source.batches(plan)), version };
      },
      words: async function* () {
        return { ...(yield* source.words()), version };
      },
      close: async () => {
        await source.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
