import type { OpenedSource, RowsFile } from '../source.ts';
import { openOneFile } from './oneFile.ts';
import { listFiles } from './fileList.ts';
import { openManyFiles } from './manyFiles.ts';

/** Opens a file of rows by its format (the declared one, that of its name, that of its content), or several as one. */
export async function openSource(file: RowsFile): Promise<OpenedSource> {
  const list = await listFiles(file);
  if (list === null) return openOneFile(file);
  const { skip } = file;
  const files = list.files.filter(({ displayPath }) => skip?.has(displayPath) !== true);
  return openManyFiles(file, { ...list, files });
}
