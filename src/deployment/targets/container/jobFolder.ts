import { chmod, chown, readdir } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../disk/durable.ts';
import type { Engine } from '../supervised/backendKind.ts';
import { caller } from './findEngine.ts';
import { requireReadable } from './readable.ts';
import { userFlags } from './runFlags.ts';

/** What a container is handed, and where it leaves what it made. */
export interface JobFolder {
  readonly job: string;
  readonly output: string;
}

/** Makes both below a place; the container's user can write to the second. */
export async function makeJobFolder(engine: Engine, place: string): Promise<JobFolder> {
  const folder = { job: path.join(place, 'job'), output: path.join(place, 'output') };
  await makeFolder(folder.job);
  await makeFolder(folder.output);
  const { owner } = userFlags(engine, caller());
  if (owner !== null) await chown(folder.output, owner, owner);
  return folder;
}

/**
 * Lets the container's user read its job, whatever the umask. What else it reads is not the container's alone, and stays as it is.
 *
 * @throws a usage error where it cannot read that
 */
export async function letRead(engine: Engine, { job }: JobFolder, others: readonly string[]): Promise<void> {
  const { owner } = userFlags(engine, caller());
  if (owner === null) return;
  await chmod(job, 0o755);
  for (const name of await readdir(job)) await chmod(path.join(job, name), 0o444);
  await requireReadable(owner, others);
}
