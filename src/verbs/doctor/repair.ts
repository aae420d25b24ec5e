import type { DoctorResult } from './result.ts';
import { AiengError } from '../../errors.ts';
import type { Digest } from '../../digest.ts';
import { sha256 } from '../../digest.ts';
import { manifestBytes, openBundle } from '../../packaging/bundle.ts';
import { keepBundle, loadBundle } from '../../packaging/keep.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { bundleFolder, readBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { badFolders, bundlePlace } from '../../project/damage.ts';
import { knownVersions, lostVersions } from '../../project/versions/knownVersions.ts';
import { folderNames, readFolder } from '../../store/backends/bundleFolder.ts';
import { holding } from '../../store/holding.ts';

type Repaired = NonNullable<DoctorResult['repaired']>;
type Note = (what: string, from: string) => void;

/** What `read` gives, or undefined where that is damaged or gone: it is named by the checks afterwards. */
async function whole<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AiengError) return undefined;
    throw error;
  }
}

const shown = ({ manifest, digest }: Bundle): string => `${manifest.name} (${digest.slice(0, 12)})`;

/** The objects that are not what they were written as. */
async function damagedObjects({ store }: Context): Promise<ReadonlySet<Digest>> {
  const objects = (await store.verify()).filter(({ what }) => /^objects[/\\]/.test(what));
  return new Set(objects.map(({ what }) => what.slice(-64)));
}

/** Puts a bundle's files where objects are damaged or gone. */
async function giveBackObjects(
  { store }: Context,
  bundle: Bundle,
  damaged: ReadonlySet<Digest>,
): Promise<boolean> {
  const objects = [...bundle.files.values(), manifestBytes(bundle.manifest)].map((bytes) => sha256(bytes));
  for (const digest of objects)
    if (damaged.has(digest) || !(await store.has(digest))) {
      await keepBundle(store, bundle);
      return true;
    }
  return false;
}

/** Objects of bundles, from the files that were given and from every folder that is whole. */
async function repairObjects(context: Context, given: readonly string[], note: Note): Promise<void> {
  const damaged = await damagedObjects(context);
  for (const argument of given) {
    const { bundle } = await readBundle(context, argument);
    if (await giveBackObjects(context, bundle, damaged)) note(`objects of ${shown(bundle)}`, argument);
  }
  const left = given.length === 0 ? damaged : await damagedObjects(context);
  for (const digest of await folderNames(context.store.folderPlace('bundles'))) {
    const path = bundlePlace(context, digest);
    const bundle = await whole(async () => openBundle(await readFolder(path), path).bundle);
    if (bundle?.digest === digest && (await giveBackObjects(context, bundle, left)))
      note(`objects of ${shown(bundle)}`, path);
  }
}

/** Folders that are damaged or gone, from objects: the damaged one is set aside when its bundle is in hand, not before. */
async function repairFolders(context: Context, note: Note): Promise<void> {
  for (const { digest, isMissing } of await badFolders(context)) {
    const bundle = await whole(() => loadBundle(context.store, digest));
    if (bundle === undefined) continue;
    if (!isMissing) await context.store.setAside(`bundles/${digest}`);
    note(await bundleFolder(context, bundle), 'its objects');
  }
}

/** Claims that are gone or damaged, where refs and records agree on what they were and the bundle is whole. */
async function repairVersions(context: Context, note: Note): Promise<void> {
  const { store } = context;
  for (const lost of await lostVersions(context, await knownVersions(context))) {
    const { name, version, digests, isDamaged } = lost;
    const [digest, ...more] = digests;
    if (digest === undefined || more.length > 0) continue;
    const bundle = await whole(() => loadBundle(store, digest));
    if (bundle?.manifest.name !== name) continue;
    if (isDamaged) await store.setAside(`versions/${name}/${version}.json`);
    if (await store.claimExactVersion(name, version, digest))
      note(`version ${name}@${version}`, 'refs and records');
  }
}

/**
 * Gives back what can be: objects of bundles from their folders and from files that are given, folders from objects,
 * claims of versions from refs and records. What was damaged is kept in `damaged/`. It may be stopped and run again.
 */
export async function repair(context: Context, given: readonly string[], waitMs: number): Promise<Repaired> {
  if (given.length === 0 && (await context.store.layout()) === null) return [];
  const repaired: { what: string; from: string }[] = [];
  const note: Note = (what, from) => {
    repaired.push({ what, from });
    context.progress({ kind: 'step', message: `${what}: from ${from}` });
  };
  const lock = { waitMs, command: context.command, signal: context.signal };
  return holding(context.store, 'repair', lock, async () => {
    await repairObjects(context, given, note);
    await repairFolders(context, note);
    await repairVersions(context, note);
    return repaired;
  });
}
