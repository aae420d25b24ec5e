import { isPlainName, nameFinder } from './composed.ts';
import { isJsonObject } from './json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Objects within objects are looked into so deep; what is deeper stays one value. */
export const mostFlattened = 8;
/** A row of more fields than this is keyed by data, not by columns. */
const mostFields = 5000;

/** What flattening has to know of a row schema. */
export interface KnownColumns {
  readonly names: ReadonlySet<string>;
  /** A known name by any spelling of its letters; undefined where no name has another. */
  readonly find?: (name: string) => string | undefined;
  /** By the name before a dot, the columns below it: `address` → `address.city`, `address.geo.lat`. */
  readonly below: ReadonlyMap<string, readonly string[]>;
}

const nothingKnown: KnownColumns = { names: new Set(), below: new Map() };

/** The columns of a schema by what they are below. */
export function knownColumns(names: Iterable<string>): KnownColumns {
  const known = new Set(names);
  const below = new Map<string, string[]>();
  for (const name of known)
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const outer = name.slice(0, dot);
      const inner = below.get(outer);
      if (inner === undefined) below.set(outer, [name]);
      else inner.push(name);
    }
  const isPlain = [...known].every(isPlainName);
  return { names: known, below, ...(isPlain ? {} : { find: nameFinder(known) }) };
}

/** Collects the fields of one row. */
class Flattening {
  readonly #known: KnownColumns;
  readonly #fields = new Map<string, unknown>();
  problem: string | undefined;

  constructor(known: KnownColumns) {
    this.#known = known;
  }

  add(object: Fields, prefix: string, depth: number): void {
    for (const key of Object.keys(object)) {
      if (this.problem !== undefined) return;
      const written = prefix + key;
      const name = this.#known.find?.(written) ?? written;
      const value = object[key];
      if (this.#known.names.has(name)) this.#set(name, value);
      else if (isJsonObject(value) && depth < mostFlattened) this.#addObject(name, value, depth);
      else if (value === null && this.#known.below.has(name))
        for (const inner of this.#known.below.get(name)!) this.#set(inner, null);
      else this.#set(name, value);
    }
  }

  /** What has no member says nothing of the columns below it, and is a field all the same: it does not just go. */
  #addObject(name: string, object: Fields, depth: number): void {
    if (Object.keys(object).length > 0) this.add(object, `${name}.`, depth + 1);
    else for (const inner of this.#known.below.get(name) ?? [name]) this.#set(inner, null);
  }

  #set(name: string, value: unknown): void {
    if (this.#fields.has(name))
      this.problem = `the field ${JSON.stringify(name.slice(0, 80))} stands twice, nested and with a dot or in two spellings`;
    else if (this.#fields.size === mostFields) this.problem = `a row of more than ${mostFields} fields`;
    else this.#fields.set(name, value);
  }

  // fromEntries defines own members, so a field called `__proto__` stays a plain one.
  fields = (): Fields => Object.fromEntries(this.#fields);
}

/**
 * A row with its nested objects as fields of their own, named by the way to them: `{"a": {"b": 1}}` is `{"a.b": 1}`. The
 * one home of that rule: files of JSON, requests, golden rows and the prediction log. Lists stay values. An object under
 * the name of a known column stays that column's value, and null in the place of an object is null in each column below.
 *
 * @returns the fields, or why they cannot be told apart
 * @example flattenRow({ a: { b: 1 }, c: 2 }) // → { fields: { 'a.b': 1, c: 2 } }
 */
export function flattenRow(
  row: Fields,
  known: KnownColumns = nothingKnown,
): { readonly fields: Fields } | { readonly problem: string } {
  if (!needsFlattening(row, known)) return { fields: row };
  const flattening = new Flattening(known);
  flattening.add(row, '', 1);
  return flattening.problem === undefined ? { fields: flattening.fields() } : { problem: flattening.problem };
}

/** Most rows are flat, and cost this one look. */
function needsFlattening(row: Fields, { names, find, below }: KnownColumns): boolean {
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (find !== undefined && !names.has(key) && find(key) !== undefined) return true;
    if (typeof value !== 'object') continue;
    if (value === null ? below.size > 0 && below.has(key) : isJsonObject(value) && !names.has(key))
      return true;
  }
  return false;
}
