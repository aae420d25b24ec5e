import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { bundleFiles, openBundle } from '../packaging/bundle.ts';
import type { Attachments, CarriedBundle } from '../packaging/bundle.ts';
import { keepBundle, loadBundle } from '../packaging/keep.ts';
import type { Bundle } from '../packaging/manifest.ts';
import { readTar } from '../packaging/tar.ts';
import { listPipelines } from '../pipeline/load.ts';
import { overrideWords } from '../pipeline/overrides/override.ts';
import { readFolder, writeFolder } from '../store/backends/bundleFolder.ts';
import { readWholeFile } from '../disk/wholeFile.ts';
import { nearest } from '../suggest.ts';
import { aliasedVersion } from './versions/aliases.ts';
import type { Context } from './context.ts';

/** A bundle with the name and version that it is known by here. */
export interface NamedBundle {
  readonly bundle: Bundle;
  readonly name: string;
  readonly version: number | null;
  /** It came as a file, and its version is what it says of itself: `takeIn` makes it ours. */
  readonly unclaimed?: boolean;
  /** What came with it, where it came as a file. */
  readonly attachments?: Attachments;
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
  if (pipelines.includes(name)) return `Run \`aieng run ${name}\` first.`;
  const meant = nearest(name, pipelines);
  return meant === undefined
    ? 'Name a bundle as `name@version`, a folder or a tar; `aieng status` lists the versions.'
    : `Did you mean ${meant}?`;
}

async function versionedBundle(context: Context, name: string, version: number | null): Promise<NamedBundle> {
  if (version === null) {
    const newest = await context.store.newestVersion(name);
    if (newest !== undefined)
      return { bundle: await loadBundle(context.store, newest.digest), name, version: newest.version };
  }
  const versions = await context.store.versions(name);
  const found = versions.find((entry) => entry.version === version);
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

/** Two contents under one name and version would make every answer that names them ambiguous. */
export const versionTaken = (name: string, version: number, bundle: Bundle, shown: string): Error =>
  usageError({
    code: 'version-taken',
    message: `${name}@${version} exists here with another content than ${shown} (${bundle.digest.slice(0, 12)}).`,
    hint: 'Package the model again where it was made, so that it gets a version of its own.',
  });

/** A bundle that came as a file, with the version that it has here, or else the one that it says it has. */
async function carriedBundle(
  context: Context,
  { bundle, version: said, attachments }: CarriedBundle,
): Promise<NamedBundle & { readonly taken: boolean }> {
  const { name } = bundle.manifest;
  const versions = await context.store.versions(name);
  // Also where this content has a version of its own here: who asks for churn@1 must not get churn@2 without a word.
  const taken = versions.some(({ version, digest }) => version === said && digest !== bundle.digest);
  const known = versions.find(({ digest }) => digest === bundle.digest)?.version;
  if (known !== undefined) return { bundle, name, version: known, attachments, taken };
  return { bundle, name, version: said, unclaimed: true, attachments, taken };
}

/**
 * The bundle that a tar or a folder holds, with the version that it says it has. The store is not asked.
 *
 * @throws damaged error (exit 8) for one that does not verify.
 */
export async function readBundle({ environment }: Context, argument: string): Promise<CarriedBundle> {
  const path = resolve(environment.cwd, argument);
  return path.endsWith('.tar')
    ? readTar(await readWholeFile(path), argument)
    : openBundle(await readFolder(path), argument);
}

/**
 * The bundle that an argument means: `name@version`, `name@alias`, `name` (its newest version), a tar, or a folder. No version is
 * claimed for one that comes as a file: it was not proven yet.
 *
 * @throws usage error for one that does not exist, damaged error (exit 8) for one that does not verify.
 */
export async function resolveBundle(context: Context, argument: string): Promise<NamedBundle> {
  const named = /^([A-Za-z0-9][\w.-]*)(?:@(\d+|[a-z][a-z0-9-]*))?$/.exec(argument);
  const isPath = /[/\\]|\.tar$/.test(argument);
  if (named !== null && !isPath) {
    const [, name = '', which] = named;
    if (which === undefined || /^\d+$/.test(which))
      return versionedBundle(context, name, which === undefined ? null : Number(which));
    const { version, digest } = await aliasedVersion(context, name, which);
    return { bundle: await loadBundle(context.store, digest), name, version };
  }
  const isTar = argument.endsWith('.tar');
  const found = await readBundle(context, argument);
  const { bundle } = found;
  const { taken, ...carried } = await carriedBundle(context, found);
  if (isTar && taken) throw versionTaken(carried.name, carried.version!, bundle, argument);
  // What answers is found again by its digest (`explain prediction`); a version is claimed by who takes the bundle in.
  if (isTar) await keepBundle(context.store, bundle);
  return carried;
}

/** What whoever deploys or retrains should know of a model that was trained otherwise than the pipeline file says. */
export function setOtherwise({ bundle, name, version }: NamedBundle): readonly string[] {
  const { set = [] } = bundle.manifest;
  if (set.length === 0) return [];
  const which = version === null ? name : `${name}@${version}`;
  return [
    `${which} was trained with ${set.map(overrideWords).join(', ')}, set for that run alone: a retraining goes by the pipeline file.`,
  ];
}
