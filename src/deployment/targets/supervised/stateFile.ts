import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceWith, writeFlushed } from '../../../disk/durable.ts';
import type { Environment } from '../../../environment/environment.ts';
import { parseState } from './wire.ts';
import type { SupervisorState } from './wire.ts';

/** Replaces a file of the folder in one step: a reader sees the old or the new content. */
export async function replaceJson(folder: string, name: string, value: object): Promise<void> {
  const temporary = path.join(folder, `.${name}.new`);
  // One process writes it at a time: what stands there was left by one that was killed.
  await rm(temporary, { force: true });
  await writeFlushed(temporary, `${JSON.stringify(value, null, 2)}\n`, 0o600);
  await replaceWith(temporary, path.join(folder, name));
}

/** What the supervisor last wrote; null where nothing was ever deployed or the file is damaged. */
export async function readState(folder: string): Promise<SupervisorState | null> {
  try {
    return parseState(JSON.parse(await readFile(path.join(folder, 'state.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** Is the process that wrote this state still there (and not a later one that got its pid)? */
export function isSupervisorAlive(state: SupervisorState, environment: Environment): boolean {
  if (state.state === 'stopped' || state.bootId !== environment.host.bootId) return false;
  const start = environment.processStart(state.pid);
  return start !== null && (state.processStart === null || start === state.processStart);
}
