import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Digest } from '../digest.ts';
import { digestOf } from '../digest.ts';
import type { Environment } from '../environment/environment.ts';
import type { Parts, StageName } from './stage.ts';

/** The key of a stage's result: the digest of all that it depends on. */
export const keyOf = (stage: StageName, parts: Parts): Digest => digestOf({ stage, parts });

/** What a stage depends on whatever it does: its code, and the packages that this code uses. */
export function codeParts(environment: Environment, stage: StageName): Parts {
  const { digest, libraries } = environment.stageCode(stage);
  return { code: digest, libraries };
}

const derive = promisify<string, string, number, Buffer>(scrypt);

/**
 * A value that came from the environment, as it may stand in a key: a change of it is seen, and the value is not. Slow
 * on purpose (scrypt), for a store that others can read: a short password must not be found by trying.
 *
 * @param salt Kept in the store, so that the same value has the same hash there and in no other store.
 */
export async function hiddenValue(salt: string, value: unknown): Promise<string> {
  return (await derive(JSON.stringify(value), salt, 16)).toString('hex');
}
