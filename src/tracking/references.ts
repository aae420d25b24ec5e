import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest } from '../digest.ts';

/** What something that is written down needs in the store. */
export interface References {
  readonly objects: readonly Digest[];
  /** Bundles: their manifests are objects, and so are the files that those name. */
  readonly bundles: readonly Digest[];
}

/** The schemas below one, each with the part of the value that it describes. */
function below(shape: TSchema, value: unknown): readonly (readonly [TSchema, unknown])[] {
  const { anyOf, allOf, items, properties, patternProperties } = shape as Partial<{
    anyOf: TSchema[];
    allOf: TSchema[];
    items: TSchema | TSchema[];
    properties: Record<string, TSchema>;
    patternProperties: Record<string, TSchema>;
  }>;
  if (anyOf !== undefined)
    return anyOf.filter((variant) => Value.Check(variant, value)).map((variant) => [variant, value]);
  if (allOf !== undefined) return allOf.map((part) => [part, value]);
  if (Array.isArray(value)) {
    if (items === undefined) return [];
    return value.flatMap((item: unknown, at) => {
      const of = Array.isArray(items) ? items[at] : items;
      return of === undefined ? [] : [[of, item] as const];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (properties !== undefined && Object.hasOwn(properties, name))
      return [[properties[name]!, member] as const];
    const of = Object.entries(patternProperties ?? {}).find(([pattern]) =>
      new RegExp(pattern, 'u').test(name),
    );
    return of === undefined ? [] : [[of[1], member] as const];
  });
}

/**
 * Every object and bundle that a value refers to, by its shape alone: where the shape says `objectDigest` or
 * `bundleDigest`, the value names one. So no second list says what a kind of record needs.
 */
export function referencesOf(shape: TSchema, value: unknown): References {
  const objects: Digest[] = [];
  const bundles: Digest[] = [];
  const visit = (at: TSchema, part: unknown): void => {
    if (typeof part === 'string' && at['refersTo'] === 'object') objects.push(part);
    if (typeof part === 'string' && at['refersTo'] === 'bundle') bundles.push(part);
    for (const [inner, member] of below(at, part)) visit(inner, member);
  };
  visit(shape, value);
  return { objects, bundles };
}
