import { access, rename, rm } from 'node:fs/promises';
import { pendingSuffix } from './logSegments.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionLog } from './predictionLog.ts';

/**
 * The log of a batch run, which counts as a whole or not at all: a run that was interrupted and is repeated must not
 * be in the log twice.
 */
export interface BatchLog extends Pick<PredictionLog, 'prediction' | 'flush' | 'state'> {
  /** From here on readers see it. */
  commit(): Promise<void>;
  /** Nothing of it is kept. */
  discard(): Promise<void>;
}

/**
 * Opens the log of a batch run beside its place.
 *
 * @param folder `<logFolder>/<instance>`: a name of its own for each run, or for each piece of work that is to be in
 *   the log once however often and by however many processes it is done; the first to commit is what readers see
 * @param attempt where the name is that of a piece of work: tells this process from others at the same work
 */
export function openBatchLog(folder: string, attempt = ''): BatchLog {
  const pending = `${folder}${attempt === '' ? '' : `-${attempt}`}${pendingSuffix}`;
  const log = openPredictionLog({ folder: pending });
  return {
    prediction: (record) => log.prediction(record),
    flush: () => log.flush(),
    state: () => log.state(),
    commit: async () => {
      await log.close();
      try {
        await rename(pending, folder);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        // The same work is in the log already.
        if (attempt !== '' && (code === 'ENOTEMPTY' || code === 'EEXIST'))
          await rm(pending, { recursive: true, force: true });
        // Not one row was predicted: there is nothing to show.
        else if (code !== 'ENOENT') throw error;
      }
    },
    discard: async () => {
      await log.close();
      await rm(pending, { recursive: true, force: true });
    },
  };
}

/** Is this piece of work in the log? */
export const isLogged = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  );
