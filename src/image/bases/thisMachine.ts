import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { usageError } from '../../errors.ts';
import { storeLayer } from '../blobs/index.ts';
import type { Base } from '../documents.ts';
import { platformName } from '../documents.ts';
import type { ImageContext, Platform } from '../image.ts';
import type { LayerEntry } from '../layer.ts';
import { withParents } from '../layer.ts';
import { mediaTypes } from '../mediaTypes.ts';
import { inside } from '../runtime.ts';
import type { CopiedFile } from './libraries.ts';
import { librariesOf } from './libraries.ts';

const textFile = (path: string, text: string): LayerEntry => ({
  kind: 'file',
  path,
  mode: 0o644,
  content: new TextEncoder().encode(text),
});

/** Accounts that programs look names up in, and how glibc finds hosts. */
const accounts: readonly LayerEntry[] = [
  textFile(
    'etc/passwd',
    `root:x:0:0:root:/root:/sbin/nologin\naieng:x:${inside.user}:${inside.user}:aieng:${inside.work}:/sbin/nologin\n`,
  ),
  textFile('etc/group', `root:x:0:\naieng:x:${inside.user}:\n`),
  textFile('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
];

/** Where systems keep the certificates that they trust; the image has them in Debian's place. */
const certificateFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

async function certificates(): Promise<LayerEntry[]> {
  for (const path of certificateFiles) {
    const content = await readFile(path).catch(() => undefined);
    if (content !== undefined)
      return [{ kind: 'file', path: 'etc/ssl/certs/ca-certificates.crt', mode: 0o644, content }];
  }
  return [];
}

async function programEntry({ source, target }: CopiedFile): Promise<LayerEntry> {
  const real = await realpath(source);
  const { size: bytes } = await stat(real);
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of createReadStream(real, { highWaterMark: 1 << 20 })) yield piece as Uint8Array;
  };
  return { kind: 'file', path: target.slice(1), mode: 0o755, content: { bytes, read } };
}

/**
 * The Node binary that runs now with the libraries that it needs, a user, and the certificates of this machine, as one layer: a base
 * that needs no registry. Its digest is a function of this machine's files.
 *
 * @throws a usage error on another system than Linux, or for another platform than this machine's.
 */
export async function baseOfThisMachine(context: ImageContext, platform: Platform): Promise<Base> {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
  const here = { os: process.platform, architecture: names[process.arch] ?? process.arch };
  if (platformName(here) !== platformName(platform) || here.os !== 'linux')
    throw usageError({
      code: 'base-platform-missing',
      message: `--base this-machine copies the Node of this machine, which is ${platformName(here)}; wanted is an image for ${platformName(platform)}.`,
      hint: 'Take a base image from a registry (--base node:20-slim) or an OCI layout (--base oci:<dir>).',
    });
  context.progress(`base: Node ${process.version} of this machine`);
  const program = await realpath(process.execPath);
  const files = [{ source: program, target: '/usr/local/bin/node' }, ...(await librariesOf(program))];
  const entries = [
    ...(await Promise.all(files.map(programEntry))),
    ...(await certificates()),
    ...accounts,
    { kind: 'directory', path: 'tmp', mode: 0o1777 } as const,
    { kind: 'directory', path: 'root', mode: 0o700 } as const,
    { kind: 'directory', path: 'var/lib', mode: 0o755 } as const,
  ];
  const layer = await storeLayer(context, withParents(entries, ''));
  return {
    name: 'this-machine',
    digest: layer.digest,
    layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.bytes }],
    config: {
      ...here,
      variant: null,
      env: [],
      labels: {},
      entrypoint: [],
      diffIds: [layer.diffId],
      history: [{ createdBy: `aieng: Node ${process.version} of this machine`, emptyLayer: false }],
    },
  };
}
