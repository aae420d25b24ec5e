import { exitCodes, usageError } from '../../errors.ts';
import { aliasesOf, champion, isAlias } from '../../project/versions/aliases.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { whoAmI } from '../../project/observation/reference.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeAliasMove } from '../../tracking/aliases.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { AliasOptions } from './options.ts';
import type { AliasResult } from './result.ts';

type Change = Pick<AliasResult, 'action' | 'moved'>;

/** The name before the `@`, or that of the only pipeline. */
async function nameOf(context: Context, { bundle }: AliasOptions): Promise<string> {
  if (bundle !== undefined) return bundle.split('@')[0] ?? bundle;
  return (await openPipeline(context, undefined)).name;
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

function reasonOf({ why }: AliasOptions): string {
  if (why !== undefined && why.trim() !== '') return why;
  throw usageError({
    code: 'why-missing',
    message: 'Moving an alias goes on record, and the record needs a reason.',
    hint: 'Add --why "…".',
  });
}

async function change(context: Context, name: string, alias: string, options: AliasOptions): Promise<Change> {
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

/** Gives a version a name that commands take in its place, takes one away, or tells what each means and meant. */
export async function alias(context: Context, options: AliasOptions): Promise<Outcome<AliasResult>> {
  const name = await nameOf(context, options);
  const versions = await context.store.versions(name);
  // A name that was mistyped has no versions: told as for every bundle.
  if (versions.length === 0) await resolveBundle(context, name);
  const done: Change =
    options.alias === undefined
      ? { action: 'listed', moved: null }
      : await change(context, name, options.alias, options);
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
