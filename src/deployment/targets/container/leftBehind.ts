import type { TargetContext } from '../../target.ts';
import { readState } from '../supervised/stateFile.ts';
import { containersWith, removeContainer } from './engine.ts';
import type { EngineClient } from './engineClient.ts';
import { engineFailed } from './engineClient.ts';
import { userClient } from './findEngine.ts';
import { folderLabel, ownerLabel } from './runFlags.ts';

/** `status` must not hang on an engine that does. */
const lookTimeoutMs = 5000;

/**
 * Removes the containers of a deployment's folder, but for those of the supervisor `owner`: a killed supervisor
 * cannot take its own along. Returns their ids.
 *
 * @throws deployError where the engine does not answer or keeps one.
 */
export async function removeLeftBehind(
  client: EngineClient,
  folder: string,
  owner: string | null,
): Promise<readonly string[]> {
  const all = await containersWith(client, folderLabel(folder));
  const own = owner === null || all.length === 0 ? [] : await containersWith(client, ownerLabel(owner));
  const left = all.filter((id) => !own.includes(id));
  for (const id of left) {
    const said = await removeContainer(client, id, true);
    if (!said.ok && !/no such container/i.test(said.stderr))
      throw engineFailed(client, `remove the container ${id.slice(0, 12)}`, said);
  }
  return left;
}

/** The engine that last ran the deployment, by its state; null where none did. */
async function formerClient({ folder, environment }: TargetContext): Promise<EngineClient | null> {
  const backend = (await readState(folder))?.backend;
  return backend?.kind === 'container' ? userClient(backend.engine, environment.variables) : null;
}

/**
 * Removes what is left of a deployment whose supervisor is gone; returns the ids. An engine that does not answer is
 * said and stops nothing: what it runs carries the deployment's mark, and goes at the next chance.
 */
export async function clearLeftBehind(context: TargetContext): Promise<readonly string[]> {
  const client = await formerClient(context);
  if (client === null) return [];
  try {
    return await removeLeftBehind(client, context.folder, null);
  } catch (error) {
    context.progress(`containers may be left: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Ids of containers that still run although their supervisor is gone; none where nobody can tell. */
export async function stillRunning(context: TargetContext): Promise<readonly string[]> {
  const client = await formerClient(context);
  if (client === null) return [];
  const options = { runningOnly: true, timeoutMs: lookTimeoutMs };
  return containersWith(client, folderLabel(context.folder), options).catch(() => []);
}
