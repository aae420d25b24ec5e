import { usageError } from '../errors.ts';
import { buildImage, pushImage } from '../image/index.ts';
import type {
  BuiltImage,
  ImageContext,
  ImageOptions,
  ImageResult,
  ImageVariant,
  Platform,
  PushedImage,
} from '../image/image.ts';
import { carriedFiles } from '../packaging/index.ts';
import type { WishedImage } from '../deployment/target.ts';
import type { NamedBundle } from './bundles.ts';
import { writeImage } from '../tracking/images.ts';
import type { Context } from './context.ts';

/** How an image is to be made. */
export interface ImageRequest {
  /** Name of the image; without a tag it gets the model's version. */
  readonly reference: string;
  readonly base: string;
  readonly variant: ImageVariant;
  /** `linux/arm64`; left out = Linux on this machine's processor. */
  readonly platform?: string;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Linux on the processor of this machine, as OCI names it. */
const ownPlatform = ({ environment: { host } }: Context): Platform => ({
  os: 'linux',
  architecture: architectures[host.arch] ?? host.arch,
});

function platformOf(context: Context, { platform, variant }: ImageRequest): Platform {
  const own = ownPlatform(context);
  if (platform === undefined) return own;
  const [os, architecture, ...more] = platform.split('/');
  if (os !== 'linux' || architecture === undefined || architecture === '' || more.length > 0)
    throw usageError({
      code: 'platform-invalid',
      message: `"${platform}" is no platform that aieng makes images for; expected linux/amd64 or linux/arm64.`,
      hint: `Leave --platform away for ${own.os}/${own.architecture}.`,
    });
  if (variant === 'full' && architecture !== own.architecture)
    throw usageError({
      code: 'platform-foreign',
      message: `A full image for ${platform} needs native packages that are not installed on this machine (${own.architecture}).`,
      hint: 'Make it on such a machine, or make a serve image: it holds no native package.',
    });
  return { os, architecture };
}

/** What building and pushing may use: everything that is kept lies in the store's `images` folder. */
async function imageContext(context: Context): Promise<ImageContext> {
  const { environment, signal } = context;
  return {
    folder: await context.store.folder('images'),
    cwd: environment.cwd,
    variables: environment.variables,
    newId: () => environment.newId(),
    now: () => environment.now(),
    progress: (message) => context.progress({ kind: 'step', message }),
    signal,
  };
}

/** An ONNX model is answered by a package that aieng does without, in the version that judged it. */
const packagesOf = (backend: string): readonly string[] => {
  const version = /^onnxruntime-web (\d+\.\d+\.\d+)$/.exec(backend)?.[1];
  return version === undefined ? [] : [`onnxruntime-web@${version}`];
};

/** Everything that the image of a bundle is a function of. */
export async function imageOptions(
  context: Context,
  { bundle, name, version }: NamedBundle,
  request: ImageRequest,
): Promise<ImageOptions> {
  return {
    bundle: carriedFiles(bundle, version),
    facts: {
      name,
      version,
      bundleDigest: bundle.digest,
      goal: bundle.manifest.goal,
      gitCommit: (await context.git())?.commit ?? null,
      softwareVersion: context.environment.version,
      packages: packagesOf(bundle.manifest.backend.version),
    },
    reference: request.reference,
    base: request.base,
    variant: request.variant,
    platform: platformOf(context, request),
  };
}

/**
 * Builds the image of a bundle, or finds it built, pushes it where asked to, and writes down what it is made of: the
 * base's digest is part of the lineage.
 */
export async function makeImage(
  context: Context,
  named: NamedBundle,
  request: ImageRequest,
  push: boolean,
): Promise<{ readonly built: BuiltImage; readonly pushed: PushedImage | null }> {
  const access = await imageContext(context);
  const built = await buildImage(await imageOptions(context, named, request), access);
  const pushed = push ? await pushImage(built, access) : null;
  await writeImage(context, {
    name: named.name,
    version: named.version,
    bundle: named.bundle.digest,
    image: built.digest,
    reference: built.reference,
    base: built.base,
    variant: built.variant,
    platform: `${built.platform.os}/${built.platform.architecture}`,
    pushed: pushed?.pullReference ?? null,
  });
  return { built, pushed };
}

/**
 * The full image of this installation without a model: what computes stages in a container. The same files give the same digest,
 * whatever the project.
 */
export async function makeTrainingImage(
  context: Context,
  { reference, base }: Pick<ImageRequest, 'reference' | 'base'>,
): Promise<BuiltImage> {
  return buildImage(
    {
      bundle: null,
      facts: {
        name: 'aieng',
        version: null,
        bundleDigest: null,
        goal: 'Every command of aieng, to train in a container.',
        gitCommit: null,
        softwareVersion: context.environment.version,
      },
      ...{ reference, base, variant: 'full', platform: ownPlatform(context) },
    },
    await imageContext(context),
  );
}

/** The image as a target takes it. */
export const wishedImage = (built: BuiltImage, pushed: PushedImage | null): WishedImage => ({
  reference: built.reference,
  digest: built.digest,
  configDigest: built.configDigest,
  archive: built.archive,
  pullReference: pushed?.pullReference ?? null,
});

/** The image as a verb tells it; paths relative to where the command was called. */
export const imageResult = (
  built: BuiltImage,
  pushed: PushedImage | null,
  shown: (path: string) => string,
): ImageResult => ({
  reference: built.reference,
  digest: built.digest,
  base: built.base,
  variant: built.variant,
  platform: `${built.platform.os}/${built.platform.architecture}`,
  layers: built.layers,
  layout: shown(built.layout),
  archive: shown(built.archive),
  existed: built.existed,
  pushed,
});
