import type { OpenedSource, RowsFile } from '../source.ts';
import { withFormat } from './format.ts';
import { sources } from './index.ts';

/** Opens a file of rows by its format: the declared one, that of its name, or that of its content. */
export async function openSource(file: RowsFile): Promise<OpenedSource> {
  const formatted = await withFormat(file);
  return sources[formatted.dialect.format](formatted);
}
