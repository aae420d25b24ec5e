import { readFile } from 'node:fs/promises';
import type { Json } from '../../../digest.ts';
import { damagedError } from '../../../errors.ts';
import { isAbsent } from '../../../disk/faults.ts';

/** A JSON object as it was read: untrusted until each member was looked at. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * A small JSON file, or undefined where there is none.
 *
 * @throws damaged (exit 8) when it is not JSON: everything here was written whole, so the disk or a person broke it.
 */
export async function readJson(path: string, hint?: string): Promise<Json | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  try {
    // What JSON.parse gives is Json by definition.
    return JSON.parse(text) as Json;
  } catch (error) {
    throw damagedFile(path, 'it is not JSON', error, hint);
  }
}

/** The members of a JSON object, or undefined for any other value. */
export function members(value: unknown): Members | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** A file of the store that does not say what it should. */
export function damagedFile(
  path: string,
  problem: string,
  cause?: unknown,
  hint = 'Run `aieng doctor --repair`: it gives back what it can, and says what to do about the rest.',
): Error {
  return damagedError({
    code: 'store-damaged',
    message: `${path} is damaged: ${problem}.`,
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
