import { join } from 'node:path';
import { AiengError } from '../errors.ts';
import type { Digest } from '../digest.ts';
import { openBundle } from '../packaging/bundle.ts';
import { parseManifest } from '../packaging/parseManifest.ts';
import { folderNames, readFolder } from '../store/backends/bundleFolder.ts';
import type { Problem } from '../store/store.ts';
import { readDesired } from '../tracking/desired.ts';
import { kindKeptUnder } from '../tracking/index.ts';
import { readRecord } from '../tracking/recordKind.ts';
import { deployedBundle } from '../tracking/served.ts';
import type { Context } from './context.ts';
import { servedElsewhere } from './deployment/place.ts';
import { deploymentNames } from './deployment/underDeploymentLock.ts';
import type { KnownVersion } from './versions/knownVersions.ts';
import { knownVersions, lostVersions } from './versions/knownVersions.ts';

const repairBundle =
  'Run `aieng doctor --repair`; where its objects are gone, with the file of the bundle: `aieng doctor --repair x.tar`.';

/** What `work` gives, or null where that is damaged. */
async function unlessDamaged<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/** Where the bundle of a digest lies unpacked, for a process that serves it. */
export const bundlePlace = ({ store }: Context, digest: Digest): string =>
  join(store.folderPlace('bundles'), digest);

/** A folder of a bundle that is not what it should be. */
export interface BadFolder {
  readonly digest: Digest;
  readonly problem: string;
  /** Nothing is there, though a deployment is asked to serve from it. */
  readonly isMissing: boolean;
}

/** Bundles that deployments of this machine serve, or are asked to. */
async function servedHere(context: Context): Promise<readonly { name: string; digest: Digest }[]> {
  const served: { name: string; digest: Digest }[] = [];
  for (const name of await deploymentNames(context)) {
    const wish = await unlessDamaged(() => readDesired(context, name));
    // A store of 0.1 does not say what was asked for.
    if (wish?.state !== 'running' || wish.cluster !== null || wish.target === servedElsewhere) continue;
    const now = await unlessDamaged(() => deployedBundle(context, name));
    if (now !== null) served.push({ name, digest: now.digest });
  }
  return served;
}

/** Folders of bundles whose files are not what their digests say, or that are gone: what a service would start from. */
export async function badFolders(context: Context): Promise<readonly BadFolder[]> {
  const bad: BadFolder[] = [];
  const there = await folderNames(context.store.folderPlace('bundles'));
  for (const digest of there) {
    const path = bundlePlace(context, digest);
    try {
      const { bundle } = openBundle(await readFolder(path), path);
      if (bundle.digest !== digest)
        bad.push({ digest, problem: `it holds the bundle ${bundle.digest}`, isMissing: false });
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      bad.push({ digest, problem: error.message, isMissing: false });
    }
  }
  for (const { name, digest } of await servedHere(context))
    if (!there.includes(digest))
      bad.push({ digest, problem: `it is not there, and ${name} is to serve from it`, isMissing: true });
  return bad;
}

/** Records that are whole as files and do not say what their kind says. */
async function misfitRecords({ store }: Context): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const stored of await store.recordKinds()) {
    const found = kindKeptUnder(stored);
    if (found === undefined) continue;
    const { kind, ...of } = found;
    for (const id of await store.recordIds(stored))
      try {
        await readRecord(store, kind, { ...of, id });
      } catch (error) {
        if (!(error instanceof AiengError)) throw error;
        problems.push({ what: store.recordPlace(stored, id), problem: error.message, repair: error.hint });
      }
  }
  return problems;
}

async function claimsOf(
  { store }: Context,
  known: readonly KnownVersion[],
): Promise<readonly KnownVersion[]> {
  const claims: KnownVersion[] = [];
  for (const name of new Set(known.map((one) => one.name)))
    for (const { version, digest } of (await unlessDamaged(() => store.versions(name))) ?? [])
      claims.push({
        name,
        version,
        digest,
        wasServed: known.some((one) => one.digest === digest && one.wasServed),
      });
  return claims;
}

/** Bundles with a version whose objects are gone. What is there and damaged is named by its own name: it is not opened. */
async function goneObjects(
  context: Context,
  known: readonly KnownVersion[],
  damaged: (digest: Digest) => boolean,
): Promise<readonly Problem[]> {
  const { store } = context;
  const problems: Problem[] = [];
  for (const { name, version, digest, wasServed } of await claimsOf(context, known)) {
    const what = `${name}@${version}`;
    const gone = (problem: string): number => problems.push({ what, problem, repair: repairBundle });
    if (!(await store.has(digest))) {
      if (wasServed) gone('the bundle is not in the store any more');
    } else if (!damaged(digest)) {
      const manifest = await unlessDamaged(async () => parseManifest(await store.get(digest), what));
      for (const [path, file] of Object.entries(manifest?.files ?? {}))
        if (!(await store.has(file.sha256))) gone(`${path} of the bundle is not in the store any more`);
    }
  }
  return problems;
}

/** Everything of the store that is not as it was written: objects, records, refs, versions, folders of bundles. */
export async function damageOf(context: Context): Promise<readonly Problem[]> {
  const found = await context.store.verify();
  const isFound = (path: string): boolean => found.some(({ what }) => path.endsWith(what));
  const misfits = await misfitRecords(context);
  const records = misfits.filter(({ what }) => !isFound(what));
  const known = await knownVersions(context);
  const lost = (await lostVersions(context, known)).filter(({ isDamaged }) => !isDamaged);
  const folders = await badFolders(context);
  return [
    // A record's kind knows better what it means to lose it.
    ...found.map((one) => {
      const repair = misfits.find(({ what }) => what.endsWith(one.what))?.repair;
      return repair === undefined ? one : { ...one, repair };
    }),
    ...records,
    ...lost.map(({ name, version, digests }) => ({
      what: `${name}@${version}`,
      problem: `its claim is gone, though it was ${digests.map((digest) => digest.slice(0, 12)).join(' and ')}`,
      repair:
        digests.length === 1
          ? 'Run `aieng doctor --repair`.'
          : 'Two bundles were known by it: restore the file of that version from a copy of the store.',
    })),
    ...(await goneObjects(context, known, (digest) => found.some(({ what }) => what.endsWith(digest)))),
    ...folders.map(({ digest, problem }) => ({
      what: bundlePlace(context, digest),
      problem,
      repair: repairBundle,
    })),
  ];
}
