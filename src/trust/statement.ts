import { createHash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest } from '../digest.ts';
import type { Shape } from '../shape.ts';
import { refusal } from './refusal.ts';

/** in-toto's, and what it says of a model (OpenSSF Model Signing v1.0). */
export const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://model_signing/signature/v1.0';

const shortText = Type.String({ maxLength: 4_096 });
const resource = Type.Object({ name: shortText, digest: shortText, algorithm: shortText });
const statementShape = Type.Object({
  _type: Type.String(),
  subject: Type.Array(Type.Object({ name: shortText, digest: Type.Record(Type.String(), shortText) }), {
    minItems: 1,
    maxItems: 1,
  }),
  predicateType: Type.String(),
  predicate: Type.Object({
    resources: Type.Array(resource, { minItems: 1, maxItems: 1_000_000 }),
    serialization: Type.Object({
      method: shortText,
      hash_type: shortText,
      allow_symlinks: Type.Optional(Type.Boolean()),
      ignore_paths: Type.Optional(Type.Array(shortText, { maxItems: 100_000 })),
      shard_size: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
  }),
});

/** One file of a signed model, or a piece of one. */
export type SignedResource = Shape<typeof resource>;

/** What a signature says of a model. */
export interface ModelStatement {
  readonly name: string;
  readonly resources: readonly SignedResource[];
  /** Paths that are no part of it. */
  readonly ignored: readonly string[];
  /** Whether a resource is a whole file, or `path:start:end`. */
  readonly inShards: boolean;
}

/** Left out of every model, at its top only (section 6.2 of the specification). */
const alwaysIgnored = ['.git', '.gitattributes', '.github', '.gitignore'];

/** By code point, as the specification wants it: the order of UTF-8. */
const byCodePoint = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

const rootOf = (digests: readonly string[]): Digest =>
  createHash('sha256')
    .update(Buffer.concat(digests.map((digest) => Buffer.from(digest, 'hex'))))
    .digest('hex');

/**
 * The statement that is signed: each file with its SHA-256, and all of them as one digest.
 *
 * @param name What the signature is for: `churn@3`. It is signed with the rest.
 */
export function modelStatement(
  name: string,
  files: ReadonlyMap<string, Digest>,
  ignored: readonly string[],
): string {
  const resources = [...files]
    .sort(([left], [right]) => byCodePoint(left, right))
    .map(([path, digest]) => ({ name: path, digest, algorithm: 'sha256' }));
  return JSON.stringify({
    _type: statementType,
    subject: [{ name, digest: { sha256: rootOf(resources.map(({ digest }) => digest)) } }],
    predicateType,
    predicate: {
      resources,
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: [...new Set([...alwaysIgnored, ...ignored])].sort(byCodePoint),
      },
    },
  });
}

/** How a model that is one file calls it: as the reference implementation does. */
export const onlyFile = '.';

const isPath = (path: string): boolean =>
  path !== '' && !path.split('/').some((part) => part === '' || part === '.' || part === '..');

/** What keeps a statement from being checked, or undefined. */
function problemOf({ predicate }: Shape<typeof statementShape>, inShards: boolean): string | undefined {
  const { resources, serialization } = predicate;
  if (serialization.method !== 'files' && !inShards)
    return `it names files by the method ${JSON.stringify(serialization.method)}; "files" and "shards" are known`;
  if (serialization.allow_symlinks === true) return 'it follows links, which are never followed here';
  const isOne = resources.length === 1 && resources[0]?.name === onlyFile;
  const strange = isOne ? undefined : resources.find(({ name }) => !isPath(name));
  if (strange !== undefined)
    return `it names ${JSON.stringify(strange.name.slice(0, 200))}, which is no path inside of a model`;
  const seen = new Set<string>();
  for (const { name } of resources) {
    if (seen.has(name)) return `it names ${JSON.stringify(name)} twice`;
    seen.add(name);
  }
  return undefined;
}

/**
 * Reads what was signed, and checks that its one digest is that of its files.
 *
 * @throws damaged (exit 8) for another form of statement.
 */
export function parseStatement(payload: Uint8Array, where: string): ModelStatement {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    throw refusal('signature-damaged', where, 'what was signed is not JSON', error);
  }
  if (!Value.Check(statementShape, value))
    throw refusal(
      'signature-unknown-form',
      where,
      'what was signed is no statement about one model and its files',
    );
  const [subject] = value.subject;
  if (value._type !== statementType || value.predicateType !== predicateType || subject === undefined)
    throw refusal(
      'signature-unknown-form',
      where,
      `what was signed is of the kind ${JSON.stringify(value.predicateType.slice(0, 200))}, expected ${predicateType}`,
    );
  const { resources, serialization } = value.predicate;
  const inShards = /^(shards|file-shard-\d+)$/.test(serialization.method);
  const problem = problemOf(value, inShards);
  if (problem !== undefined) throw refusal('signature-unknown-form', where, problem);
  // In the order that it lists them: signers sort differently.
  if (subject.digest['sha256'] !== rootOf(resources.map(({ digest }) => digest)))
    throw refusal('signature-damaged', where, 'its one digest is not that of the files that it lists');
  return {
    name: subject.name,
    resources,
    ignored: [...alwaysIgnored, ...(serialization.ignore_paths ?? [])],
    inShards,
  };
}
