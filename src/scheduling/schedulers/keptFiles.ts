import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AiengError, usageError } from '../../errors.ts';
import { isScheduleId, parseRecord } from '../record.ts';
import type { ScheduleRecord } from '../schedule.ts';

/** More than any record, state or environment file has. */
const longestFile = 1_000_000;

/** A small file's text, or null where there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).slice(0, longestFile);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw usageError({
      code: 'path-not-usable',
      message: `${path} cannot be read.`,
      hint: 'Give this user the right to read it.',
      cause: error,
    });
  }
}

/** The schedules that are written down in a folder, and sentences about files that are damaged. */
export async function readSchedules(
  folder: string,
): Promise<{ readonly records: readonly ScheduleRecord[]; readonly damaged: readonly string[] }> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const records: ScheduleRecord[] = [];
  const damaged: string[] = [];
  for (const name of names) {
    const id = name.replace(/\.json$/, '');
    if (id === name || !isScheduleId(id)) continue;
    const path = join(folder, name);
    try {
      const record = parseRecord((await readText(path)) ?? '', path);
      if (record.id === id) records.push(record);
      else damaged.push(`${path} holds another schedule, ${record.id}.`);
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      damaged.push(`${error.message} ${error.hint}`);
    }
  }
  return { records, damaged };
}

/** Takes files away; one that is not there is no mistake. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}
