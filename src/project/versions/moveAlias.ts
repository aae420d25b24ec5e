import { usageError } from '../../errors.ts';
import { writeAliasMove } from '../../tracking/aliases.ts';
import { resolveBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { whoAmI } from '../observation/reference.ts';
import { aliasesOf, champion, isAlias } from './aliases.ts';

/** What is asked of an alias. */
export interface AliasWish {
  /** `churn@3`. */
  readonly bundle?: string;
  /** Take it away. */
  readonly remove: boolean;
  readonly why?: string;
}

/** What became of it. */
export interface AliasChange {
  readonly action: 'set' | 'removed' | 'kept';
  readonly moved: { readonly alias: string; readonly from: number | null; readonly to: number | null };
}

function checkAlias(name: string, alias: string): void {
  if (alias === champion)
    throw usageError({
      code: 'alias-reserved',
      message: `${champion} is always the version of ${name} that serves: it cannot be set.`,
      hint: `\`aieng deploy ${name}@<version>\` decides it.`,
    });
  if (!isAlias(alias))
    throw usageError({
      code: 'alias-invalid',
      message: `${JSON.stringify(alias)} cannot be an alias: expected small letters, digits and -, beginning with a letter, at most 40.`,
      hint: 'For example: candidate, staging.',
    });
}

function reasonOf({ why }: AliasWish): string {
  if (why !== undefined && why.trim() !== '') return why;
  throw usageError({
    code: 'why-missing',
    message: 'Moving an alias goes on record, and the record needs a reason.',
    hint: 'Add --why "…".',
  });
}

/**
 * Gives a version a name that commands take in its place, or takes one away, and writes down who did it and why.
 *
 * @throws usage errors (exit 2) for names that cannot be one, versions that are not there, a missing reason.
 */
export async function moveAlias(
  context: Context,
  name: string,
  alias: string,
  options: AliasWish,
): Promise<AliasChange> {
  const { bundle = name, remove } = options;
  checkAlias(name, alias);
  if (!remove && !bundle.includes('@'))
    throw usageError({
      code: 'version-missing',
      message: `Which version of ${name} is ${alias}?`,
      hint: `Name it: \`aieng alias ${name}@<version> ${alias} --why "…"\`.`,
    });
  const { now } = await aliasesOf(context, name);
  const from = now.find((one) => one.alias === alias)?.version ?? null;
  const to = remove ? null : (await resolveBundle(context, bundle)).version;
  const moved = { alias, from, to };
  if (from === to) return { action: 'kept', moved };
  const { environment } = context;
  await writeAliasMove(context, name, {
    alias,
    version: to,
    at: environment.now(),
    who: whoAmI(environment),
    why: reasonOf(options),
  });
  return { action: remove ? 'removed' : 'set', moved };
}
