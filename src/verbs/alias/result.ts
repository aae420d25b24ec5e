import { Type } from '@sinclair/typebox';
import { count, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { aliasMoveShape } from '../../tracking/aliases.ts';

export const aliasResult = Type.Object({
  name: text(),
  action: oneOf(
    ['listed', 'set', 'removed', 'kept'],
    'kept: it meant that already, and nothing was written.',
  ),
  moved: orNull(
    Type.Object({
      alias: text(),
      from: orNull(count(), 'What it meant before; null: nothing.'),
      to: orNull(count()),
    }),
  ),
  champion: orNull(count(), 'The version in charge: what is deployed, or the newest where nothing is.'),
  aliases: Type.Array(
    Type.Object({ alias: text(), version: count(), since: instant(), who: text(), why: text() }),
    { description: 'What each means now.' },
  ),
  history: Type.Array(aliasMoveShape, { description: 'Every move, newest first.' }),
});
/** What `alias` gives, member by member: docs/json.md#alias. */
export type AliasResult = Shape<typeof aliasResult>;
