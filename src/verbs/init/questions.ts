import type { ColumnSchema } from '../../data/schema.ts';
import type { InferenceNote } from '../../validation/index.ts';
import { nearest } from '../../suggest.ts';
import { printable } from '../view/width.ts';
import { taskOf } from './recognised.ts';
import type { TimeFound } from './timeFound.ts';

/** One of the answers that there are. */
export interface Choice {
  readonly name: string;
  /** What stands beside it. */
  readonly says: string | null;
  /** What the flag would be given; null: the flag's `--no-`. */
  readonly value: string | null;
}

/** What `init` cannot know and a person may. */
export interface Question {
  readonly asks: string;
  readonly choices: readonly Choice[];
  /** What was found out, and what Enter therefore means; null: an answer is needed. */
  readonly found: { readonly name: string; readonly why: string | null } | null;
}

/** `found`: what was found out is right. */
export type Answer = { readonly kind: 'found' } | { readonly kind: 'said'; readonly value: string | null };

const choice = (name: string, says: string | null = null): Choice => ({ name, says, value: name });

/** @param columns with what stands in their first row, where the file has no header */
export const labelQuestion = (
  shown: string,
  columns: readonly { readonly name: string; readonly cell: string | undefined }[],
): Question => ({
  asks: `Which column of ${shown} is to be predicted? (--label)`,
  choices: columns.map(({ name, cell }) => choice(name, cell ?? null)),
  found: null,
});

/** Asked where the numbers of the label may be codes of classes as well as quantities; null where they tell. */
export function taskQuestion(label: ColumnSchema, notes: readonly InferenceNote[]): Question | null {
  const note = notes.find(({ about, column }) => about === 'label' && column === label.name);
  const mayBeEither = note !== undefined && (label.kind === 'number' || label.type === 'integer');
  if (!mayBeEither) return null;
  const task = taskOf(label);
  // Of two numbers nobody wants to know what is between them.
  if (task === 'binary') return null;
  return {
    asks: `What are the numbers of ${label.name}? (--task)`,
    choices: [
      choice('multiclass', 'codes: which of them does a row have?'),
      choice('regression', 'quantities: near is better than far'),
    ],
    found: { name: task, why: null },
  };
}

/** Asked where a column holds times; null where none does. */
export function timeQuestion(columns: readonly string[], found: TimeFound | null): Question | null {
  if (columns.length === 0) return null;
  return {
    asks: 'When does a row become known? The oldest rows teach then, and the newest judge. (--time)',
    choices: [
      ...columns.map((column) => choice(column)),
      { name: 'none', says: 'no column says it: rows are dealt out at random (--no-time)', value: null },
    ],
    // A column that nothing shows to be it is written down, and rows are not split by it: that is none of the choices.
    found:
      found === null
        ? { name: 'none', why: null }
        : { name: found.splits ? found.column : 'as found', why: found.note },
  };
}

/** More choices are not listed: by name they can be chosen all the same. */
const mostListed = 40;

function prompt({ found }: Question): string {
  return found === null ? 'Name or number: ' : `Name or number (Enter: ${printable(found.name)}): `;
}

/** The question as a person reads it, up to where they type. */
export function questionText(question: Question): string {
  const { asks, choices, found } = question;
  const listed = choices.slice(0, mostListed);
  const wide = Math.max(...listed.map(({ name }) => printable(name).length));
  const lines = listed.map(({ name, says }, at) => {
    const beside = says === null ? '' : `  ${printable(says)}`;
    return `${String(at + 1).padStart(4)}  ${beside === '' ? printable(name) : printable(name).padEnd(wide)}${beside}`;
  });
  const rest = choices.length - listed.length;
  return [
    printable(asks),
    ...lines,
    ...(rest > 0 ? [`   …  and ${rest} more: ${printable(choices.at(-1)?.name ?? '')} is the last`] : []),
    ...(found?.why == null ? [] : [`Found: ${printable(found.why)}`]),
    prompt(question),
  ].join('\n');
}

/** The one of that name, of that number, or of that name in other letters where only one is; null: none is meant. */
export function answered({ choices, found }: Question, typed: string): Answer | null {
  const word = typed.trim();
  if (word === '') return found === null ? null : { kind: 'found' };
  const alike = choices.filter(({ name }) => name.toLowerCase() === word.toLowerCase());
  const meant =
    choices.find(({ name }) => name === word) ??
    (/^\d{1,6}$/.test(word) ? choices[Number(word) - 1] : undefined) ??
    (alike.length === 1 ? alike[0] : undefined);
  return meant === undefined ? null : { kind: 'said', value: meant.value };
}

/** What is said to an answer that is none. */
export function notUnderstood(question: Question, typed: string): string {
  const { choices } = question;
  const word = typed.trim();
  const names = choices.map(({ name }) => name);
  const guess = word === '' ? undefined : nearest(word, names);
  const why = word === '' ? 'That cannot be found out' : `"${printable(word).slice(0, 80)}" is none of them`;
  const meant = guess === undefined ? '' : ` Did you mean ${printable(guess)}?`;
  return `${why}: give a name, or a number from 1 to ${choices.length}.${meant}\n${prompt(question)}`;
}
