import { canonicalJson, digestOf, sha256 } from '../digest.ts';
import { bundleDamaged } from './damage.ts';
import { isAttachment, manifestName, sortedFiles, versionName } from './layout.ts';
import type { AttachmentName } from './layout.ts';
import type { Bundle, BundleFiles, Manifest } from './manifest.ts';
import { parseManifest } from './parseManifest.ts';

/** Signature, provenance and bill of materials of a bundle, by name: outside its digest. */
export type Attachments = ReadonlyMap<AttachmentName, Uint8Array>;

/** A bundle, and what its folder or tar carries outside its digest: `name@version` and attachments. */
export interface CarriedBundle {
  readonly bundle: Bundle;
  readonly version: number | null;
  readonly attachments: Attachments;
}

/** `manifest.json`: the canonical JSON, so that the file's SHA-256 is the bundle's digest. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(canonicalJson(manifest));
}

/** Every file of a bundle with its manifest, sorted by path: what a folder or a tar holds. */
export function bundleFiles(bundle: Bundle): BundleFiles {
  return new Map(sortedFiles(new Map(bundle.files).set(manifestName, manifestBytes(bundle.manifest))));
}

/** What travels: every file of a bundle, and outside its digest its version as `VERSION` (`churn@3`) and what is attached to it. */
export function carriedFiles(
  bundle: Bundle,
  version: number | null,
  attachments: Attachments = new Map(),
): BundleFiles {
  const files = new Map<string, Uint8Array>([...bundleFiles(bundle), ...attachments]);
  if (version !== null) files.set(versionName, versionBytes(bundle.manifest.name, version));
  return new Map(sortedFiles(files));
}

/** `VERSION`: one line, `churn@3`. */
function versionBytes(name: string, version: number): Uint8Array {
  return new TextEncoder().encode(`${name}@${version}\n`);
}

function parseVersion(content: Uint8Array, name: string, where: string): number {
  const line = new TextDecoder().decode(content.subarray(0, 1_000)).trim();
  const at = line.lastIndexOf('@');
  const number = line.slice(at + 1);
  if (line.slice(0, at) === name && /^[1-9]\d{0,8}$/.test(number)) return Number(number);
  throw bundleDamaged(
    where,
    `VERSION says ${JSON.stringify(line.slice(0, 100))}, expected "${name}@<version>"`,
  );
}

/** Each file against the manifest: present, of that size, of that digest, and no other. */
function verifyFiles(manifest: Manifest, files: BundleFiles, where: string): void {
  for (const [path, expected] of Object.entries(manifest.files)) {
    const bytes = files.get(path);
    if (bytes === undefined) throw bundleDamaged(where, `${path} is missing`);
    if (bytes.byteLength !== expected.bytes)
      throw bundleDamaged(where, `${path} has ${bytes.byteLength} bytes, expected ${expected.bytes}`);
    if (sha256(bytes) !== expected.sha256) throw bundleDamaged(where, `the content of ${path} was changed`);
  }
  for (const path of files.keys())
    if (!Object.hasOwn(manifest.files, path))
      throw bundleDamaged(where, `${JSON.stringify(path.slice(0, 200))} is not listed in manifest.json`);
}

/**
 * The bundle that these files are, with every digest verified. `where` names it in messages.
 *
 * @throws damaged (exit 8) naming the file that does not verify, or the aieng that a later format needs.
 */
export function openBundle(files: BundleFiles, where: string): CarriedBundle {
  const manifestContent = files.get(manifestName);
  if (manifestContent === undefined) throw bundleDamaged(where, 'it has no manifest.json');
  const manifest = parseManifest(manifestContent, where);
  const versionContent = files.get(versionName);
  const version = versionContent === undefined ? null : parseVersion(versionContent, manifest.name, where);
  const own = new Map<string, Uint8Array>();
  const attachments = new Map<AttachmentName, Uint8Array>();
  for (const [path, content] of files) {
    if (isAttachment(path)) attachments.set(path, content);
    else if (path !== manifestName && path !== versionName) own.set(path, content);
  }
  verifyFiles(manifest, own, where);
  return { bundle: { manifest, files: own, digest: digestOf(manifest) }, version, attachments };
}
