import { AiengError, usageError } from '../errors.ts';

/** The system's short word for what went wrong (`ENOENT`, …), or ''. */
export function faultCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Is it about something that is not there? */
export const isAbsent = (error: unknown): boolean => faultCode(error) === 'ENOENT';

const explanations: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  EACCES: [
    'may not be read or written by this user',
    'Give this user the right to it, or name another folder (that of the store: --store).',
  ],
  EPERM: [
    'does not permit this',
    'Give this user the right to it, or name another folder (that of the store: --store).',
  ],
  EROFS: [
    'is on a read-only file system',
    'Name a folder that can be written with --store (or AIENG_STORE).',
  ],
  ENOSPC: ['is on a disk that is full', 'Free some space, or name a folder on another disk with --store.'],
  EDQUOT: ['is over its disk quota', 'Free some space, or name a folder on another disk with --store.'],
  EFBIG: [
    'may not hold a file of that size',
    'Raise the limit (`ulimit -f`), or name a folder on another disk with --store.',
  ],
  ENOTDIR: [
    'has a file where a folder is expected',
    'Move that file away, or name another folder (that of the store: --store).',
  ],
  EISDIR: [
    'has a folder where a file is expected',
    'Move that folder away, or name another folder (that of the store: --store).',
  ],
  EEXIST: [
    'has a file where a folder is expected',
    'Move that file away, or name another folder (that of the store: --store).',
  ],
  ENAMETOOLONG: [
    'is too long a path for this file system',
    'Name a folder with a shorter path with --store.',
  ],
  ENOTSUP: ['is on a file system without hard links', 'Name a folder on a local disk with --store.'],
  EOPNOTSUPP: ['is on a file system without hard links', 'Name a folder on a local disk with --store.'],
  ENOSYS: ['is on a file system without hard links', 'Name a folder on a local disk with --store.'],
  ELOOP: ['is a chain of links without an end', 'Name another folder (that of the store: --store).'],
  EMFILE: [
    'cannot be opened: too many files are open',
    'Raise the limit (`ulimit -n 4096`) and run it again.',
  ],
  ENFILE: [
    'cannot be opened: too many files are open',
    'Raise the limit (`ulimit -n 4096`) and run it again.',
  ],
  EIO: [
    'cannot be read or written: the disk reports an error',
    'Check the disk, or name another folder (that of the store: --store).',
  ],
};

/** A fault of the disk as the user's error (exit 2); anything else as it is. */
export function explainFault(error: unknown, fallbackPath: string): unknown {
  if (error instanceof AiengError) return error;
  const code = faultCode(error);
  const explanation = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  if (explanation === undefined) return error;
  const named =
    error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : fallbackPath;
  return usageError({
    code: 'path-not-usable',
    message: `${named} ${explanation[0]} (${code}).`,
    hint: explanation[1],
    cause: error,
  });
}

/** Runs an effect on the disk, turning faults into errors that say what to do. */
export async function onDisk<Result>(path: string, effect: () => Promise<Result>): Promise<Result> {
  try {
    return await effect();
  } catch (error) {
    throw explainFault(error, path);
  }
}
