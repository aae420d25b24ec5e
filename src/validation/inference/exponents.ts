import type { ColumnTally } from '../columnTally.ts';
import type { Facts, Inferred, InferenceNote } from './facts.ts';
import { note } from './facts.ts';
import { inferWords } from './words.ts';

const isBare = /^\d+[eE]\d+$/;

/**
 * Are numbers such as `70E8` codes? Where one of them has a mantissa that no program writes of a number, and the others
 * are whole numbers or such codes too.
 */
export const areExponentCodes = (tally: ColumnTally): boolean =>
  tally.exponentCodes > 0 && tally.integers + tally.bareExponents === tally.numbers && tally.minimum >= 0;

const shown = ({ words }: Facts, look: RegExp): string =>
  words.find(([word]) => look.test(word))?.[0] ?? '70E8';

/** Codes whose `E` is a letter of theirs. */
export function inferExponentCodes(facts: Facts): Inferred {
  const { column, notes } = inferWords(facts);
  const code = shown(facts, /^\d\d+[eE]\d+$/);
  const message = `${facts.name} has codes such as "${code}", which are not meant as ${Number(code)}: taken for words as they are written. If they are quantities, change its kind to number in the schema.`;
  return { column, notes: [...notes, note(facts, 'code', message)] };
}

/** An exponent without a sign may be a letter of a code: what it is read as. */
export function exponentNotes(facts: Facts): readonly InferenceNote[] {
  if (facts.tally.bareExponents === 0) return [];
  const word = shown(facts, isBare);
  const message = `${facts.name}: "${word}" is read as ${Number(word)}. If it is a code, change its kind to category in the schema.`;
  return [note(facts, 'code', message)];
}
