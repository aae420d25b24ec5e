import { open, readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { ElfNeeds } from './elf.ts';
import { elfNeeds } from './elf.ts';

/** A file of this machine, and where it stands in the image. */
export interface CopiedFile {
  readonly source: string;
  /** Absolute. */
  readonly target: string;
}

async function needsOf(path: string): Promise<ElfNeeds | undefined> {
  const handle = await open(path, 'r');
  try {
    return await elfNeeds(async (offset, length) => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    });
  } finally {
    await handle.close();
  }
}

const standardFolders = ['/lib', '/usr/lib', '/lib64', '/usr/lib64'];

/** Where the loader looks without being told (ld.so(8)), with Debian's folders by architecture. */
async function loaderFolders(): Promise<string[]> {
  const triplets = ['/lib', '/usr/lib'].map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => /-linux-(?:gnu|musl)/.test(name)).map((name) => join(folder, name));
  });
  return [...(await Promise.all(triplets)).flat().sort(), ...standardFolders];
}

/** Folders of /etc/ld.so.conf.d, one a line. */
async function configuredFolders(): Promise<string[]> {
  const folder = '/etc/ld.so.conf.d';
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.conf')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n').map((line) => line.trim()))
    .filter((line) => line.startsWith('/'));
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );

/** The first of these folders that holds a library for the same kind of processor as everything else here. */
async function findLibrary(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if ((await isFile(path)) && (await needsOf(path)) !== undefined) return path;
  }
  return undefined;
}

/**
 * The loader and every library that a program needs, and those need, in turn. A library keeps its place where the loader finds it there
 * without its cache (an image has none), else it goes to /usr/lib.
 *
 * @throws a usage error for a library that is not on this machine.
 */
export async function librariesOf(program: string): Promise<CopiedFile[]> {
  const plain = await loaderFolders();
  const configured = await configuredFolders();
  const copied = new Map<string, CopiedFile>();
  const waiting = [program];
  for (const path of waiting) {
    const needs = await needsOf(path);
    if (needs === undefined) continue;
    if (needs.loader !== null)
      copied.set(basename(needs.loader), { source: needs.loader, target: needs.loader });
    const own = needs.searchPaths.map((folder) => folder.replace(/\$\{?ORIGIN\}?/g, dirname(path)));
    for (const name of needs.libraries) {
      if (copied.has(name)) continue;
      const source = await findLibrary(basename(name), [...own, ...plain, ...configured]);
      if (source === undefined)
        throw usageError({
          code: 'base-library-missing',
          message: `${path} needs ${name}, which is not among the libraries of this machine.`,
          hint: 'Take a base image from a registry (--base node:20-slim) or an OCI layout (--base oci:<dir>).',
        });
      const target = plain.includes(dirname(source)) ? source : join('/usr/lib', basename(source));
      copied.set(name, { source, target });
      waiting.push(source);
    }
  }
  return [...copied.values()];
}
