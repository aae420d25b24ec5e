import { createInterface } from 'node:readline';
import { interruptedError, usageError } from '../errors.ts';
import type { Ask } from '../project/context.ts';
import type { Desk } from './deliver.ts';

/** Where answers are typed. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

function noAnswer(): Error {
  return usageError({
    code: 'no-answer',
    message: 'The input ended before the question was answered. Nothing was written.',
    hint: 'Answer it by a flag, which the question names, or take what is found with `--yes`.',
  });
}

/**
 * Asks on the terminal, line by line. The terminal keeps its own editing of a line: Ctrl-C is a signal then, as anywhere,
 * and ends the question.
 */
export function openAsking({
  stdin,
  desk,
  signal,
}: {
  readonly stdin: InputStream;
  readonly desk: Pick<Desk, 'err'>;
  readonly signal: AbortSignal;
}): Ask {
  const reader = createInterface({ input: stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(interruptedError());
        reader.close();
      },
      { once: true },
    );
  });
  // Where nothing is asked any more, nobody waits for it.
  stopped.catch(() => undefined);
  return async (text) => {
    signal.throwIfAborted();
    desk.err.write(text);
    const line = await Promise.race([stopped, lines.next()]);
    if (line.done === true) throw noAnswer();
    return line.value;
  };
}
