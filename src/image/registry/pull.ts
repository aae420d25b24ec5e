import type { Base } from '../documents.ts';
import { baseOf, maxDocumentBytes } from '../bases/manifestSource.ts';
import { sha256 } from '../../digest.ts';
import { putBlob, readBlob } from '../blobs/index.ts';
import type { Descriptor } from '../documents.ts';
import type { ImageContext, Platform } from '../image.ts';
import { acceptedManifests } from '../mediaTypes.ts';
import type { Reference } from '../reference.ts';
import { formatReference, parseReference } from '../reference.ts';
import { mostTries, retryAfterSeconds, waitMs } from '../../retry.ts';
import type { Registry } from './client.ts';
import { openRegistry, pause } from './client.ts';
import { isNetworkFault, strange, unreachable } from './faults.ts';
import type { Answer } from './transport.ts';

/** An answer's bytes, at most so many. */
async function bytesOf(registry: Registry, answer: Answer, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let given = 0;
  try {
    for await (const piece of answer.body) {
      const data = piece as Uint8Array;
      given += data.byteLength;
      if (given > limit) throw strange(registry.place, `a manifest of more than ${limit} bytes`);
      pieces.push(data);
    }
  } catch (error) {
    if (isNetworkFault(error)) throw unreachable(registry.place, error);
    throw error;
  }
  return Buffer.concat(pieces);
}

async function manifestBytes(registry: Registry, name: string): Promise<Uint8Array> {
  const answer = await registry.send({
    method: 'GET',
    target: `manifests/${name}`,
    headers: { accept: acceptedManifests },
    expected: [200],
  });
  return bytesOf(registry, answer, maxDocumentBytes);
}

/**
 * What a reference means now. By digest it can only mean one thing: when that is in the cache, nobody is asked. By tag the registry
 * is asked, and what it sends is put into the cache under the digest that it has.
 */
async function resolve(context: ImageContext, registry: Registry, reference: Reference): Promise<Descriptor> {
  const { digest, tag } = reference;
  const known = digest === null ? undefined : await readBlob(context, digest, maxDocumentBytes);
  const bytes = known ?? (await manifestBytes(registry, digest ?? tag ?? 'latest'));
  const found = `sha256:${sha256(bytes)}`;
  if (digest !== null && digest !== found)
    throw strange(registry.place, `what it sent as ${digest} has the digest ${found}`);
  await putBlob(context, bytes);
  return { mediaType: '', digest: found, size: bytes.byteLength };
}

/**
 * How many bytes of an answer were given already. A registry may send all of it in spite of the range that was asked for,
 * or a range that begins earlier; one that begins later leaves a hole, and is no answer.
 */
function givenAlready(registry: Registry, { status, headers }: Answer, given: number): number {
  if (status !== 206) return given;
  const said = headers['content-range'];
  if (said === undefined) return 0;
  const start = Number(/^bytes (\d{1,15})-/.exec(said)?.[1] ?? NaN);
  if (start <= given) return given - start;
  throw strange(registry.place, `bytes from ${given} on were asked for, and it sent others`);
}

/**
 * A blob's bytes. A connection that breaks is taken up again where it broke; that the whole is right is for the reader to verify.
 */
async function* download(
  context: ImageContext,
  registry: Registry,
  { digest, size }: Descriptor,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await registry.send({
      method: 'GET',
      target: `blobs/${digest}`,
      headers: given === 0 ? {} : { range: `bytes=${given}-` },
      expected: [200, 206],
    });
    let skip = givenAlready(registry, answer, given);
    let fault: unknown = Object.assign(new Error('the answer was too short'), { code: 'ECONNRESET' });
    try {
      for await (const piece of answer.body) {
        const data = piece as Uint8Array;
        const fresh = data.subarray(Math.min(skip, data.byteLength));
        skip -= data.byteLength - fresh.byteLength;
        given += fresh.byteLength;
        if (fresh.byteLength > 0) yield fresh;
      }
      if (given >= size) return;
    } catch (error) {
      context.signal.throwIfAborted();
      if (!isNetworkFault(error)) throw error;
      fault = error;
    }
    if (attempt >= mostTries) throw unreachable(registry.place, fault);
    await pause(waitMs(attempt, retryAfterSeconds(answer.headers['retry-after'])), context.signal);
  }
}

/**
 * A base image from a registry, by tag or digest: its layers in the cache, every digest verified. Credentials come from docker's and
 * podman's configuration.
 *
 * @throws a usage error that says whether the registry cannot be reached, refuses, or has no such image or platform.
 */
export async function baseOfRegistry(context: ImageContext, text: string, platform: Platform): Promise<Base> {
  const reference = parseReference(text);
  const registry = openRegistry(context, reference, 'pull', false);
  context.progress(`base: ${registry.place.where}`);
  const top = await resolve(context, registry, reference);
  const source = {
    where: registry.place.where,
    manifest: async (descriptor: Descriptor) => {
      const bytes = await manifestBytes(registry, descriptor.digest);
      return (async function* () {
        yield bytes;
      })();
    },
    blob: async (descriptor: Descriptor) => download(context, registry, descriptor),
  };
  const base = await baseOf(context, source, top, platform);
  return {
    name: formatReference({
      ...reference,
      digest: null,
      tag: reference.tag ?? (reference.digest === null ? 'latest' : null),
    }),
    ...base,
  };
}
