import { pointerTo } from '../fields.ts';

export interface SchemaProblem {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

/** Notes every member that is read, or listed, by its pointer. */
function watch(value: unknown, pointer: string, read: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return member;
      read.add(pointerTo(pointer, key));
      return watch(member, pointerTo(pointer, key), read);
    },
    ownKeys: (target) => {
      const keys = Reflect.ownKeys(target);
      for (const key of keys) if (typeof key === 'string') read.add(pointerTo(pointer, key));
      return keys;
    },
  });
}

/** The topmost members that nobody read, outside of what is wrong already. */
function unread(
  value: unknown,
  pointer: string,
  read: ReadonlySet<string>,
  wrong: ReadonlySet<string>,
): readonly string[] {
  if (typeof value !== 'object' || value === null || wrong.has(pointer)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const path = pointerTo(pointer, key);
    return read.has(path) ? unread(member, path, read, wrong) : [path];
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A validator's error, which is read with care: its shape is the package's own. */
function problemOf(error: unknown): SchemaProblem {
  const get = (of: unknown, key: string): unknown =>
    typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
  const path = textOf(get(error, 'instancePath'));
  const params = get(error, 'params');
  const missing = get(params, 'missingProperty');
  if (typeof missing === 'string') return { path: pointerTo(path, missing), message: 'is missing' };
  const allowed: unknown = get(params, 'allowedValues');
  const message = textOf(get(error, 'message')) || 'is not valid';
  return { path, message: Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : message };
}

/** One problem a place: a value that fits none of several alternatives is told once. */
function merged(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const byPath = new Map<string, Set<string>>();
  for (const { path, message } of problems) byPath.set(path, (byPath.get(path) ?? new Set()).add(message));
  return [...byPath].map(([path, messages]) => {
    const telling = [...messages].filter((one) => !one.includes('oneOf'));
    return { path, message: telling.join('; ') || 'is not valid' };
  });
}

function validatorErrors(model: object, subject: unknown): readonly unknown[] {
  const validate: unknown = Reflect.get(Reflect.get(model, 'prototype') ?? {}, 'validate');
  if (typeof validate !== 'function') throw new TypeError('a model of kubernetes-models has no validator');
  try {
    Reflect.apply(validate, subject, []);
    return [];
  } catch (error) {
    const errors: unknown = error instanceof Error ? Reflect.get(error, 'errors') : undefined;
    if (!Array.isArray(errors)) throw error;
    return errors;
  }
}

/**
 * Validates an object by a class of kubernetes-models, and refuses members that its schema does not know.
 *
 * The package's validators are generated code that lets unknown members pass. But such code has to read each member that
 * it knows, and lists the members of a map: what was never read is unknown. So the validator runs on an object that notes
 * what is read of it.
 */
export function validateWatched(model: object, object: object): readonly SchemaProblem[] {
  // A copy, since a proxy may not answer otherwise than a frozen object does.
  const plain: unknown = structuredClone(object);
  const read = new Set<string>();
  const problems = merged(validatorErrors(model, watch(plain, '', read)).map(problemOf));
  const wrong = new Set(problems.map(({ path }) => path));
  const unknown = unread(plain, '', read, wrong).map((path) => ({ path, message: 'is unknown' }));
  return [...problems, ...unknown];
}
