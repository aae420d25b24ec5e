import { usageError } from '../../errors.ts';
import type { Variables } from '../environmentFile.ts';
import { runTool } from './tool.ts';

const noCron = (): Error =>
  usageError({
    code: 'scheduler-not-there',
    message: 'There is no `crontab` program on this machine.',
    hint: 'Install cron (Debian, Ubuntu: `apt-get install cron`), or use --on systemd.',
  });

function refused(said: string): Error {
  const words = said.trim().split('\n')[0] ?? '';
  return usageError({
    code: 'crontab-refused',
    message: `crontab refused: ${words === '' ? 'it said nothing' : words.slice(0, 300)}`,
    hint: /not allowed|permission|denied/i.test(words)
      ? 'Ask the administrator to allow this user in /etc/cron.allow (or to take it out of /etc/cron.deny), or use --on systemd.'
      : 'Look at it with `crontab -l`, correct it with `crontab -e`, then run this again.',
  });
}

/**
 * A crontab as text of one character a byte: a foreign line that is no UTF-8 goes back as it came. `encoded` makes such a
 * text of ours, `decoded` reads it.
 */
export const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const decoded = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
const fromBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Debian's `crontab -l` writes a carriage return as these two characters. */
const shownReturn = '\\r';

/**
 * The crontab by way of its editor, which is given the file as it is. "No modification made" is what crontab says of it,
 * on stderr.
 *
 * @throws usage error where that is not the table that was listed.
 */
async function readByEditor(listed: string, variables: Variables): Promise<string> {
  const result = await runTool('crontab', ['-e'], { ...variables, VISUAL: 'cat <', EDITOR: 'cat <' });
  const text = result === null ? '' : fromBytes(result.stdout);
  if (text === listed || text.replaceAll('\r', shownReturn) === listed) return text;
  throw usageError({
    code: 'crontab-not-faithful',
    message:
      'The crontab has carriage returns, and this crontab program does not show it as it is: foreign lines would change.',
    hint: 'Take the carriage returns out of it with `crontab -e`, or use --on systemd.',
  });
}

/** @throws usage error where there is no cron, or this user may not use it. */
export async function readCrontab(variables: Variables): Promise<string> {
  const result = await runTool('crontab', ['-l'], variables);
  if (result === null) throw noCron();
  if (result.exitCode === 0) {
    const listed = fromBytes(result.stdout);
    return listed.includes(shownReturn) ? readByEditor(listed, variables) : listed;
  }
  if (/no crontab for/i.test(result.stderr)) return '';
  throw refused(result.stderr);
}

/** Replaces the crontab; an empty one is taken away. */
export async function writeCrontab(text: string, variables: Variables): Promise<void> {
  const args = text === '' ? ['-r'] : ['-'];
  const result = await runTool('crontab', args, variables, Buffer.from(text, 'latin1'));
  if (result === null) throw noCron();
  if (result.exitCode !== 0) throw refused(result.stderr);
}
