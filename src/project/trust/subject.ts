import { basename, join, resolve } from 'node:path';
import { archiveDigests, contentDigests, kindOfPath } from '../../disk/contentDigests.ts';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { onlyFile } from '../../trust/statement.ts';
import type { Digest } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import type { NamedBundle } from '../bundles.ts';
import { resolveBundle } from '../bundles.ts';
import type { Context } from '../context.ts';

/** A bundle, and where its signature belongs. */
interface BundleSubject {
  readonly kind: 'bundle';
  readonly named: NamedBundle;
  readonly place: { readonly kind: 'store' } | { readonly kind: 'folder' | 'tar'; readonly path: string };
}

/** Files that are signed as they lie there: an image, or a model of any kind. */
export interface FilesSubject {
  readonly kind: 'image' | 'model';
  /** What the signature is for. */
  readonly name: string;
  readonly files: ReadonlyMap<string, Digest>;
  /** Paths beside them that are no part of it. */
  readonly ignored: readonly string[];
  /** Absolute path of its signature. */
  readonly signature: string;
}

/** What can be signed and verified. */
export type Subject = BundleSubject | FilesSubject;

const signatureName = 'model.sig';
/** Of an image what names it, and what tools of other kinds read: the image itself is its blobs. */
const notOfImages = [
  'index.json',
  'manifest.json',
  'oci-layout',
  signatureName,
  'provenance.json',
  'ml-bom.cdx.json',
];

function imageDigest(index: string | undefined, where: string): Digest {
  try {
    const { manifests } = JSON.parse(index ?? '') as {
      readonly manifests?: readonly { readonly digest?: unknown }[];
    };
    const [only, ...more] = manifests ?? [];
    const [, digest] = /^sha256:([0-9a-f]{64})$/.exec(String(only?.digest)) ?? [];
    if (digest !== undefined && more.length === 0) return digest;
  } catch {
    // Said below.
  }
  throw usageError({
    code: 'image-unreadable',
    message: `${where} is no OCI layout of one image.`,
    hint: 'Sign what `aieng package --image` wrote: the folder of its layout, or its tar.',
  });
}

/** The image in a layout: its blobs, by the digest of its manifest. */
function imageSubject(
  files: ReadonlyMap<string, Digest>,
  index: string | undefined,
  where: string,
  signature: string,
): FilesSubject {
  const digest = imageDigest(index, where);
  const blobs = new Map([...files].filter(([path]) => !notOfImages.includes(path)));
  if (!blobs.has(`blobs/sha256/${digest}`))
    throw usageError({
      code: 'image-unreadable',
      message: `${where} does not hold the manifest that its index names.`,
      hint: 'Build it again with `aieng package --image`.',
    });
  return { kind: 'image', name: `image@sha256:${digest}`, files: blobs, ignored: notOfImages, signature };
}

async function folderSubject(
  context: Context,
  argument: string,
  path: string,
  given?: string,
): Promise<Subject> {
  if ((await kindOfPath(join(path, 'oci-layout'))) === 'file') {
    const index = await readWholeFile(join(path, 'index.json'), 10_000_000);
    const files = await contentDigests(path, '');
    const signature = given ?? join(path, signatureName);
    return imageSubject(files, new TextDecoder().decode(index), argument, signature);
  }
  if ((await kindOfPath(join(path, 'manifest.json'))) === 'file' && given === undefined)
    return {
      kind: 'bundle',
      named: await resolveBundle(context, `${argument}/`),
      place: { kind: 'folder', path },
    };
  return modelSubject(path, given ?? join(path, signatureName), [signatureName]);
}

/** A model of any kind: every file below a folder, or one file. */
async function modelSubject(
  path: string,
  signature: string,
  ignored: readonly string[],
): Promise<FilesSubject> {
  const name = basename(path);
  // The name that one file has is that of a folder's file, which it is not.
  const files = new Map(await contentDigests(path, onlyFile));
  for (const each of ignored) files.delete(each);
  return { kind: 'model', name, files, ignored, signature };
}

async function tarSubject(
  context: Context,
  argument: string,
  path: string,
  given?: string,
): Promise<Subject> {
  const { digests, texts } = await archiveDigests(path, ['index.json']);
  if (digests.has('oci-layout'))
    return imageSubject(digests, texts.get('index.json'), argument, given ?? `${path}.sig`);
  return { kind: 'bundle', named: await resolveBundle(context, argument), place: { kind: 'tar', path } };
}

/**
 * What an argument of `sign` and `verify` means: a version of the store, a bundle as folder or tar, an image as OCI layout
 * or tar, or any other model: a file, or a folder.
 *
 * @param given Where its signature lies, where that was said.
 * @throws usage error (exit 2) for what is not there; damaged (exit 8) for a bundle that does not verify by itself.
 */
export async function subjectOf(context: Context, argument: string, given?: string): Promise<Subject> {
  const path = resolve(context.environment.cwd, argument);
  const signature = given === undefined ? undefined : resolve(context.environment.cwd, given);
  const isPath = /[/\\]|\.tar$/.test(argument);
  const [, name = ''] = /^([A-Za-z0-9][\w.-]*)(?:@\d+)?$/.exec(argument) ?? [];
  const kind = await kindOfPath(path);
  const isKnown = name !== '' && !isPath && (await context.store.newestVersion(name)) !== undefined;
  if (isKnown || (kind === undefined && !isPath))
    return { kind: 'bundle', named: await resolveBundle(context, argument), place: { kind: 'store' } };
  if (kind === undefined)
    throw usageError({
      code: 'file-not-found',
      message: `There is nothing at ${argument}.`,
      hint: 'Name a version (`churn@3`), a bundle, an image (OCI layout or its tar), a model file or a folder. An image of a registry is fetched first: `skopeo copy docker://<image> oci:<folder>`.',
    });
  if (kind === 'folder') return folderSubject(context, argument, path, signature);
  if (path.endsWith('.tar')) return tarSubject(context, argument, path, signature);
  return modelSubject(path, signature ?? `${path}.sig`, []);
}
