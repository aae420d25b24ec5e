import { resolve } from 'node:path';
import type { RowSchema } from '../data/schema.ts';
import { damagedError, usageError } from '../errors.ts';
import { parseFeatures } from '../features/index.ts';
import { replayGolden } from '../inference/golden.ts';
import type { Predictor } from '../inference/predictor.ts';
import { createPredictor } from '../inference/predictor.ts';
import {
  bundleFiles,
  checkGolden,
  keepBundle,
  loadBundle,
  modelFiles,
  openBundle,
  readDocument,
  readTar,
  sameBackend,
} from '../packaging/index.ts';
import type { Bundle } from '../packaging/manifest.ts';
import { readFolder, readWholeFile, writeFolder } from '../store/index.ts';
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

async function versionedBundle(context: Context, name: string, version: number | null): Promise<NamedBundle> {
  const versions = await context.store.versions(name);
  const found = version === null ? versions.at(-1) : versions.find((entry) => entry.version === version);
  if (found === undefined) {
    const known = versions.map((entry) => `${name}@${entry.version}`).join(', ');
    throw usageError({
      code: 'bundle-unknown',
      message: `There is no bundle ${name}${version === null ? '' : `@${version}`}${known === '' ? '' : ` (there are ${known})`}.`,
      hint: known === '' ? `Run \`aieng package ${name}\` first.` : `Use ${known.split(', ').at(-1)!}.`,
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

/** A predictor ready to answer, with the schema that types its inputs. */
export interface OpenedPredictor {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
}

/** Loads a bundle's model. The golden rows are not replayed here: see `goldenMismatches`. */
export async function openPredictor(
  named: Pick<NamedBundle, 'bundle' | 'version'>,
  backend: 'auto' | 'native' | 'wasm' = 'auto',
): Promise<OpenedPredictor> {
  const { bundle, version } = named;
  const schema = readDocument(bundle, 'schema.json');
  const predictor = await createPredictor(
    {
      manifest: bundle.manifest,
      digest: bundle.digest,
      version,
      schema,
      features: parseFeatures(readDocument(bundle, 'features.json')),
      modelFiles: modelFiles(bundle),
    },
    backend,
  );
  return { predictor, schema };
}

/** Replays the bundle's golden rows here and now. Empty = the same features and answers as where it was made. */
export function goldenMismatches(bundle: Bundle, opened: OpenedPredictor): readonly string[] {
  const golden = readDocument(bundle, 'golden.json');
  const inputs = golden.rows.map((row) => row.input);
  const replay = replayGolden(opened.predictor, opened.schema, inputs);
  const exact = sameBackend(golden.backend, opened.predictor.backend);
  return checkGolden(golden, replay, exact).map(({ row, message }) => `golden row ${row}: ${message}`);
}

/** Opens a predictor and refuses (exit 8) when its golden rows do not give the recorded answers. */
export async function openVerifiedPredictor(
  named: NamedBundle,
  backend: 'auto' | 'native' | 'wasm' = 'auto',
): Promise<OpenedPredictor> {
  const opened = await openPredictor(named, backend);
  const mismatches = goldenMismatches(named.bundle, opened);
  if (mismatches.length === 0) return opened;
  opened.predictor.dispose();
  throw damagedError({
    code: 'golden-mismatch',
    message: `${named.name}${named.version === null ? '' : `@${named.version}`} does not compute here what it computed when it was packaged: ${mismatches[0]!}${mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : ''}.`,
    hint: 'Package the model again with this version of aieng and this backend.',
  });
}
