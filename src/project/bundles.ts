import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { bundleFiles, openBundle } from '../packaging/bundle.ts';
import { keepBundle, loadBundle } from '../packaging/keep.ts';
import type { Bundle } from '../packaging/manifest.ts';
import { readTar } from '../packaging/tar.ts';
import { listPipelines } from '../pipeline/load.ts';
import { readFolder, writeFolder } from '../store/backends/bundleFolder.ts';
import { readWholeFile } from '../disk/wholeFile.ts';
import { nearest } from '../suggest.ts';
import type { Context } from './context.ts';

/** A bundle with the name and version that it is known by here. */
export interface NamedBundle {
  readonly bundle: Bundle;
  readonly name: string;
  readonly version: number | null;
}

/** A folder that holds the bundle, for a process that serves it. Made once, atomically. */
export async function bundleFolder(context: Context, bundle: Bundle): Promise<string> {
  const folder = resolve(await context.store.folder('bundles'), bundle.digest);
  await writeFolder(folder, bundleFiles(bundle), context.environment);
  return folder;
}

/** No version of that name: a typo of a pipeline's name, or a pipeline whose model was not packaged yet. */
async function hintForUnknown(context: Context, name: string): Promise<string> {
  const pipelines = (await listPipelines(context.root)).map((pipeline) => pipeline.name);
  if (pipelines.includes(name)) return `Run \`aieng package ${name}\` first.`;
  const meant = nearest(name, pipelines);
  return meant === undefined
    ? 'Name a bundle as `name@version`, a folder or a tar; `aieng status` lists the versions.'
    : `Did you mean ${meant}?`;
}

async function versionedBundle(context: Context, name: string, version: number | null): Promise<NamedBundle> {
  const versions = await context.store.versions(name);
  const found = version === null ? versions.at(-1) : versions.find((entry) => entry.version === version);
  if (found === undefined) {
    const known = versions.map((entry) => `${name}@${entry.version}`);
    const [newest] = known.slice(-1);
    throw usageError({
      code: 'bundle-unknown',
      message: `There is no bundle ${name}${version === null ? '' : `@${version}`}${newest === undefined ? '' : ` (there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')})`}.`,
      hint: newest === undefined ? await hintForUnknown(context, name) : `Use ${newest}.`,
    });
  }
  return { bundle: await loadBundle(context.store, found.digest), name, version: found.version };
}

/** Takes a bundle tar into the store under its own name and version. */
async function importTar(context: Context, path: string, shown: string): Promise<NamedBundle> {
  const { bundle, version } = await readTar(await readWholeFile(path), shown);
  const { name } = bundle.manifest;
  await keepBundle(context.store, bundle);
  if (version === null) {
    const claimed = await context.store.claimVersion(name, bundle.digest);
    return { bundle, name, version: claimed.version };
  }
  if (!(await context.store.claimExactVersion(name, version, bundle.digest)))
    throw usageError({
      code: 'version-taken',
      message: `${name}@${version} exists here with another content than ${shown} (${bundle.digest.slice(0, 12)}).`,
      hint: 'Package the model again where it was made, so that it gets a version of its own.',
    });
  return { bundle, name, version };
}

/**
 * The bundle that an argument means: `name@version`, `name` (its newest version), a tar, or a folder.
 *
 * @throws usage error for one that does not exist, damaged error (exit 8) for one that does not verify.
 */
export async function resolveBundle(context: Context, argument: string): Promise<NamedBundle> {
  const named = /^([A-Za-z0-9][\w.-]*)(?:@(\d+))?$/.exec(argument);
  const isPath = /[/\\]|\.tar$/.test(argument);
  if (named !== null && !isPath)
    return versionedBundle(context, named[1]!, named[2] === undefined ? null : Number(named[2]));
  const path = resolve(context.environment.cwd, argument);
  if (path.endsWith('.tar')) return importTar(context, path, argument);
  const { bundle, version: carried } = openBundle(await readFolder(path), argument);
  const versions = await context.store.versions(bundle.manifest.name);
  const version = versions.find((entry) => entry.digest === bundle.digest)?.version ?? carried;
  return { bundle, name: bundle.manifest.name, version };
}
