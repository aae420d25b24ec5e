import type { OpenedSource, RowsFile } from '../source.ts';
import { withConstants } from './constants.ts';
import { withFormat } from './format.ts';
import { sources } from './index.ts';

/** Opens one file by its format, with the columns that its folders give. */
export async function openOneFile(file: RowsFile): Promise<OpenedSource> {
  const formatted = await withFormat(file);
  return withConstants(await sources[formatted.dialect.format](formatted), file);
}
