import type { Digest } from '../digest.ts';
import { usageError } from '../errors.ts';

/**
 * A part of a name: letters, digits and `._@+=-`, neither beginning nor ending with a dot. So no part can be `..`,
 * hidden, empty, or mean something to a file system or an object store.
 */
const part = /^[A-Za-z0-9_](?:[A-Za-z0-9._@+=-]{0,198}[A-Za-z0-9_@+=-])?$/;

/**
 * The parts of a name that callers made up (`stages/churn/train`), checked.
 *
 * @throws usage error (exit 2) for anything that could leave its place.
 */
export function nameParts(name: string, what: string): readonly string[] {
  const parts = name.split('/');
  if (parts.length <= 8 && parts.every((word) => part.test(word))) return parts;
  throw usageError({
    code: 'invalid-name',
    message: `${JSON.stringify(name.slice(0, 100))} cannot be the name of a ${what}: expected parts of letters, digits and "._@+=-" with "/" between them.`,
    hint: 'Choose a name of letters, digits, "-" and "_", for example "churn".',
  });
}

/**
 * A name of one part: the id of a record.
 *
 * @throws usage error (exit 2) for anything else.
 */
export function singleName(name: string, what: string): string {
  return nameParts(name.replaceAll('/', '//'), what).join();
}

/** Is this a SHA-256 as we write it: 64 lower-case hexadecimal digits? */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** @throws usage error (exit 2) for what is not a digest. */
export function checkDigest(digest: Digest): Digest {
  if (isDigest(digest)) return digest;
  throw usageError({
    code: 'invalid-digest',
    message: `${JSON.stringify(digest.slice(0, 100))} is not a digest: expected 64 hexadecimal digits in lower case.`,
    hint: 'Copy the whole digest, as `--json` prints it.',
  });
}
