import { AiengError } from '../../errors.ts';
import type { Digest } from '../../digest.ts';
import { desiredKind } from '../../tracking/desired.ts';
import { listRecords } from '../../tracking/recordKind.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
import { outputOf, stageKinds } from '../../tracking/stages.ts';
import type { Context } from '../context.ts';
import { deploymentNames } from '../deployment/underDeploymentLock.ts';

/** A version of a bundle as something that is written down here knows it. */
export interface KnownVersion {
  readonly name: string;
  readonly version: number;
  readonly digest: Digest;
  /** It was deployed, or was to be: nothing ever takes its bundle away. */
  readonly wasServed: boolean;
}

/** A version whose claim is gone or damaged; `digests`: what it was, by refs and records. More than one: they differ. */
export interface LostVersion {
  readonly name: string;
  readonly version: number;
  readonly digests: readonly Digest[];
  readonly isDamaged: boolean;
}

/** What is damaged itself tells nothing, and is named elsewhere. */
async function readable<Result>(read: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AiengError) return otherwise;
    throw error;
  }
}

async function deployedVersions({ store }: Context, name: string): Promise<readonly KnownVersion[]> {
  const moves = await readable(() => store.refHistory(deploymentRef(name)), []);
  const served = moves.map(({ value }) => parseServed(value));
  const { records } = await listRecords(store, desiredKind, { of: name });
  const wished = records.flatMap(({ content }) =>
    content.versions.map(({ version, bundle: digest }) => ({ version, digest })),
  );
  return [...served, ...wished].flatMap(({ version, digest }) =>
    version === null ? [] : [{ name, version, digest, wasServed: true }],
  );
}

/** Every version that the history of a deployment, a wish or a packaging knows, with the bundle that it was. */
export async function knownVersions(context: Context): Promise<readonly KnownVersion[]> {
  const known: KnownVersion[] = [];
  const { records } = await listRecords(context.store, stageKinds.package);
  for (const { content } of records) {
    const { name, version, bundle: digest } = outputOf.package(content);
    known.push({ name, version, digest, wasServed: false });
  }
  for (const name of await deploymentNames(context)) known.push(...(await deployedVersions(context, name)));
  return [...new Map(known.map((one) => [`${one.name}@${one.version}@${one.digest}`, one])).values()];
}

/** Known versions whose claim is gone or damaged, though their bundle is still here and has no other number. */
export async function lostVersions(
  context: Context,
  known: readonly KnownVersion[],
): Promise<readonly LostVersion[]> {
  const { store } = context;
  const lost: LostVersion[] = [];
  const numbers = new Map(known.map(({ name, version }) => [`${name}@${version}`, { name, version }]));
  for (const { name, version } of numbers.values()) {
    const same = known.filter((one) => one.name === name && one.version === version);
    const claimed = await readable(() => store.version(name, version), null);
    if (claimed !== undefined && claimed !== null) continue;
    const digests: Digest[] = [];
    const others = await readable(() => store.versions(name), []);
    for (const { digest } of same)
      if ((await store.has(digest)) && !others.some((other) => other.digest === digest)) digests.push(digest);
    if (digests.length > 0) lost.push({ name, version, digests, isDamaged: claimed === null });
  }
  return lost;
}
