import type { LabelAccount } from '../../traffic/account.ts';
import type { Block, Words } from './blocks.ts';
import { list, toned } from './blocks.ts';
import { count, counted } from './format.ts';

const fates = [
  ['used', 'used'],
  ['superseded', 'superseded by newer ones'],
  ['outside', 'of predictions outside the window'],
  ['expired', 'of expired predictions'],
  ['unmatched', 'matching no prediction'],
  ['ambiguous', 'ambiguous'],
  ['unusable', 'unusable'],
] as const;

/** What became of the labels, in one line; null where none was given. */
export function labelWords(account: LabelAccount): Words | null {
  const { given, blank, unmatched, ambiguous, unusable, respelled } = account;
  const empty = blank === 0 ? [] : [`${counted(blank, 'row')} without an outcome yet`];
  if (given === 0) return empty.length === 0 ? null : empty.join('');
  const told = fates.flatMap(([fate, words]) =>
    account[fate] === 0 && fate !== 'used' ? [] : [`${count(account[fate])} ${words}`],
  );
  const spelled = respelled === 0 ? [] : [`${count(respelled)} of them spelled otherwise than their class`];
  const text = `${count(given)} given: ${[...told, ...spelled, ...empty].join(', ')}`;
  return toned(unmatched + ambiguous + unusable === 0 ? 'plain' : 'warn', text);
}

/** The labels that came to nothing, each kind with an example. */
export function labelProblems({ reasons, doors, ambiguous }: LabelAccount): Block {
  return list(
    [
      ...reasons.map(({ reason, count: times, example }) => ({
        sign: 'warn' as const,
        text: `${counted(times, 'label')} unusable: ${reason}`,
        note: `${example.door} ${example.id === '' ? '' : `id ${example.id}`}`.trim(),
      })),
      ...doors.flatMap(({ door, source, unmatched, example }) =>
        unmatched === 0
          ? []
          : [
              {
                sign: 'warn' as const,
                text: `${counted(unmatched, 'label')} of ${source ?? door} matched no prediction`,
                ...(example === null
                  ? {}
                  : { note: `ids look like ${example.logged} in the log, like ${example.given} there` }),
              },
            ],
      ),
      ...(ambiguous === 0
        ? []
        : [
            {
              sign: 'warn' as const,
              text: `${counted(ambiguous, 'label')} ambiguous: that row was predicted more than once at one moment`,
              note: 'label it by the id of the prediction',
            },
          ]),
    ],
    'labels that came to nothing',
  );
}
