import { join, relative } from 'node:path';
import type { Environment } from '../environment/environment.ts';
import { writeWholeFile } from '../disk/wholeFile.ts';
import type { Context } from './context.ts';

/** Writes a report page and gives its path relative to the folder the user is in. */
export async function writeReport(context: Context, file: string, content: string): Promise<string> {
  const path = join(await context.store.folder('reports'), file);
  await writeWholeFile(path, content, context.environment);
  return relative(context.environment.cwd, path);
}

/** Writes a report for a CI server to where the user wants it: whole or not at all. The path is absolute. */
export async function writeReportFile(
  path: string,
  content: string,
  environment: Environment,
): Promise<void> {
  await writeWholeFile(path, content, environment);
}
