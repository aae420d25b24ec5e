import { setImmediate as turn } from 'node:timers/promises';
import type { Table } from '../data/columns.ts';
import { takingRows } from '../data/columns.ts';
import { interruptedError } from '../errors.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';
import type { Context, ProgressEvent } from './context.ts';

/**
 * Ends the work where somebody pressed Ctrl-C, also when that happened while this process was busy computing: two
 * turns of the event loop have a look at what came in between them.
 *
 * @throws `interruptedError` (exit 130)
 */
export async function heedInterruption({ signal }: Pick<Context, 'signal'>): Promise<void> {
  await turn();
  await turn();
  if (signal.aborted) throw interruptedError();
}

/** What is said of work while it goes on. */
export interface Told {
  readonly label: string;
  readonly detail: string;
  /** Rows in all, counted as the work counts them; 0 = not known. */
  readonly total: number;
  /** Rows between two looks around: fewer than `pieceRows` where each costs more, as with a model's answers. */
  readonly every?: number;
}

/**
 * Drives work to its end: after every so many rows it says how far it is and heeds an interruption. No clock decides
 * when.
 *
 * @throws `interruptedError` (exit 130)
 */
export async function inPieces<Result>(
  context: Pick<Context, 'signal' | 'progress'>,
  { label, detail, total, every = pieceRows }: Told,
  work: Work<Result>,
): Promise<Result> {
  let done = 0;
  let since = 0;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    done += step.value;
    since += step.value;
    if (since < every) continue;
    since = 0;
    context.progress({
      kind: 'progress',
      label,
      done,
      total: Math.max(total, total === 0 ? 0 : done),
      detail,
    });
    await heedInterruption(context);
  }
}

/** Rows of a table, taken in pieces. */
export const takeInPieces = (
  context: Pick<Context, 'signal' | 'progress'>,
  told: Pick<Told, 'label' | 'detail'>,
  table: Table,
  rows: ArrayLike<number>,
): Promise<Table> =>
  inPieces(context, { ...told, total: rows.length * table.columns.size }, takingRows(table, rows));

/** How far the reading of something is whose rows nobody has counted yet; `share` of its bytes, where that is known. */
export const readSoFar = (
  { label, detail }: Pick<Told, 'label' | 'detail'>,
  done: number,
  share: number | undefined,
): ProgressEvent => ({
  kind: 'progress',
  label,
  done,
  total: 0,
  detail,
  ...(share === undefined ? {} : { share }),
});
