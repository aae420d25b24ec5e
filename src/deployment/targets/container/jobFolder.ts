import { chown } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../disk/durable.ts';
import type { Engine } from '../supervised/backendKind.ts';
import { caller } from './findEngine.ts';
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
