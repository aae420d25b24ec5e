import { interruptedError } from '../errors.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** Rows between two looks at the outside world: well under a second of a network's work. */
export const turnRows = 8192;

/** Lets the event loop have a turn: signals, progress, timers. Throws the interrupted error where `signal` aborts. */
export async function lookAround(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw interruptedError();
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
