import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Digest, Json } from '../digest.ts';
import { digestOf } from '../digest.ts';
import type { Environment } from '../environment/environment.ts';
import type { Parts, StageName } from './stage.ts';
import { ofFamily } from '../tracking/stages.ts';

/** The key of a stage's result: the digest of all that it depends on. */
export const keyOf = (stage: StageName, parts: Parts): Digest => digestOf({ stage, parts });

/** What a stage depends on whatever it does: its code, that of the families it works with, and the packages that they use. */
export function codeParts(
  environment: Environment,
  stage: StageName,
  families: readonly string[] = [],
): Parts {
  const { digest, libraries } = environment.stageCode(stage);
  const own = families.flatMap((family) => {
    const code = environment.familyCode(family);
    return [
      [`code ${ofFamily(family)}`, code.digest] as const,
      [`libraries ${ofFamily(family)}`, code.libraries] as const,
    ];
  });
  return { code: digest, libraries, ...Object.fromEntries<Json>(own) };
}

/** The code that trains, as one word that a bundle can name. */
export function trainingCode(environment: Environment, families: readonly string[]): string {
  const parts = codeParts(environment, 'train', families);
  const codes = Object.entries(parts).filter(([name]) => name.startsWith('code'));
  if (codes.every(([, code]) => code === parts['code'])) return environment.stageCode('train').digest;
  return digestOf(Object.fromEntries(codes));
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
