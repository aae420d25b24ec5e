import { access, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { disk, faultOf } from './files.ts';
import { openPredictionLog } from './predictionLog.ts';
import type { PredictionLog } from './predictionLog.ts';
import { pendingSuffix } from './segments/segments.ts';

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

/** Which run a batch log is of. */
export interface BatchLogOptions {
  /**
   * `<logFolder>/<instance>`: a name of its own for each run, or for each piece of work that is to be in the log once
   * however often and by however many processes it is done; the first to commit is what readers see.
   */
  readonly folder: string;
  /** aieng's own version. */
  readonly aieng: string;
  /** Where the name is that of a piece of work: tells this process from others at the same work. */
  readonly attempt?: string;
}

/** Opens the log of a batch run beside its place. */
export function openBatchLog({ folder, aieng, attempt }: BatchLogOptions): BatchLog {
  const pending = `${folder}${attempt === undefined ? '' : `-${attempt}`}${pendingSuffix}`;
  const log = openPredictionLog({ folder: pending, aieng });
  return {
    prediction: (record) => log.prediction(record),
    flush: () => log.flush(),
    state: () => log.state(),
    commit: async () => {
      await log.close();
      try {
        await rename(pending, folder);
        await disk.syncFolder(path.dirname(folder));
      } catch (error) {
        const code = faultOf(error);
        // The same work is in the log already.
        if (attempt !== undefined && (code === 'ENOTEMPTY' || code === 'EEXIST'))
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
