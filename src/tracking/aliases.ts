import { Type } from '@sinclair/typebox';
import { count, instant, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import type { Listed } from './recordKind.ts';
import { listRecords, recordKind, writeRecord } from './recordKind.ts';

export const aliasMoveShape = Type.Object({
  alias: text(),
  version: orNull(count(), 'What it means from then on; null: nothing any more.'),
  at: instant(),
  who: text('The account and the machine: `ada@build-3`.'),
  why: text(),
});
/** A person gave a name to a version, or took it away. */
export type AliasMove = Shape<typeof aliasMoveShape>;

/** Every move of an alias; the newest of each counts. */
export const aliasKind = recordKind({
  name: 'alias',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: aliasMoveShape,
  older: {},
  without: 'Without it that alias means what it meant before: set it again with `aieng alias`.',
  sample: {
    alias: 'staging',
    version: 3,
    at: 1_764_400_000_000,
    who: 'ada@build-3',
    why: 'goes to the pilot shops',
  },
});

export const writeAliasMove = (
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  move: AliasMove,
): Promise<boolean> => writeRecord(store, aliasKind, { of: pipeline, id: environment.newId() }, move);

/** Every move of a pipeline's aliases, newest first. */
export const readAliasMoves = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<Listed<AliasMove>> => listRecords(store, aliasKind, { of: pipeline });

/**
 * What each alias means now: its newest move, without those that were taken away.
 *
 * @param moves Newest first.
 */
export function aliasesNow(
  moves: readonly AliasMove[],
): readonly (AliasMove & { readonly version: number })[] {
  const seen = new Set<string>();
  return moves.flatMap((move) => {
    if (seen.has(move.alias)) return [];
    seen.add(move.alias);
    return move.version === null ? [] : [{ ...move, version: move.version }];
  });
}
