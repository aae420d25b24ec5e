import { onDisk } from '../../disk/faults.ts';
import { entriesOf } from '../../disk/folder.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import { readDesired, writeDesired } from '../../tracking/desired.ts';
import { deployedBundle, deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import type { Context } from '../context.ts';
import { statusOf, targetNameOf } from './place.ts';

const why = 'found serving: the command that deployed it was killed before it wrote that down';

/** Names under which something was ever brought up on this machine. */
async function broughtUp({ store }: Context): Promise<readonly string[]> {
  const folder = store.folderPlace('deployments');
  const entries = await onDisk(folder, () => entriesOf(folder));
  return entries.flatMap(({ name, isFolder }) => (isFolder ? [name] : []));
}

/** What serves on this machine and is not what is written down; null where they agree, or nobody can tell. */
async function unwritten(
  context: Context,
  name: string,
): Promise<{ readonly version: number | null; readonly bundle: string; readonly target: string } | null> {
  const target = await targetNameOf(context, name);
  // A cluster's own controllers change what serves there, one pod after the other.
  if (target !== 'local' && target !== 'container') return null;
  const { state, version, bundleDigest, target: now } = await statusOf(context, name);
  if (state !== 'running' || bundleDigest === null) return null;
  const written = await deployedBundle(context, name);
  return written?.digest === bundleDigest ? null : { version, bundle: bundleDigest, target: now };
}

/**
 * A command that is killed between the switch and its record leaves a version serving that the history does not know:
 * whoever asks next writes it down, before anything is judged, replaced or rolled back. While another command changes the
 * deployment it is that one's to write.
 */
export async function settleServed(context: Context, name: string): Promise<void> {
  if (!(await broughtUp(context)).includes(name) || (await unwritten(context, name)) === null) return;
  let lock;
  try {
    lock = await context.store.lock(`deployment-${name}`, {
      waitMs: 0,
      command: context.command,
      signal: context.signal,
    });
  } catch (error) {
    if (error instanceof AiengError && error.exitCode === exitCodes.busy) return;
    throw error;
  }
  try {
    // Under the lock nobody is in between any more.
    const found = await unwritten(context, name);
    if (found === null) return;
    const { version, bundle, target } = found;
    const before = await readDesired(context, name);
    await writeDesired(context, name, {
      why,
      state: 'running',
      target,
      address: before?.address ?? null,
      cluster: null,
      versions: [{ version, bundle, share: 1, role: 'serving' }],
    });
    await moveRef(context, `targets/${name}`, target, why);
    await moveRef(context, deploymentRef(name), servedValue(version, bundle), why);
    context.progress({ kind: 'step', message: `${name}: ${why}` });
  } finally {
    await lock.release();
  }
}

/** The same for all that was ever brought up here, also what no record knows at all: a first deployment whose command was killed. */
export async function settleAll(context: Context): Promise<void> {
  for (const name of await broughtUp(context)) await settleServed(context, name);
}
