import type { AiengError } from '../../errors.ts';
import { usageError } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import type { AliasMove } from '../../tracking/aliases.ts';
import { aliasesNow, readAliasMoves } from '../../tracking/aliases.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { Context } from '../context.ts';

/** The alias that nobody sets: the version in charge. What serves is decided by `deploy`, and by that alone. */
export const champion = 'champion';

/** An alias: letters, digits and `-`, never a number alone, so that it cannot be taken for a version. */
export const isAlias = (text: string): boolean => /^[a-z][a-z0-9-]{0,39}$/.test(text);

/** A version with the name that it goes by. */
interface Known {
  readonly name: string;
  readonly version: number | null;
  readonly digest: string;
}

/** What each alias of a name means now, and the moves that made it so, newest first. */
export async function aliasesOf(
  context: Pick<Context, 'store'>,
  name: string,
): Promise<{ readonly now: ReturnType<typeof aliasesNow>; readonly moves: readonly AliasMove[] }> {
  const { records, damaged } = await readAliasMoves(context, name);
  // Nobody knows what the alias of a damaged move means.
  if (damaged[0] !== undefined) throw damaged[0];
  const moves = records.map(({ content }) => content);
  return { now: aliasesNow(moves), moves };
}

function unknownAlias(name: string, alias: string, known: readonly string[]): AiengError {
  const meant = nearest(alias, known);
  return usageError({
    code: 'alias-unknown',
    message: `${name} has no alias ${alias}${known.length === 0 ? '' : ` (there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')})`}.`,
    hint:
      meant === undefined
        ? `\`aieng alias ${name}@<version> ${alias} --why "…"\` sets it.`
        : `Did you mean ${name}@${meant}?`,
  });
}

/**
 * The version that an alias means.
 *
 * @throws usage error (exit 2) for one that is not set, damaged (exit 8) where a move cannot be read.
 */
export async function aliasedVersion(
  context: Pick<Context, 'store'>,
  name: string,
  alias: string,
): Promise<Known> {
  const deployed = await deployedBundle(context, name);
  const versions = await context.store.versions(name);
  if (alias === champion) {
    const found = deployed ?? versions.at(-1);
    if (found !== undefined) return { name, version: found.version, digest: found.digest };
    throw usageError({
      code: 'no-champion',
      message: `${name} has no model yet: nothing was packaged or deployed.`,
      hint: `Run \`aieng run ${name}\` first.`,
    });
  }
  const { now } = await aliasesOf(context, name);
  const move = now.find((one) => one.alias === alias);
  const found = versions.find(({ version }) => version === move?.version);
  if (found === undefined)
    throw unknownAlias(
      name,
      alias,
      now.map((one) => one.alias),
    );
  return { name, ...found };
}
