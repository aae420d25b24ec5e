import { rename, rm } from 'node:fs/promises';
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
 * @param folder `<logFolder>/<instance>`, a name of its own for each run
 */
export function openBatchLog(folder: string): BatchLog {
  const pending = `${folder}${pendingSuffix}`;
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
        // Not one row was predicted: there is nothing to show.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      }
    },
    discard: async () => {
      await log.close();
      await rm(pending, { recursive: true, force: true });
    },
  };
}
