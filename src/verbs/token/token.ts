import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { tokenHash } from '../../serving/access/access.ts';
import type { TokenOptions } from './options.ts';
import type { TokenResult } from './result.ts';

/** `token new`: a token that nobody can guess, and how the pipeline knows it. Nothing is written anywhere. */
export function token(
  { environment }: Pick<Context, 'environment'>,
  { name }: TokenOptions,
): Outcome<TokenResult> {
  if (!/^[A-Za-z0-9][\w.-]{0,62}$/.test(name))
    throw usageError({
      code: 'token-name-invalid',
      message: `"${name.slice(0, 80)}" cannot name a token: expected letters, digits, ".", "_" and "-", at most 63.`,
      hint: 'Name who will have it, for example: `aieng token new web-shop`.',
    });
  // A word that scanners for leaked secrets can look for.
  const made = `aieng_${environment.newSecret()}`;
  return {
    exitCode: exitCodes.ok,
    warnings: [],
    result: { name, token: made, hash: `sha256:${tokenHash(made)}` },
  };
}
