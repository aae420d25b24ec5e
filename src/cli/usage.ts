import type { CommanderError } from 'commander';
import type { AiengError } from '../errors.ts';
import { usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { verbs } from '../verbs/index.ts';

const suggested = /\n?\(Did you mean (?:one of )?(.+?)\?\)/;
const wrongChoice =
  /^(?:option '(?:-\w, )?(--[\w-]+).*?' argument|command-argument value) '(.*)' is invalid.*Allowed choices are (.+)\.$/s;
const unknownCommand = /^unknown command '(.*)'$/;

interface Said {
  readonly message: string;
  /** What was meant, where that can be guessed. */
  readonly guess: string | undefined;
}

/** A word that is none of the few that are taken. */
function ofChoice([, option, word = '', choices = '']: RegExpExecArray): Said {
  const known = choices.split(', ');
  const near = nearest(word, known);
  const lead = option === undefined ? '' : `${option} `;
  const list = `${known.slice(0, -1).join(', ')} or ${String(known.at(-1))}`;
  return {
    message: `${lead === '' ? 'The argument' : option} is ${list}, got "${word}".`,
    guess: near === undefined ? undefined : `${lead}${near}`,
  };
}

/** In our words: what was typed, and what may have been meant. */
function said(error: CommanderError): Said {
  const text = error.message.replace(/^error: /, '');
  const plain = text.replace(suggested, '').trim();
  const choice = wrongChoice.exec(plain);
  if (choice !== null) return ofChoice(choice);
  const message = plain.charAt(0).toUpperCase() + plain.slice(1);
  const command = unknownCommand.exec(plain)?.[1];
  const shown = verbs.filter(({ group }) => group !== 'hidden').map(({ name }) => name);
  const verb = command === undefined ? undefined : (suggested.exec(text)?.[1] ?? nearest(command, shown));
  return {
    message: /[.?!]$/.test(message) ? message : `${message}.`,
    guess: verb === undefined ? suggested.exec(text)?.[1] : `\`aieng ${verb}\``,
  };
}

/** What is missing is best shown by a call that has it. */
const whatIsMissing: ReadonlySet<string> = new Set(['missing-argument', 'missing-mandatory-option-value']);

function exampleOf(code: string, verb: string | null): string {
  const [example] = verbs.find(({ name }) => name === verb)?.examples ?? [];
  return example === undefined || !whatIsMissing.has(code) ? '' : `For example \`${example[0]}\`. `;
}

/**
 * A mistake on the command line as our own error (exit 2): what was wrong, and either the nearest word or the page to
 * read. `verb` is the command that was named, where one was.
 */
export function commandLineError(error: CommanderError, verb: string | null): AiengError {
  const { message, guess } = said(error);
  const page = verb === null ? 'aieng --help' : `aieng ${verb} --help`;
  const code = error.code
    .replace(/^commander\./, '')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return usageError({
    code,
    message,
    hint:
      guess === undefined
        ? `${exampleOf(code, verb)}See \`${page}\`.`
        : `Did you mean ${guess}? See \`${page}\`.`,
  });
}
