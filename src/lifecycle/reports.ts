import { join, relative } from 'node:path';
import { writeWholeFile } from '../store/index.ts';
import type { Context } from './context.ts';

/** Writes a report page and gives its path relative to the folder the user is in. */
export async function writeReport(context: Context, file: string, content: string): Promise<string> {
  const path = join(await context.store.folder('reports'), file);
  await writeWholeFile(path, content, context.environment);
  return relative(context.environment.cwd, path);
}
