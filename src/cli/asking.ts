import { createInterface } from 'node:readline';
import { interruptedError, usageError } from '../errors.ts';
import type { Ask } from '../project/context.ts';
import { wrap } from '../verbs/view/width.ts';
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

/** A question in lines that end between words; what is indented stays so, and the place to type at stays at its end. */
function fitted(text: string, columns: number): string {
  const lines = text.split('\n').flatMap((line) => {
    const [, indent = '', words = '', end = ''] = /^( *)(.*?)( *)$/.exec(line) ?? [];
    // What stands in columns stays in them.
    const held = words.replaceAll(/ {2,}/g, (blanks) => '\u00a0'.repeat(blanks.length));
    const pieces = wrap(held, columns - indent.length - end.length);
    return pieces.map(
      (piece, at) => `${indent}${piece.replaceAll('\u00a0', ' ')}${at === pieces.length - 1 ? end : ''}`,
    );
  });
  return lines.join('\n');
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
    desk.err.write(fitted(text, desk.err.columns()));
    const line = await Promise.race([stopped, lines.next()]);
    if (line.done === true) throw noAnswer();
    return line.value;
  };
}
