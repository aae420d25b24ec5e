import type { CommanderError } from 'commander';
import type { AiengError } from '../errors.ts';
import { usageError } from '../errors.ts';

const suggested = /\n?\(Did you mean (?:one of )?(.+?)\?\)/;

/**
 * A mistake on the command line as our own error (exit 2): what was wrong, and either the nearest word or the page to
 * read. `verb` is the command that was named, where one was.
 */
export function commandLineError(error: CommanderError, verb: string | null): AiengError {
  const text = error.message.replace(/^error: /, '');
  const guess = suggested.exec(text)?.[1];
  const said = text.replace(suggested, '').trim();
  const message = said.charAt(0).toUpperCase() + said.slice(1);
  const page = verb === null ? 'aieng --help' : `aieng ${verb} --help`;
  return usageError({
    code: error.code.replace(/^commander\./, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    message: /[.?!]$/.test(message) ? message : `${message}.`,
    hint: guess === undefined ? `See \`${page}\`.` : `Did you mean ${guess}? (see \`${page}\`)`,
  });
}
