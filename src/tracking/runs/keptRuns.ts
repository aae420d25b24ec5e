import { join } from 'node:path';
import { discard } from '../../disk/durable.ts';
import type { Store } from '../../store/store.ts';

/** Where the pages keep what they read of runs, for their next start. */
export const keptRunsFile = ({ folderPlace }: Pick<Store, 'folderPlace'>): string =>
  join(folderPlace('cache'), 'runs-of-ui.json');

/** A run that was deleted stays in no file: the pages read the others again. */
export const dropKeptRuns = (store: Pick<Store, 'folderPlace'>): Promise<void> =>
  discard(keptRunsFile(store));
