import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import type { BuiltImage, ImageContext, ImageOptions } from '../../src/image/image.ts';
import { scratchFolder } from './project.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const digestOf = (bytes: Uint8Array): string => `sha256:${sha256(bytes)}`;
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** What an image is built with: a folder of its own, and no login of this machine. */
export function imageContext(more: Partial<ImageContext> = {}): ImageContext {
  const folder = more.folder ?? scratchFolder();
  let ids = 0;
  return {
    folder,
    cwd: folder,
    variables: {},
    newId: () => `${process.pid}-${sha256(Buffer.from(folder)).slice(0, 6)}-${(ids += 1)}-${Math.random()}`,
    now: () => Date.now(),
    progress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

export const linuxHere = {
  os: 'linux',
  architecture: process.arch === 'x64' ? 'amd64' : process.arch,
};

/** An image of a bundle that is none: for what does not run it. */
export function imageOptions(more: Partial<ImageOptions> = {}, text = 'one'): ImageOptions {
  return {
    bundle: new Map([
      ['VERSION', Buffer.from('churn@1\n')],
      ['manifest.json', Buffer.from(`{"model":"${text}"}`)],
      ['model/weights.bin', Buffer.from(text)],
    ]),
    facts: {
      name: 'churn',
      version: 1,
      bundleDigest: sha256(Buffer.from(text)),
      goal: 'Who leaves?',
      gitCommit: 'c0ffee',
      softwareVersion: '0.1.0',
    },
    reference: 'churn',
    base: 'this-machine',
    variant: 'serve',
    platform: linuxHere,
    ...more,
  };
}

/** A base image of a few bytes: every blob of it by digest, and its manifest. */
export interface SmallBase {
  readonly manifest: Buffer;
  readonly digest: string;
  readonly layer: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** Made by hand, with the media types of OCI or of Docker's schema 2. */
export function smallBase(family: 'oci' | 'docker' = 'oci', layerBytes = 100_000): SmallBase {
  // Not to be compressed: it has to be as large as it is said to be.
  const noise = Buffer.concat(
    Array.from({ length: Math.ceil(layerBytes / 32) }, (_, index) =>
      createHash('sha256').update(`${index}`).digest(),
    ),
  );
  const layer = gzipSync(noise);
  const config = json({
    os: linuxHere.os,
    architecture: linuxHere.architecture,
    config: { Env: ['PATH=/usr/local/bin:/bin', 'FROM_BASE=1'], Labels: { vendor: 'them' } },
    rootfs: { type: 'layers', diff_ids: [digestOf(noise)] },
    history: [{ created_by: 'by hand' }],
  });
  const type = (oci: string, docker: string): string =>
    family === 'oci' ? `application/vnd.oci.image.${oci}` : `application/vnd.docker.${docker}`;
  const descriptor = (mediaType: string, bytes: Buffer): object => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: type('manifest.v1+json', 'distribution.manifest.v2+json'),
    config: descriptor(type('config.v1+json', 'container.image.v1+json'), config),
    layers: [descriptor(type('layer.v1.tar+gzip', 'image.rootfs.diff.tar.gzip'), layer)],
  });
  const blobs = new Map([config, layer].map((bytes) => [digestOf(bytes), bytes]));
  return { manifest, digest: digestOf(manifest), layer, blobs };
}

/** The base as an OCI layout folder. */
export function layoutOf({ manifest, digest, blobs }: SmallBase): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const [name, bytes] of [...blobs, [digest, manifest] as const])
    writeFileSync(join(folder, 'blobs', 'sha256', name.slice(7)), bytes);
  const listed = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: manifest.byteLength,
  };
  writeFileSync(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [listed] }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return folder;
}

/** A blob of a finished image. */
export const blobOf = (built: BuiltImage, digest: string): Buffer =>
  readFileSync(join(built.layout, 'blobs', 'sha256', digest.slice(7)));

/** Headers of a layer's entries, by another tar implementation than the one that wrote them. */
export async function entriesOf(built: BuiltImage, name: string): Promise<Header[]> {
  const layer = built.layers.find((candidate) => candidate.name === name);
  const unpacker = extract();
  unpacker.end(gunzipSync(blobOf(built, layer?.digest ?? '')));
  const found: Header[] = [];
  for await (const entry of unpacker) {
    found.push(entry.header);
    entry.resume();
  }
  return found;
}

/** Files of a folder by path, as a bundle is handed over. */
export function filesOf(folder: string): ReadonlyMap<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );
}
