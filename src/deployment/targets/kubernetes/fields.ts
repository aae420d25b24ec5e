import type { Json } from '../../../digest.ts';

/** Reading plain JSON that may be anything: what is not there, or is something else, is undefined or empty. */
export type JsonRecord = Readonly<Record<string, Json>>;

export const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The member that a path of keys leads to. */
export function field(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let found = value;
  for (const key of keys) {
    if (!isRecord(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

export function recordAt(value: Json | undefined, ...keys: readonly string[]): JsonRecord {
  const found = field(value, ...keys);
  return isRecord(found) ? found : {};
}

export function listAt(value: Json | undefined, ...keys: readonly string[]): readonly Json[] {
  const found = field(value, ...keys);
  return isList(found) ? found : [];
}

export function textAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  const found = field(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Json | undefined, ...keys: readonly string[]): number | undefined {
  const found = field(value, ...keys);
  return typeof found === 'number' ? found : undefined;
}

/** A member's JSON pointer (RFC 6901). */
export const pointerTo = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
