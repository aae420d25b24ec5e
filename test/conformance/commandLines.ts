import type { Command } from 'commander';
import { buildProgram, plainHelp } from '../../src/cli/program.ts';
import { nobody } from '../../src/cli/reference.ts';

/** The real program, to read command lines with. */
export const program = buildProgram(nobody, '', plainHelp);

/** A command by name, hidden ones too. */
export const findCommand = (name: string | undefined): Command | undefined =>
  program.commands.find((command) => command.name() === name);

/** What the real program would not understand of a command line; a value that a person fills in may be anything. */
export function misread(line: string): string | null {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const globals = new Set(program.options.flatMap(({ short, long }) => [short, long]));
  const verb = words.slice(1).find((word) => !word.startsWith('-'));
  if (verb === undefined)
    return words.slice(1).every((word) => globals.has(word) || word === '--help') ? null : line;
  if (/^[….<]/.test(verb)) return null;
  const command = findCommand(verb);
  if (command === undefined) return `there is no command ${verb}`;
  const known = new Set(command.options.flatMap(({ short, long }) => [short, long]));
  const flags = words
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.replace(/=.*$/, '').replace(/[,.;:]$/, ''));
  const unknown = flags.find(
    (flag) => !known.has(flag) && !globals.has(flag) && !['-h', '--help', '-V'].includes(flag),
  );
  return unknown === undefined ? null : `aieng ${verb} has no ${unknown}`;
}
