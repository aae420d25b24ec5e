import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { refusal } from './refusal.ts';
import type { ModelStatement, SignedResource } from './statement.ts';

/** Files of a model by path: their bytes, or their SHA-256 where they are too large to be held. */
export type SignedContents = ReadonlyMap<string, Uint8Array | Digest>;

/** Names of hashes as the specification has them, and as Node has them. */
const algorithms: Readonly<Record<string, string>> = { sha256: 'sha256', blake2b: 'blake2b512' };

const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

/** A piece of a file: `path:start:end`. */
interface Piece {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

function pieceOf({ name }: SignedResource, where: string): Piece {
  const [, path, start, end] = /^(.+):(\d{1,15}):(\d{1,15})$/.exec(name) ?? [];
  if (path === undefined)
    throw refusal('signature-unknown-form', where, `${shown(name)} is no piece of a file`);
  return { path, start: Number(start), end: Number(end) };
}

function hashed(bytes: Uint8Array | Digest, resource: SignedResource, where: string, piece?: Piece): Digest {
  const { algorithm, name } = resource;
  const known = algorithms[algorithm];
  if (known === undefined)
    throw refusal(
      'signature-unknown-form',
      where,
      `${shown(name)} is named by its ${JSON.stringify(algorithm.slice(0, 50))}; sha256 and blake2b are known`,
    );
  if (typeof bytes !== 'string') {
    const part = piece === undefined ? bytes : bytes.subarray(piece.start, piece.end);
    return createHash(known).update(part).digest('hex');
  }
  if (known === 'sha256' && piece === undefined) return bytes;
  throw refusal(
    'signature-unknown-form',
    where,
    `${shown(name)} is not named by the sha256 of the whole file`,
  );
}

/** Pieces have to cover each file from its first byte to its last: what none of them covers could be anything. */
function requireCovered(pieces: readonly Piece[], contents: SignedContents, where: string): void {
  const ends = new Map<string, number>();
  const sorted = pieces.toSorted((left, right) => left.start - right.start);
  for (const { path, start, end } of sorted) {
    if (start > (ends.get(path) ?? 0) || end < start) break;
    ends.set(path, Math.max(ends.get(path) ?? 0, end));
  }
  for (const { path } of pieces) {
    const bytes = contents.get(path);
    if (typeof bytes === 'string' || bytes === undefined || ends.get(path) === bytes.byteLength) continue;
    throw refusal('signed-file-changed', where, `what was signed of ${shown(path)} is not all of it`);
  }
}

const isIgnored = (path: string, ignored: readonly string[]): boolean =>
  ignored.some((each) => path === each || path.startsWith(`${each}/`));

/**
 * Each file against what was signed: there, unchanged, and no file besides.
 *
 * @throws damaged (exit 8) naming the first file that does not hold.
 */
export function requireContents(statement: ModelStatement, contents: SignedContents, where: string): void {
  const { resources, inShards, ignored } = statement;
  const pieces = inShards ? resources.map((resource) => pieceOf(resource, where)) : [];
  resources.forEach((resource, at) => {
    const path = pieces[at]?.path ?? resource.name;
    const bytes = contents.get(path);
    if (bytes === undefined)
      throw refusal('signed-file-missing', where, `${shown(path)} was signed and is missing`);
    if (hashed(bytes, resource, where, pieces[at]) !== resource.digest)
      throw refusal('signed-file-changed', where, `${shown(path)} was changed since it was signed`);
  });
  requireCovered(pieces, contents, where);
  const signed = new Set(inShards ? pieces.map(({ path }) => path) : resources.map(({ name }) => name));
  for (const path of contents.keys())
    if (!signed.has(path) && !isIgnored(path, ignored))
      throw refusal('unsigned-file', where, `${shown(path)} is there and was not signed`);
}
