import { damagedError } from '../errors.ts';

/** A bundle that does not verify (exit 8): which one, and what is wrong with it. */
export function bundleDamaged(where: string, problem: string, cause?: unknown): Error {
  return damagedError({
    code: 'bundle-damaged',
    message: `Bundle ${where} does not verify: ${problem}.`,
    hint: 'Get it again from where it was packaged, or package it anew with `aieng package`. One of the store: `aieng doctor --repair`.',
    ...(cause === undefined ? {} : { cause }),
  });
}
