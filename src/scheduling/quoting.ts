import { usageError } from '../errors.ts';

/** Control characters end lines or mean something to no shell and no file of units. */
const unsayable = /[\u0000-\u001f\u007f]/;

/** @throws usage error where a path could not be written into one line. */
export function sayable(text: string): string {
  if (!unsayable.test(text)) return text;
  throw usageError({
    code: 'path-not-schedulable',
    message: `${JSON.stringify(text)} has a line break or another control character in it: no crontab and no unit file can name it.`,
    hint: 'Move the project (or the store) to a path without it.',
  });
}

/** A word for a POSIX shell: inside of single quotes nothing has a meaning but the quote itself. */
export const shellWord = (text: string): string =>
  /^[\w@+=:,./-]+$/.test(text) ? text : `'${sayable(text).replaceAll("'", `'\\''`)}'`;

/** In a crontab `%` is the end of the command's line, unless it is escaped. */
export const crontabCommand = (command: string): string => command.replaceAll('%', '\\%');

/** A word of `ExecStart=` (systemd.service(5)): quoted, with neither specifiers (`%h`) nor variables (`$HOME`) in it. */
export const execWord = (text: string): string =>
  `"${sayable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** A path as a setting's value (`WorkingDirectory=`): taken whole, but for specifiers. */
export const unitPath = (text: string): string => sayable(text).replaceAll('%', '%%');
