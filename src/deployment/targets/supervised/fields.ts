/** A JSON object's own members. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object's own members; throws for anything else. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} is no object`);
  return Object.fromEntries(Object.entries(value));
}

export function text(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new TypeError(`${key} is no text`);
  return value;
}

export function count(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${key} is no number`);
  return value;
}

export function flag(fields: Fields, key: string): boolean {
  const value = fields[key];
  if (typeof value !== 'boolean') throw new TypeError(`${key} is no truth value`);
  return value;
}

export function oneOf<T extends string>(fields: Fields, key: string, values: readonly T[]): T {
  const found = values.find((candidate) => candidate === fields[key]);
  if (found === undefined) throw new TypeError(`${key} is none of ${values.join(', ')}`);
  return found;
}

export const orNull = <T>(read: (fields: Fields, key: string) => T, fields: Fields, key: string): T | null =>
  fields[key] === null ? null : read(fields, key);
