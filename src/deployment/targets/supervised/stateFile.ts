import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import { parseState } from './wire.ts';
import type { SupervisorState } from './wire.ts';

/** Replaces a file of the folder in one step: a reader sees the old or the new content. */
export async function replaceJson(folder: string, name: string, value: object): Promise<void> {
  const temporary = path.join(folder, `.${name}.new`);
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, path.join(folder, name));
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
