import type { KubernetesObject } from './clusterObject.ts';

/** A JSON object whose fields are not known to be anything. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path of an answer, or undefined where the path ends early: answers of a server are never trusted to be whole. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const step of path) {
    if (!isFields(here) || !Object.hasOwn(here, step)) return undefined;
    here = here[step];
  }
  return here;
}

export function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** 0 where there is no number: the API leaves counters of zero out. */
export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** ms since 1970 of an API timestamp (RFC 3339, always with a zone), or null. */
export function timeAt(value: unknown, ...path: readonly string[]): number | null {
  const ms = new Date(textAt(value, ...path)).getTime();
  return Number.isNaN(ms) ? null : ms;
}

/** The condition of that type in `status.conditions`. */
export const conditionOf = (object: unknown, type: string): unknown =>
  listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type);

function textMap(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(isFields(value) ? value : {});
  return Object.fromEntries(
    pairs.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])),
  );
}

/** What the API calls objects: lower case, digits, dots, dashes (RBAC: colons). Nothing else reaches a path or a terminal. */
const objectName = /^[a-zA-Z0-9]([-a-zA-Z0-9.:_]*[a-zA-Z0-9])?$/;

/**
 * An API object of a server's answer. Items of lists come without their kind, which the list says: it is given.
 * Null: it is no such object.
 */
export function toObject(
  value: unknown,
  kind: { apiVersion: string; kind: string },
): KubernetesObject | null {
  const name = textAt(value, 'metadata', 'name');
  if (!isFields(value) || !objectName.test(name)) return null;
  const metadata = {
    ...fieldsAt(value, 'metadata'),
    name,
    namespace: textAt(value, 'metadata', 'namespace'),
    labels: textMap(at(value, 'metadata', 'labels')),
    annotations: textMap(at(value, 'metadata', 'annotations')),
  };
  return { ...value, apiVersion: kind.apiVersion, kind: kind.kind, metadata };
}
