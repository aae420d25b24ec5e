import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { ImageVariant, Platform } from '../image.ts';
import type { LayerEntry } from '../layer.ts';
import { withParents } from '../layer.ts';
import { inside } from '../runtime.ts';
import type { FoundPackage } from './installed.ts';
import { installedPackages } from './installed.ts';
import { placePackages } from './placement.ts';
import {
  isBundled,
  isLeftOut,
  looksIdle,
  serviceRoots,
  staysOfAieng,
  staysOfBuilds,
  staysOfBundled,
} from './prune.ts';
import { reachable } from './reach.ts';

/** What aieng adds to a base image, but for the bundle. */
export interface Software {
  readonly dependencies: readonly LayerEntry[];
  readonly aieng: readonly LayerEntry[];
}

const softwareRoot = inside.software.slice(1);
/** Below it a file is read at once; above it, as a stream. */
const readAtOnce = 4 * 1024 ** 2;

/** Plain files below a folder, without packages nested in it. Links are none of a package's: npm packs none. */
async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...(await filesBelow(folder, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/** A file of this disk as an entry: its size now, its bytes when their turn comes. */
async function fileEntry(source: string, path: string, mode: number): Promise<LayerEntry> {
  const { size: bytes } = await stat(source);
  const read = async function* (): AsyncGenerator<Uint8Array> {
    if (bytes <= readAtOnce) yield await readFile(source);
    else
      for await (const piece of createReadStream(source, { highWaterMark: 1 << 20 }))
        yield piece as Uint8Array;
  };
  return { kind: 'file', path, mode, content: { bytes, read } };
}

const loadable = /\.(?:[cm]?js|json|node|wasm)$/;

/** The files of a package that go in. */
async function filesOf({ folder, facts }: FoundPackage, nodePlatform: string): Promise<string[]> {
  const all = await filesBelow(folder);
  const stays = staysOfBuilds(facts.name);
  if (stays !== undefined) return all.filter(stays);
  const idle = new Set(all.filter((path) => looksIdle(path, nodePlatform)));
  const needsReach = isBundled(facts.name) || [...idle].some((path) => loadable.test(path));
  if (!needsReach) return all.filter((path) => !idle.has(path));
  const entries = isBundled(facts.name) ? [facts.main] : facts.entries;
  const reached = await reachable(entries, new Set(all), (path) => readFile(join(folder, path), 'utf8'));
  if (isBundled(facts.name)) return all.filter((path) => staysOfBundled(path, reached));
  return all.filter((path) => !idle.has(path) || reached.has(path));
}

async function aiengEntries(root: FoundPackage): Promise<LayerEntry[]> {
  const files = (await filesBelow(root.folder)).filter(staysOfAieng);
  if (!files.includes('dist/main.js'))
    throw usageError({
      code: 'installation-incomplete',
      message: `aieng in ${root.folder} is not compiled: it has no dist/main.js, which an image runs.`,
      hint: 'Run `npm run build` there.',
    });
  return Promise.all(
    files.map((path) =>
      fileEntry(
        join(root.folder, path),
        `${softwareRoot}/node_modules/aieng/${path}`,
        path.startsWith('bin/') ? 0o755 : 0o644,
      ),
    ),
  );
}

/** Folders that the service's user may write: its store (a volume) and the project that is mounted. */
const ownedFolders: readonly LayerEntry[] = [inside.store, inside.work].map((path) => ({
  kind: 'directory',
  path: path.slice(1),
  mode: 0o755,
  owner: inside.user,
}));

/** `linux-x64`, as Node and npm name what OCI calls linux/amd64. */
export function nodePlatform({ os, architecture }: Platform): string {
  const names: Readonly<Record<string, string>> = { amd64: 'x64', '386': 'ia32', ppc64le: 'ppc64' };
  return `${os}-${names[architecture] ?? architecture}`;
}

/** DuckDB is native: npm installs it for the machine it runs on. The service has no native code. */
function refuseForeign(variant: ImageVariant, platform: Platform): void {
  const here = `${process.platform}-${process.arch}`;
  if (variant === 'serve' || nodePlatform(platform) === here) return;
  throw usageError({
    code: 'image-platform-foreign',
    message: `A full image for ${platform.os}/${platform.architecture} needs DuckDB for that platform; installed here is the one for ${here}.`,
    hint: 'Build the full image on such a machine, or build the serve image, which has no native code.',
  });
}

/**
 * The files of aieng and of the packages that a variant needs, from the installation that runs now. File modes are fixed: those on the
 * disk depend on who installed.
 *
 * @throws a usage error where the installation is incomplete or was made for another platform.
 */
export async function collectSoftware(variant: ImageVariant, platform: Platform): Promise<Software> {
  refuseForeign(variant, platform);
  const takes = (name: string, byAieng: boolean): boolean =>
    !isLeftOut(name) && (variant === 'full' || !byAieng || serviceRoots.includes(name));
  const { root, packages } = await installedPackages(takes);
  const dependencies: LayerEntry[] = [];
  for (const [location, id] of placePackages(root.id, packages)) {
    const found = packages.get(id);
    if (found === undefined) continue;
    for (const path of await filesOf(found, nodePlatform(platform)))
      dependencies.push(
        await fileEntry(join(found.folder, path), `${softwareRoot}/${location}/${path}`, 0o644),
      );
  }
  return {
    dependencies: withParents(dependencies, softwareRoot),
    aieng: [...withParents(await aiengEntries(root), `${softwareRoot}/node_modules/aieng`), ...ownedFolders],
  };
}
