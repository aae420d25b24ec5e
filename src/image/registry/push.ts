import { AiengError } from '../../errors.ts';
import { readBlob, streamBlob } from '../blobs/index.ts';
import { parseManifest } from '../documents.ts';
import { maxDocumentBytes } from '../bases/manifestSource.ts';
import type { BuiltImage, ImageContext, PushedImage } from '../image.ts';
import { mediaTypes } from '../mediaTypes.ts';
import { isDigest, parseReference } from '../reference.ts';
import { waitMs } from '../../retry.ts';
import type { Registry } from './client.ts';
import { openRegistry, pause } from './client.ts';
import { strange } from './faults.ts';
import type { Answer } from './transport.ts';
import { drain } from './transport.ts';

interface Blob {
  readonly digest: string;
  readonly bytes: number;
}

const uploads = 3;
/** Pieces of a blob for registries that do not take it whole; some want at least 5 MB. */
const chunkBytes = 16 * 1024 ** 2;

/** Where an upload goes on. It may be on another host, which then has to keep to TLS as the registry does. */
function nextPlace(registry: Registry, answer: Answer): URL {
  const { location = '' } = answer.headers;
  const next = URL.canParse(location, answer.url.href) ? new URL(location, answer.url) : undefined;
  const isFit = next?.protocol === 'https:' || (registry.isPlain && next?.protocol === 'http:');
  if (next === undefined || !isFit) throw strange(registry.place, 'it names no usable address for an upload');
  return next;
}

function withDigest(place: URL, digest: string): URL {
  const url = new URL(place);
  url.searchParams.set('digest', digest);
  return url;
}

/** A registry that says which digest it took has to say ours. */
function crossCheck(registry: Registry, answer: Answer, digest: string): void {
  const said = answer.headers['docker-content-digest'];
  if (typeof said === 'string' && isDigest(said) && said !== digest)
    throw strange(registry.place, `it took ${digest} for ${said}`);
}

/** The blob in pieces, each where the answer to the one before says. */
async function uploadChunks(
  context: ImageContext,
  registry: Registry,
  { digest, bytes }: Blob,
  begun: Answer,
): Promise<void> {
  const wanted = Number(begun.headers['oci-chunk-min-length'] ?? 0);
  const size = Math.max(chunkBytes, Number.isSafeInteger(wanted) ? wanted : 0);
  let place = nextPlace(registry, begun);
  for (let start = 0; start < bytes; start += size) {
    const end = Math.min(start + size, bytes);
    const answer = await registry.send({
      method: 'PATCH',
      target: place,
      headers: { 'content-type': 'application/octet-stream', 'content-range': `${start}-${end - 1}` },
      body: { bytes: end - start, open: () => streamBlob(context, digest, { start, end }) },
      expected: [202],
      once: true,
    });
    await drain(answer);
    place = nextPlace(registry, answer);
  }
  const done = await registry.send({
    method: 'PUT',
    target: withDigest(place, digest),
    expected: [201],
    once: true,
  });
  await drain(done);
  crossCheck(registry, done, digest);
}

async function begin(registry: Registry): Promise<Answer> {
  const answer = await registry.send({ method: 'POST', target: 'blobs/uploads/', expected: [202] });
  await drain(answer);
  return answer;
}

/** POST and PUT (distribution spec, "Pushing a blob monolithically"); in pieces where that is too large for the registry. */
async function upload(context: ImageContext, registry: Registry, blob: Blob): Promise<void> {
  const { digest, bytes } = blob;
  const begun = await begin(registry);
  const answer = await registry.send({
    method: 'PUT',
    target: withDigest(nextPlace(registry, begun), digest),
    headers: { 'content-type': 'application/octet-stream' },
    body: { bytes, open: () => streamBlob(context, digest) },
    expected: [201, 413],
    once: true,
  });
  await drain(answer);
  if (answer.status === 201) crossCheck(registry, answer, digest);
  else await uploadChunks(context, registry, blob, await begin(registry));
}

const passes = (error: unknown): boolean =>
  error instanceof AiengError && ['registry-unreachable', 'registry-busy'].includes(error.code);

/** An upload that was cut off is begun anew: what the registry kept of it is not known. */
async function uploadPatiently(context: ImageContext, registry: Registry, blob: Blob): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await upload(context, registry, blob);
      return;
    } catch (error) {
      if (attempt >= uploads || !passes(error)) throw error;
    }
    await pause(waitMs(attempt, null), context.signal);
  }
}

async function hasRemote(registry: Registry, digest: string): Promise<boolean> {
  const answer = await registry.send({ method: 'HEAD', target: `blobs/${digest}`, expected: [200, 404] });
  await drain(answer);
  return answer.status === 200;
}

async function putManifest(
  registry: Registry,
  tag: string,
  digest: string,
  manifest: Uint8Array,
): Promise<void> {
  const answer = await registry.send({
    method: 'PUT',
    target: `manifests/${tag}`,
    headers: { 'content-type': mediaTypes.manifest },
    body: manifest,
    expected: [201],
  });
  await drain(answer);
  crossCheck(registry, answer, digest);
}

/**
 * Pushes an image to the registry that its reference names. Blobs that are there are not sent; the tag is set last, so that it never points to
 * half an image. Plain HTTP only with this machine, or where `insecure` says so.
 *
 * @throws a usage error that says whether the registry cannot be reached or refuses.
 */
export async function pushImage(
  built: BuiltImage,
  context: ImageContext,
  { insecure = false }: { readonly insecure?: boolean } = {},
): Promise<PushedImage> {
  const reference = parseReference(built.reference);
  const registry = openRegistry(context, reference, 'push', insecure);
  const manifest = await readBlob(context, built.digest, maxDocumentBytes);
  const parsed = manifest === undefined ? undefined : parseManifest(manifest, built.reference);
  if (manifest === undefined || parsed?.kind !== 'manifest')
    throw new Error(`the blobs of ${built.digest} are not in ${context.folder}`);
  let uploadedBytes = 0;
  let reusedBytes = 0;
  for (const { digest, size: bytes } of [...parsed.layers, parsed.config]) {
    if (await hasRemote(registry, digest)) {
      reusedBytes += bytes;
      continue;
    }
    context.progress(`push: ${digest.slice(0, 19)} (${Math.ceil(bytes / 1000)} kB)`);
    await uploadPatiently(context, registry, { digest, bytes });
    uploadedBytes += bytes;
  }
  await putManifest(registry, reference.tag ?? 'latest', built.digest, manifest);
  const pullReference = `${reference.registry}/${reference.repository}@${built.digest}`;
  return { pullReference, uploadedBytes, reusedBytes };
}
