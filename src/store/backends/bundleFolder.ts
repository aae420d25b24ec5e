import { lstat, readdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { damagedError, usageError } from '../../errors.ts';
import type { Environment } from '../../environment/environment.ts';
import { nameParts } from '../names.ts';
import { makeFolder, syncFolder, writeFlushed } from '../../disk/durable.ts';
import { faultCode, isAbsent, onDisk } from '../../disk/faults.ts';
import { sweepAbandoned, temporaryName } from '../../disk/temporary.ts';
import { maxFileBytes } from '../../disk/wholeFile.ts';

/** Files by their path inside a folder, with `/` between the parts on every system. */
export type FolderFiles = ReadonlyMap<string, Uint8Array>;

const maxFiles = 100_000;

function refused(path: string, problem: string): Error {
  return damagedError({
    code: 'bundle-damaged',
    message: `${path} ${problem}.`,
    hint: 'Get the bundle again from where it was packaged (`aieng package -o x.tar`).',
  });
}

interface Listed {
  readonly path: string;
  readonly bytes: number;
}

async function list(root: string, below: string, found: Listed[]): Promise<Listed[]> {
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const facts = await lstat(join(root, path));
    if (facts.isDirectory()) await list(root, path, found);
    else if (facts.isFile()) found.push({ path, bytes: facts.size });
    else throw refused(join(root, path), 'is a link or a device, which a bundle may not hold');
    if (found.length > maxFiles) throw refused(root, `holds more than ${maxFiles} files`);
  }
  return found;
}

/**
 * Every file below a folder. Links and devices are refused: nothing outside of the folder is ever read.
 *
 * @throws usage error (exit 2) where there is no such folder; damaged (exit 8) for what no bundle can hold.
 */
export async function readFolder(folder: string): Promise<FolderFiles> {
  return onDisk(folder, async () => {
    let listed: Listed[];
    try {
      listed = await list(folder, '', []);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      throw usageError({
        code: 'bundle-not-found',
        message: `There is no bundle at ${folder}.`,
        hint: 'Name a bundle as `name@version`, a folder or a tar; `aieng status` lists the versions.',
        cause: error,
      });
    }
    const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > maxFileBytes) throw refused(folder, `holds ${bytes} bytes, more than a bundle may`);
    const files = new Map<string, Uint8Array>();
    for (const { path } of listed) files.set(path, await readFile(join(folder, path)));
    return files;
  });
}

/** Names in a folder that are no half-done work, sorted; none where there is no folder. */
export async function folderNames(folder: string): Promise<readonly string[]> {
  return onDisk(folder, async () => {
    try {
      return (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  });
}

function sameFiles(left: FolderFiles, right: FolderFiles): boolean {
  if (left.size !== right.size) return false;
  for (const [path, bytes] of left) {
    const other = right.get(path);
    if (other === undefined || Buffer.compare(bytes, other) !== 0) return false;
  }
  return true;
}

async function writeAll(folder: string, files: FolderFiles): Promise<void> {
  await makeFolder(folder);
  for (const [path, bytes] of files) {
    const target = join(folder, ...nameParts(path, 'file of a bundle'));
    await makeFolder(dirname(target));
    await writeFlushed(target, bytes, 0o644);
    await syncFolder(dirname(target));
  }
}

/** rename(2) of a folder onto one that holds something fails: that is how a race is noticed. */
const taken = new Set(['EEXIST', 'ENOTEMPTY', 'EPERM', 'ENOTDIR']);

/**
 * Makes a folder with these files, all or nothing. A folder that already holds exactly them is fine.
 *
 * @returns whether it was there already.
 * @throws damaged (exit 8) when something else is at its place, which is left as it is.
 */
export async function writeFolder(
  folder: string,
  files: FolderFiles,
  environment: Environment,
): Promise<{ existed: boolean }> {
  return onDisk(folder, async () => {
    const parent = dirname(folder);
    await makeFolder(parent);
    await sweepAbandoned(parent, environment);
    const existing = await lstat(folder).catch(() => undefined);
    if (existing === undefined) {
      const finished = join(parent, temporaryName(environment));
      try {
        await writeAll(finished, files);
        await rename(finished, folder);
        await syncFolder(parent);
        return { existed: false };
      } catch (error) {
        await rm(finished, { recursive: true, force: true });
        if (!taken.has(faultCode(error))) throw error;
      }
    }
    const there = (await lstat(folder)).isDirectory()
      ? await readFolder(folder)
      : new Map<string, Uint8Array>();
    if (sameFiles(there, files)) {
      // Somebody is about to use it: from here on it is as young as a new one. Another user's stays as old as it is.
      const now = environment.now() / 1000;
      await utimes(folder, now, now).catch(() => undefined);
      return { existed: true };
    }
    throw damagedError({
      code: 'folder-differs',
      message: `${folder} is there already and holds something else than the bundle that belongs there.`,
      hint: 'Run `aieng doctor --repair`: it sets that aside and writes the bundle anew. Elsewhere than in the store, move it away yourself.',
    });
  });
}
