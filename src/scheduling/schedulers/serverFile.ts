import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import { parseExpression } from '../../cron/expression.ts';
import { isScheduleId, parseVerbs, pipelineInId } from '../record.ts';
import type { Schedule } from '../schedule.ts';
import type { FileChange, Installed, SchedulePlan } from '../scheduler.ts';
import { readText, removeFiles } from './keptFiles.ts';

/**
 * The first line of a file that a server reads: whose schedule it is. The file alone says it, since it is made on one
 * machine, kept in git, and read on another.
 */
const markOf = ({ id, expression, verbs }: Schedule): string =>
  `# aieng schedule ${id}: ${verbs.join(',')} at "${expression}" UTC\n`;

const mark = /^# aieng schedule (\S+): ([a-z,]+) at "([^"\n]+)" UTC\n/;

export const marked = (schedule: Schedule, text: string): string => markOf(schedule) + text;

/** Servers' clocks are in UTC here: one time zone in a repository that people of many read. */
export function requireUtc({ timezone }: Schedule, scheduler: string): void {
  if (timezone === 'UTC' || timezone === 'Etc/UTC') return;
  throw usageError({
    code: 'timezone-fixed',
    message: `Schedules on ${scheduler} are in UTC, got ${timezone}.`,
    hint: 'Leave --timezone away and give the time in UTC.',
  });
}

/** A change of a file of ours; one that somebody else made under that name is refused. */
export async function changeOf(path: string, after: string | null): Promise<FileChange> {
  const before = await readText(path);
  if (before !== null && after !== null && !mark.test(before))
    throw usageError({
      code: 'file-foreign',
      message: `${path} is there already, and aieng did not write it.`,
      hint: 'Move it away, or write elsewhere with --output <dir>.',
    });
  return { path, before, after };
}

/** The schedules that the files of a folder hold. */
export async function listFiles(folder: string): Promise<readonly Installed[]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const found = await Promise.all(
    names
      .filter((name) => /\.ya?ml$/.test(name))
      .map(async (name): Promise<readonly Installed[]> => {
        const where = join(folder, name);
        const [, id = '', verbs = '', expression = ''] = mark.exec((await readText(where)) ?? '') ?? [];
        if (!isScheduleId(id)) return [];
        const pipeline = pipelineInId(id);
        const parsed = { verbs: parseVerbs(verbs), expression: parseExpression(expression).text };
        return [{ id, where, schedule: { pipeline, timezone: 'UTC', ...parsed } }];
      }),
  );
  return found.flat();
}

/** Takes the file of a schedule away; unchanged where there is none. */
export async function planFileRemoval(id: string, folder: string): Promise<readonly FileChange[]> {
  const found = (await listFiles(folder)).filter((each) => each.id === id);
  return Promise.all(found.map(({ where }) => changeOf(where, null)));
}

/** Writes and removes what was planned. */
export async function applyFiles(
  { files }: SchedulePlan,
  writeFile: (path: string, text: string) => Promise<void>,
): Promise<void> {
  for (const { path, before, after } of files) {
    if (after === null) await removeFiles([path]);
    else if (after !== before) await writeFile(path, after);
  }
}
