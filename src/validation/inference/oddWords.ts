import { isTotalWord } from '../../data/cells/totals.ts';
import type { Facts, InferenceNote } from './facts.ts';
import { note, quotedWords } from './facts.ts';

/** Ways to write a value that are not read, and what to do about them; `{}` is an example. */
const unread: readonly { readonly looks: RegExp; readonly says: string }[] = [
  {
    looks: /^\/Date\(-?\d+(?:[+-]\d{4})?\)\/$/,
    says: 'holds times as .NET writes them in JSON ({}), which are kept as words. Write them as ISO 8601, or take the digits out: they are milliseconds since 1970 ("format": "epoch-milliseconds").',
  },
  {
    looks: /^="[^"]*"$/,
    says: 'holds formulas of a spreadsheet in the place of texts ({}), and keeps them as they are. Export the values, or take `="` and `"` away.',
  },
  {
    looks: /^(?=.*\p{Nd})(?!.*[0-9])[\p{Nd}\s.,٫٬+-]+$/u,
    says: 'holds numbers in other digits than 0 to 9 ({}), which are kept as words. Write them with 0 to 9 where the data are made.',
  },
  {
    looks: /^'[-+]?[0-9][0-9.,]*$/,
    says: 'holds numbers with an apostrophe in front ({}), as spreadsheets mark texts: they are kept as words. Export the values, or take the apostrophes away.',
  },
];

/** Rows of totals are few, or they are what the table is about. */
const fewRows = 0.2;

/** Words that say that their rows are totals, in a file whose rows are something else. */
function totalNotes(facts: Facts): readonly InferenceNote[] {
  const { words, present, name, isLabel, tally } = facts;
  const totals = isLabel || !tally.complete ? [] : words.filter(([word]) => isTotalWord(word));
  const rows = totals.reduce((sum, [, count]) => sum + count, 0);
  if (rows === 0 || rows > fewRows * present || totals.length === words.length) return [];
  const message = `${name} holds ${quotedWords(totals)}: where these rows sum up others, take them out where the data are made; a model would learn from them as from any row.`;
  return [note(facts, 'mixed', message)];
}

/** What is to be said of words that look like something that is not read as it is meant. */
export function oddWordNotes(facts: Facts): readonly InferenceNote[] {
  const { words, name, tally } = facts;
  if (!tally.complete || words.length === 0) return totalNotes(facts);
  const found = unread.find(
    ({ looks }) => words.filter(([word]) => looks.test(word)).length > words.length / 2,
  );
  const shown = words[0]![0];
  return [
    ...(found === undefined
      ? []
      : [note(facts, 'mixed', `${name} ${found.says.replace('{}', () => shown)}`)]),
    ...totalNotes(facts),
  ];
}
