import { readFile, realpath } from 'node:fs/promises';

/**
 * The zone of this machine's own clock, that of cron and systemd: not `TZ`, which is a user's. From /etc/localtime, else
 * /etc/timezone (Debian), else UTC, as these programs have it.
 */
export async function machineTimezone(): Promise<string> {
  const target = await realpath('/etc/localtime').catch(() => '');
  const linked = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(target)?.[1];
  const written = await readFile('/etc/timezone', 'utf8').catch(() => '');
  const name = linked ?? written.trim();
  return /^(Etc\/)?(UTC|UCT|Zulu|Universal|GMT)?$/.test(name) ? 'UTC' : name;
}
