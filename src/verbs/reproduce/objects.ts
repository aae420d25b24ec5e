import { usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

/** @throws a usage error where something that a training was made of is gone from the store */
export async function requireObjects(
  { store }: Pick<Context, 'store'>,
  wanted: readonly (readonly [what: string, digest: string])[],
): Promise<void> {
  for (const [what, digest] of wanted)
    if (!(await store.has(digest)))
      throw usageError({
        code: 'lineage-gone',
        message: `${what} (${digest.slice(0, 12)}) is gone from the store: the training cannot be repeated.`,
        hint: 'Bring the store back from a copy, or name a newer version.',
      });
}
