import type { Json } from '../digest.ts';
import { canonicalJson, sha256 } from '../digest.ts';

/** A small document of the store, its seal taken off. */
export interface Unsealed {
  readonly content: Json;
  /** `none`: written by aieng 0.1, which put no digest into its documents. */
  readonly seal: 'whole' | 'none' | 'broken';
}

type Members = Readonly<Record<string, Json>>;

const isMembers = (json: Json): json is Members =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const digestOfContent = (place: string, content: Members): string => sha256(canonicalJson([place, content]));

/**
 * The text of a document that carries its own digest as its last word: `{…, "sha256": "…"}`. The digest covers the
 * place too (`runs/run/01J…`), so that one sound document in the place of another is noticed like any other damage.
 *
 * @throws RangeError for what is no object, or has a member `sha256` of its own: a bug of ours.
 */
export function seal(place: string, content: unknown): string {
  // As it will be read: without members that are undefined.
  const plain = JSON.parse(canonicalJson(content)) as Json;
  if (!isMembers(plain) || 'sha256' in plain)
    throw new RangeError(`a document of the store is an object without "sha256": ${place}`);
  return `${canonicalJson({ ...plain, sha256: digestOfContent(place, plain) })}\n`;
}

/** Takes the digest off a document and says whether it fits what stands there. */
export function unseal(place: string, json: Json): Unsealed {
  if (!isMembers(json) || !Object.hasOwn(json, 'sha256')) return { content: json, seal: 'none' };
  const { sha256: said, ...content } = json;
  return { content, seal: digestOfContent(place, content) === said ? 'whole' : 'broken' };
}
