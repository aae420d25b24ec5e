import { link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
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
    throw unwritable(display, cause);
  }
}

const unwritable = (display: string, cause: unknown): Error =>
  usageError({
    code: 'file-unwritable',
    message: `${display} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Choose a folder that you may write to.',
    cause,
  });

/** Files of a new project that do not stand in it yet. */
export interface StagedFiles {
  /** Where they can be opened meanwhile: a folder in the project, with their paths below it. */
  readonly folder: string;
  /**
   * Puts them into the project. What is there already stays as it is; where the first of them is, none is put.
   *
   * @returns The paths that were created.
   */
  commit(): Promise<readonly string[]>;
  /** Takes the folder away; safe after `commit`. */
  discard(): Promise<void>;
}

/** Puts a staged file under its name, unless something has that name. */
async function place(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  }
}

/**
 * Stages the files of a new project: path relative to the root → text, the most important first. They are tried before
 * they stand, so that nothing half-written is left of a start that fails.
 *
 * @throws usage error where a file cannot be written.
 */
export async function stageProjectFiles(
  root: string,
  files: ReadonlyMap<string, string>,
): Promise<StagedFiles> {
  let folder: string;
  try {
    await mkdir(root, { recursive: true });
    folder = await mkdtemp(join(root, '.aieng-init-'));
  } catch (cause) {
    throw unwritable(root, cause);
  }
  for (const [path, text] of files) await createFile(join(folder, path), path, text);
  return {
    folder,
    commit: async () => {
      const created: string[] = [];
      for (const path of files.keys()) {
        const isNew = await place(join(folder, path), join(root, path)).catch((cause: unknown) => {
          throw unwritable(path, cause);
        });
        if (isNew) created.push(path);
        else if (created.length === 0) return [];
      }
      return created;
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}
