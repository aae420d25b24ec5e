import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usageError } from '../errors.ts';

async function createFile(path: string, display: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw usageError({
      code: 'file-unwritable',
      message: `${display} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Choose a folder that you may write to.',
      cause,
    });
  }
}

/**
 * Writes the files of a new project: path relative to the root → text. What is there already stays as it is.
 *
 * @returns The paths that were created.
 * @throws usage error where a file cannot be written.
 */
export async function writeProjectFiles(
  root: string,
  files: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const created: string[] = [];
  for (const [path, text] of files) if (await createFile(join(root, path), path, text)) created.push(path);
  return created;
}
