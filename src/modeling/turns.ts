import { interruptedError } from '../errors.ts';
import type { TrainHooks } from './model.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** Rows between two looks at the outside world: well under a second of a network's work. */
export const turnRows = 8192;

/** Lets the event loop have a turn: signals, progress, timers. Throws the interrupted error where `signal` aborts. */
export async function lookAround(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw interruptedError();
}

/** Tells of rows that are scored after the last pass. */
export function judgingRows(
  hooks: TrainHooks,
  family: string,
  passes: number,
  of: number,
): (rows: number) => void {
  let done = 0;
  return (rows) => {
    done += rows;
    hooks.onRows?.({ family, doing: 'judging', epoch: passes, epochs: passes, rows, done, of });
  };
}

/** Drives work to its end and looks around after every so many rows, of which `onRows` is told. */
export async function inTurns<Result>(
  work: Work<Result>,
  signal: AbortSignal | undefined,
  onRows: (rows: number) => void = () => undefined,
  most = pieceRows,
): Promise<Result> {
  let since = 0;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    since += step.value;
    if (since < most) continue;
    onRows(since);
    since = 0;
    await lookAround(signal);
  }
}

/** Work on rows in pieces, after each of which the outside world has its turn. */
export function* inRows(rows: number, piece: (from: number, to: number) => void): Work<void> {
  for (let from = 0; from < rows; from += turnRows) {
    const to = Math.min(rows, from + turnRows);
    piece(from, to);
    yield to - from;
  }
}
