import { withheld } from '../data/personal.ts';
import { Type } from '@sinclair/typebox';
import { count, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

const fates = {
  given: count('Labels that came. Each is counted once below: given is the sum of the others.'),
  used: count('Brought to a prediction that was looked at.'),
  superseded: count('Of a prediction for which there is a newer label.'),
  unmatched: count('With an id that no prediction has.'),
  ambiguous: count('By row, where the row was predicted more than once at the same moment.'),
  outside: count(
    'Of a prediction that was not looked at: before the window, or answered by another version.',
  ),
  expired: count('Of a prediction that is no longer in the log (`logs.keep_days`).'),
  unusable: count('Labels that fit no class, or are no label: see `reasons`.'),
};

/** Which door labels came by. */
export const doorShape = oneOf(['feedback', 'file', 'current'], '`POST /feedback`, a file, or the rows.');
export type DoorName = Shape<typeof doorShape>;

/** What became of every label that was given. */
export const labelAccountShape = Type.Object(
  {
    ...fates,
    respelled: count('Of those used: spelled otherwise than their class (`1.0` for `1`).'),
    blank: count('Rows of a file whose outcome is still empty. They are no labels.'),
    reasons: Type.Array(
      Type.Object({
        reason: text(),
        count: count(),
        example: Type.Object({ door: doorShape, id: text('As given.') }),
      }),
      { description: 'Why labels are unusable, most frequent first.' },
    ),
    doors: Type.Array(
      Type.Object({
        door: doorShape,
        source: orNull(text('Path of the file.')),
        ...fates,
        example: orNull(
          Type.Object({
            given: text('An id that matched nothing.'),
            logged: text('Of the newest prediction.'),
          }),
          'How the ids of unmatched labels look, and how those of the predictions do.',
        ),
      }),
      { description: 'The same by door.' },
    ),
  },
  { title: 'LabelAccount' },
);
export type LabelAccount = Shape<typeof labelAccountShape>;

/** How labels of one door fared. */
export type DoorAccount = LabelAccount['doors'][number];

/** What can become of a label. */
export type Fate = Exclude<keyof typeof fates, 'given'>;

/** No label was given. */
export const noLabels: LabelAccount = {
  given: 0,
  used: 0,
  superseded: 0,
  unmatched: 0,
  ambiguous: 0,
  outside: 0,
  expired: 0,
  unusable: 0,
  respelled: 0,
  blank: 0,
  reasons: [],
  doors: [],
};

/** Stands where an id was that somebody wanted to be forgotten. */
export const forgottenId = '(forgotten)';

/** An account whose examples name none of some ids; null where they do not. */
export function withoutTheseIds(account: LabelAccount, ids: ReadonlySet<string>): LabelAccount | null {
  const of = (id: string): string => (ids.has(id) ? forgottenId : id);
  const left: LabelAccount = {
    ...account,
    reasons: account.reasons.map((each) => ({
      ...each,
      example: { ...each.example, id: of(each.example.id) },
    })),
    doors: account.doors.map((door) => ({
      ...door,
      example:
        door.example === null ? null : { given: of(door.example.given), logged: of(door.example.logged) },
    })),
  };
  return JSON.stringify(left) === JSON.stringify(account) ? null : left;
}

/** An account whose examples name nobody: of rows that a personal column identifies. */
export function withoutIds(account: LabelAccount): LabelAccount {
  return {
    ...account,
    reasons: account.reasons.map((each) => ({ ...each, example: { ...each.example, id: withheld } })),
    doors: account.doors.map((door) => ({
      ...door,
      example: door.example === null ? null : { given: withheld, logged: withheld },
    })),
  };
}
