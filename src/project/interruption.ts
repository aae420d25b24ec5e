import { setImmediate as turn } from 'node:timers/promises';
import { interruptedError } from '../errors.ts';
import type { Context } from './context.ts';

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
