import type { Static, TSchema, TUnsafe } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

/** A type whose members cannot be written to, all the way down: values are passed on, never changed. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/**
 * The type of what a TypeBox shape describes. What is stored or printed is defined once: type, JSON Schema and
 * reference page come from the same lines.
 *
 * ```ts
 * export const gateShape = Type.Object({ name: text(), passed: flag('The model may be used.') }, { title: 'Gate' });
 * export type Gate = Shape<typeof gateShape>;
 * ```
 *
 * A `title` makes it a section of its own in docs/json.md and a `$def` of the JSON Schema.
 */
export type Shape<Schema extends TSchema> = Immutable<Static<Schema>>;

const told = (says: string | undefined): { description?: string } =>
  says === undefined ? {} : { description: says };

/** A string. `says`, here and below, is what the reference page says about the member. */
export const text = (says?: string) => Type.String(told(says));

/** True or false. */
export const flag = (says?: string) => Type.Boolean(told(says));

/** A whole number from 0. */
export const count = (says?: string) => Type.Integer({ minimum: 0, ...told(says) });

/** A finite number. */
export const number = (says?: string) => Type.Number(told(says));

/** An instant: ms since 1970 UTC. */
export const instant = (says?: string) =>
  Type.Number({ description: says === undefined ? 'ms since 1970 UTC' : `${says} (ms since 1970 UTC)` });

/** A sha256 in hex. */
export const digest = (says?: string) => Type.String({ pattern: '^[0-9a-f]{64}$', ...told(says) });

/** The digest of an object of the store: what keeps it needs that object, and `aieng gc` leaves it. */
export const objectDigest = (says?: string) =>
  Type.String({ pattern: '^[0-9a-f]{64}$', refersTo: 'object', ...told(says) });

/** The digest of a bundle: of its manifest, which is an object and names the bundle's files, objects too. */
export const bundleDigest = (says?: string) =>
  Type.String({ pattern: '^[0-9a-f]{64}$', refersTo: 'bundle', ...told(says) });

/** A figure that somebody computed. JSON has neither NaN nor infinity: it is null there, and a reader takes null. */
export const figure = (says?: string): TUnsafe<number> =>
  Type.Unsafe<number>(Type.Union([Type.Number(), Type.Null()], told(says)));

/** One of these words. */
export const oneOf = <const Words extends readonly (string | number)[]>(
  words: Words,
  says?: string,
): TUnsafe<Words[number]> =>
  Type.Unsafe<Words[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      told(says),
    ),
  );

/** The shape, or null where there is none. */
export const orNull = <Schema extends TSchema>(
  schema: Schema,
  says?: string,
): TUnsafe<Static<Schema> | null> =>
  Type.Unsafe<Static<Schema> | null>(Type.Union([schema, Type.Null()], told(says)));
