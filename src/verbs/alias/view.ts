import { utcMinute } from '../../utc.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, next, table } from '../view/blocks.ts';
import { versioned } from '../view/format.ts';
import type { AliasResult } from './result.ts';

const meaning = (name: string, version: number | null): string =>
  version === null ? 'nothing' : versioned(name, version);

function headlineOf({ name, action, moved, aliases }: AliasResult): Block {
  if (moved === null)
    return headline('none', aliases.length === 0 ? `${name} has no aliases` : `aliases of ${name}`);
  const said = `${name}@${moved.alias} is ${meaning(name, moved.to)}`;
  if (action === 'kept') return headline('none', `${said} already`);
  return headline('good', said, moved.from === null ? '' : `it was ${versioned(name, moved.from)}`);
}

/** `alias`: what each name means, and how it came to. */
export const aliasView: View<Outcome<AliasResult>> = {
  blocks: ({ result }) => [
    headlineOf(result),
    facts([['champion', result.champion === null ? null : versioned(result.name, result.champion)]]),
    table(
      ['alias', 'version', 'since', 'who', 'why'],
      result.aliases.map(({ alias, version, since, who, why }) => [
        alias,
        versioned(result.name, version),
        utcMinute(since),
        who,
        why,
      ]),
      'now',
    ),
    table(
      ['when', 'alias', 'version', 'who', 'why'],
      result.history.map(({ at, alias, version, who, why }) => [
        utcMinute(at),
        alias,
        version === null ? '–' : versioned(result.name, version),
        who,
        why,
      ]),
      'every move',
    ),
    result.moved?.to == null ? next() : next(command('deploy', `${result.name}@${result.moved.alias}`)),
  ],
  essential: ({ result: { name, moved, aliases } }) =>
    moved === null
      ? aliases.map(({ alias, version }) => `${alias}\t${versioned(name, version)}`)
      : [meaning(name, moved.to)],
};
