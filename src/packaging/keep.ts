import { sha256, type Digest } from '../digest.ts';
import type { Store } from '../store/store.ts';
import { openBundle, manifestBytes } from './bundle.ts';
import { manifestName } from './layout.ts';
import type { Bundle } from './manifest.ts';
import { parseManifest } from './parseManifest.ts';

/**
 * Keeps a bundle as objects, its files first: once the manifest is there, all of it is. The manifest's object has the
 * bundle's digest.
 */
export async function keepBundle(store: Pick<Store, 'put'>, bundle: Bundle): Promise<Digest> {
  for (const bytes of bundle.files.values()) await store.put(bytes);
  return store.put(manifestBytes(bundle.manifest));
}

/**
 * The bundle of this digest, out of the store, verified.
 *
 * @throws damaged (exit 8) when it or one of its files is missing or changed.
 */
export async function loadBundle(store: Pick<Store, 'get'>, digest: Digest): Promise<Bundle> {
  const content = await store.get(digest);
  const manifest = parseManifest(content, digest.slice(0, 12));
  const files = new Map<string, Uint8Array>([[manifestName, content]]);
  for (const [path, { sha256: file }] of Object.entries(manifest.files))
    files.set(path, await store.get(file));
  return openBundle(files, `${manifest.name} (${sha256(content).slice(0, 12)})`).bundle;
}
