import { exitCodes } from '../../errors.ts';
import { aliasesOf } from '../../project/versions/aliases.ts';
import { moveAlias } from '../../project/versions/moveAlias.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { AliasOptions } from './options.ts';
import type { AliasResult } from './result.ts';

type Change = Pick<AliasResult, 'action' | 'moved'>;

/** The name before the `@`, or that of the only pipeline. */
async function nameOf(context: Context, { bundle }: AliasOptions): Promise<string> {
  if (bundle !== undefined) return bundle.split('@')[0] ?? bundle;
  return (await openPipeline(context, undefined)).name;
}

/** Gives a version a name that commands take in its place, takes one away, or tells what each means and meant. */
export async function alias(context: Context, options: AliasOptions): Promise<Outcome<AliasResult>> {
  const name = await nameOf(context, options);
  const versions = await context.store.versions(name);
  // A name that was mistyped has no versions: told as for every bundle.
  if (versions.length === 0) await resolveBundle(context, name);
  const done: Change =
    options.alias === undefined
      ? { action: 'listed', moved: null }
      : await moveAlias(context, name, options.alias, options);
  const { now, moves } = await aliasesOf(context, name);
  const served = await deployedBundle(context, name);
  return {
    exitCode: exitCodes.ok,
    decision: done.action,
    warnings: [],
    result: {
      name,
      ...done,
      champion: (served ?? versions.at(-1))?.version ?? null,
      aliases: now.map(({ at: since, ...move }) => ({ ...move, since })),
      history: [...moves],
    },
  };
}
