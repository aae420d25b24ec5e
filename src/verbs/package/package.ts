import type { PackageResult } from './result.ts';
import type { ImageFlags, PackageOptions } from './options.ts';
import { join, relative, resolve } from 'node:path';
import { writeDockerfile } from '../../image/index.ts';
import { carriedFiles, loadBundle, writeTar } from '../../packaging/index.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { bundleFolder, resolveBundle } from '../../project/bundles.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { attachmentsOf, documentsOf } from '../../project/trust/attachments.ts';
import { signAsAsked } from '../../project/trust/signing.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { Context } from '../../project/context.ts';
import { placeOf } from '../../project/deployment/place.ts';
import { imageOptions, imageResult, makeImage } from '../../project/images.ts';
import type { ImageRequest } from '../../project/images.ts';
import type { Outcome } from '../../project/outcome.ts';
import { outputOf } from '../../tracking/stages.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';
import { writePortable } from './portable.ts';

/** What the cascade packaged, and the bundle itself. */
interface Packaged {
  readonly bundle: Bundle;
  readonly result: PackageResult;
}

/** How it came to be and what it is made of is written down, and both are signed with it where the pipeline says who signs. */
async function attach(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
): Promise<PackageResult['signature']> {
  await documentsOf(context, named);
  const { key, because } = await signAsAsked(context, pipeline, named);
  return key === null && because === null ? null : { key, because };
}

async function readPackaged(context: Context, done: CascadeResult): Promise<Packaged> {
  const record = done.records.package;
  if (record === undefined) throw stoppedBefore(done, 'package');
  const { name, version, bundle: digest, files } = outputOf.package(record);
  const bundle = await loadBundle(context.store, digest);
  // A version that was lost (a damaged file that had to be deleted) is claimed again; it is there otherwise.
  await context.store.claimExactVersion(name, version, digest);
  const signature = await attach(context, done.pipeline, { bundle, name, version });
  const result = {
    name,
    version,
    digest,
    existed: done.stages.at(-1)?.state === 'cached' || outputOf.package(record).existed,
    path: relative(context.environment.cwd, await bundleFolder(context, bundle)),
    tar: null,
    signature,
    files,
    image: null,
    dockerfile: [],
    portable: null,
    onnx: null,
  };
  return { bundle, result };
}

/** What a cascade up to package made. */
export async function packaged(context: Context, done: CascadeResult): Promise<PackageResult> {
  return (await readPackaged(context, done)).result;
}

/** The image that flags and pipeline ask for together. */
function requestOf(flags: ImageFlags, done: CascadeResult, name: string): ImageRequest {
  const { image } = placeOf(done.pipeline);
  return {
    reference: flags.image ?? image.repository ?? name,
    base: flags.base ?? image.base,
    variant: flags.variant ?? image.variant,
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
  };
}

/** Dockerfile, .dockerignore and the bundle: a folder that `docker build` takes. */
async function writeBuildFolder(
  context: Context,
  folder: string,
  { bundle, result }: Packaged,
  request: ImageRequest,
): Promise<readonly string[]> {
  const { environment } = context;
  const target = resolve(environment.cwd, folder);
  const options = await imageOptions(
    context,
    { bundle, name: result.name, version: result.version },
    request,
  );
  const carried = [...carriedFiles(bundle, result.version)].map(
    ([path, content]): [string, Uint8Array | string] => [`bundle/${path}`, content],
  );
  const written = writeDockerfile({ ...options, bundle: 'bundle', tarball: null });
  const files = new Map<string, Uint8Array | string>([...written, ...carried]);
  for (const [path, content] of files) await writeWholeFile(join(target, path), content, environment);
  return [...files.keys()].map((path) => relative(environment.cwd, join(target, path)));
}

/** The bundle as one file, with everything that is attached to it. */
async function writeTarOf(context: Context, path: string, named: NamedBundle): Promise<void> {
  const { bundle, name, version } = named;
  const attachments = await attachmentsOf(context, { bundle, name, version });
  await writeWholeFile(path, writeTar(bundle, version, attachments), context.environment);
}

const portableOf = async (
  context: Context,
  { target, into }: PackageOptions,
  named: NamedBundle,
): Promise<PackageResult['portable']> =>
  target === undefined ? null : writePortable(context, named, target, into);

/** The file in ONNX; what writes it is loaded where it is asked for. */
async function onnxOf(
  context: Context,
  { onnx, into }: PackageOptions,
  named: NamedBundle,
): Promise<PackageResult['onnx']> {
  if (onnx !== true) return null;
  const { writeOnnxFile } = await import('./onnx.ts');
  return writeOnnxFile(context, named, into);
}

/** A signature that was asked for and not made is told. */
export const unsignedWarnings = ({ name, version, signature }: PackageResult): readonly string[] =>
  signature?.because == null ? [] : [`${name}@${version} is not signed: ${signature.because}`];

/** A version that is there, written for another place: nothing runs, and nothing is packaged. */
async function existing(
  context: Context,
  argument: string,
  options: PackageOptions,
): Promise<Outcome<PackageResult>> {
  const named = await resolveBundle(context, argument);
  const { bundle, name, version } = named;
  const { manifest, digest } = bundle;
  return {
    exitCode: 0,
    warnings: [],
    bundle: digest,
    ...(version === null ? {} : { version }),
    result: {
      ...{ name, version: version ?? 0, digest, existed: true },
      path: relative(context.environment.cwd, await bundleFolder(context, bundle)),
      ...{ tar: null, signature: null, image: null, dockerfile: [] },
      files: Object.entries(manifest.files).map(([path, { bytes }]) => ({ path, bytes })),
      portable: await portableOf(context, options, named),
      onnx: await onnxOf(context, options, named),
    },
  };
}

/**
 * A candidate that passed its gates → a versioned, verifiable bundle; where asked for, also its tar, its OCI image, a
 * folder for `docker build`, and a file of its own for a place without aieng. Exit 4 when it did not pass.
 *
 * @example
 * ```ts
 * const { version } = await packageModel(context, { pipeline: 'churn', waitMs: 0, output: 'churn.tar' });
 * // version → 1
 * ```
 */
export async function packageModel(
  context: Context,
  options: PackageOptions,
): Promise<Outcome<PackageResult>> {
  const { pipeline, target } = options;
  if ((target !== undefined || options.onnx === true) && pipeline !== undefined && pipeline.includes('@'))
    return existing(context, pipeline, options);
  const done = await cascade(context, 'package', options);
  const made = await readPackaged(context, done);
  const { bundle, result } = made;
  const { environment } = context;
  const shown = (path: string): string => relative(environment.cwd, path);
  const tar = options.output === undefined ? null : resolve(environment.cwd, options.output);
  if (tar !== null) await writeTarOf(context, tar, { ...result, bundle });
  const request = requestOf(options, done, result.name);
  const image =
    options.image === undefined
      ? null
      : await makeImage(
          context,
          { bundle, name: result.name, version: result.version },
          request,
          options.push ?? false,
        );
  const dockerfile =
    options.dockerfile === undefined
      ? []
      : await writeBuildFolder(context, options.dockerfile, made, request);
  const portable = await portableOf(context, options, { ...result, bundle });
  const onnx = await onnxOf(context, options, { ...result, bundle });
  const outcome = cascadeOutcome(done);
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...unsignedWarnings(result)],
    ...(image === null ? {} : { image: image.built.digest }),
    result: {
      ...result,
      tar: tar === null ? null : shown(tar),
      image: image === null ? null : imageResult(image.built, image.pushed, shown),
      dockerfile,
      portable,
      onnx,
    },
  };
}
