import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ScriptFiles } from './files.ts';

/** Where a program runs: a folder of its own with a copy of its files, and beside it what it is handed. */
export interface ScriptFolder {
  readonly place: string;
  /** It may write here. */
  readonly work: string;
  /** What it is handed: to be read. */
  readonly input: string;
}

/** The folders that these files lie in, below their root. */
function foldersOf(files: ScriptFiles): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of files.keys())
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) found.add(folder);
  return found;
}

/**
 * Makes the folder of a program.
 *
 * @param hand Writes what it is handed into a folder.
 * @param shared Somebody else's number runs it (in a container): it has to be able to read and to write all the same.
 */
export async function makeScriptFolder(
  place: string,
  files: ScriptFiles,
  hand: (folder: string) => Promise<void>,
  shared: boolean,
): Promise<ScriptFolder> {
  const work = join(place, 'work');
  const input = join(place, 'input');
  await mkdir(work, { recursive: true, mode: 0o755 });
  await mkdir(input, { mode: 0o755 });
  for (const [path, { bytes, isExecutable }] of files) {
    const whole = join(work, path);
    await mkdir(dirname(whole), { recursive: true });
    const mode = isExecutable ? 0o755 : 0o644;
    await writeFile(whole, bytes, { mode });
    // Whatever the umask.
    if (shared) await chmod(whole, mode);
  }
  if (shared) for (const folder of foldersOf(files)) await chmod(join(work, folder), 0o755);
  await hand(input);
  for (const name of await readdir(input)) await chmod(join(input, name), 0o444);
  await chmod(input, 0o555);
  if (shared) await chmod(work, 0o777);
  return { place, work, input };
}

/** Takes the folder away. */
export async function removeScriptFolder(place: string): Promise<void> {
  await chmod(join(place, 'input'), 0o755).catch(() => undefined);
  await rm(place, { recursive: true, force: true }).catch(() => undefined);
}

/** Writes a text that a program is handed. */
export const writeHanded = (path: string, text: string): Promise<void> => writeFile(path, text);
