// A small image like those that aieng builds: this machine's Node with its libraries, a service, and a bundle as the last
// layer, written as the tar of an OCI layout.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pack } from 'tar-stream';
import type { WishedImage } from '../../src/deployment/target.ts';

type Files = ReadonlyMap<string, { readonly bytes: Buffer; readonly mode?: number }>;

async function tar(
  files: Files,
  folders: readonly { name: string; uid?: number; mode?: number }[] = [],
): Promise<Buffer> {
  const out = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of out) chunks.push(chunk as Buffer);
  })();
  const mtime = new Date(0);
  for (const { name, uid = 0, mode = 0o755 } of folders)
    out.entry({ name, type: 'directory', uid, gid: uid, mode, mtime });
  for (const [name, { bytes, mode = 0o644 }] of files)
    out.entry({ name, mode, mtime, size: bytes.length }, bytes);
  out.finalize();
  await done;
  return Buffer.concat(chunks);
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

interface Layer {
  readonly bytes: Buffer;
  readonly diffId: string;
}

const layerOf = (plain: Buffer): Layer => ({ bytes: gzipSync(plain, { level: 1 }), diffId: digestOf(plain) });

/** Node, its libraries and the fake service: what every image of a test file shares. */
export async function baseLayer(): Promise<Layer> {
  const node = realpathSync(process.execPath);
  const libraries = execFileSync('/usr/bin/ldd', [node], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  const built = await build({
    entryPoints: [fileURLToPath(new URL('fakeServe.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'silent',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const files = new Map([
    ['usr/local/bin/node', { bytes: readFileSync(node), mode: 0o755 }],
    ...libraries.map((file) => [file.slice(1), { bytes: readFileSync(file), mode: 0o755 }] as const),
    ['opt/aieng/package.json', { bytes: Buffer.from('{"version":"0.0.0"}') }],
    ['opt/aieng/dist/service.mjs', { bytes: Buffer.from(built.outputFiles[0]!.contents) }],
  ]);
  const folders = [
    { name: 'tmp', mode: 0o1777 },
    { name: 'var/lib/aieng', uid: 10_001 },
  ];
  return layerOf(await tar(files, folders));
}

/** Writes the image's archive into the folder. */
export async function writeImage(
  folder: string,
  reference: string,
  base: Layer,
  bundle: Readonly<Record<string, string>>,
  entrypoint: readonly string[] = ['/usr/local/bin/node', '/opt/aieng/dist/service.mjs'],
): Promise<WishedImage & { readonly archive: string }> {
  const files = Object.entries(bundle).map(
    ([name, text]) => [`opt/bundle/${name}`, { bytes: Buffer.from(text) }] as const,
  );
  const layers = [base, layerOf(await tar(new Map(files)))];
  const config = Buffer.from(
    JSON.stringify({
      created: '1970-01-01T00:00:00Z',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: entrypoint, User: '10001:10001', Labels: { 'dev.aieng.test': 'container' } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: layers.map(({ bytes }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: digestOf(bytes),
        size: bytes.length,
      })),
    }),
  );
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: digestOf(manifest),
        size: manifest.length,
        annotations: { 'org.opencontainers.image.ref.name': reference },
      },
    ],
  });
  const blobs = [...layers.map(({ bytes }) => bytes), config, manifest];
  const layout = new Map([
    ['oci-layout', { bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}') }],
    ['index.json', { bytes: Buffer.from(index) }],
    ...blobs.map((bytes) => [`blobs/sha256/${digestOf(bytes).slice(7)}`, { bytes }] as const),
  ]);
  const archive = path.join(folder, `${digestOf(manifest).slice(7, 19)}.tar`);
  await writeFile(archive, await tar(layout));
  return {
    reference,
    digest: digestOf(manifest),
    configDigest: digestOf(config),
    archive,
    pullReference: null,
  };
}
