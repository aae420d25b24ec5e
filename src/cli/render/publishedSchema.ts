import type { TSchema } from '@sinclair/typebox';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const each = (schemas: unknown): JsonSchema =>
  isObject(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, plain(schema)]))
    : {};

/** `anyOf` of nothing but constants is an `enum`. */
function enumOf(members: readonly unknown[]): JsonSchema | null {
  const words = members.map((member) => (isObject(member) && 'const' in member ? member.const : undefined));
  return words.includes(undefined) ? null : { enum: words };
}

/** One schema with everything below it: as `published` says, without the head. */
function plain(schema: unknown): JsonSchema {
  if (!isObject(schema)) return {};
  const { anyOf, properties, patternProperties, items, additionalItems: _, ...rest } = schema;
  if (Array.isArray(anyOf)) return { ...rest, ...(enumOf(anyOf) ?? { anyOf: anyOf.map(plain) }) };
  if (isObject(patternProperties))
    return { ...rest, additionalProperties: plain(Object.values(patternProperties)[0]) };
  if (schema.type === 'object') return { ...rest, properties: each(properties), additionalProperties: false };
  if (Array.isArray(items)) return { ...rest, prefixItems: items.map(plain), items: false };
  return items === undefined ? rest : { ...rest, items: plain(items) };
}

/**
 * A TypeBox shape as JSON Schema 2020-12 for people who check what they read: objects are closed (a member that is not
 * written here is not there), words are an `enum`, maps have `additionalProperties`, pairs `prefixItems`.
 */
export const published = (shape: TSchema): JsonSchema => plain(JSON.parse(JSON.stringify(shape)));
