import type { ColumnTally } from '../columnTally.ts';
import type { Facts, Inferred, InferenceNote } from './facts.ts';
import { factsOf, note } from './facts.ts';
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

/** Codes of fewer digits are not told from quantities. */
const fewestDigits = 4;

/** What stands between numbers that all have as many digits, when it goes on behind such a number: `98144-1234`. */
function longerCode({ tally }: Facts): string | null {
  const width = String(tally.minimum).length;
  const isFixed = tally.minimum > 0 && String(tally.maximum).length === width;
  if (!isFixed || tally.integers < tally.numbers || width < fewestDigits) return null;
  const goesOn = new RegExp(`^\\d{${width}}-\\d+$`);
  const odd = [...tally.strange.keys()];
  return odd.length > 0 && odd.every((word) => goesOn.test(word)) ? odd[0]! : null;
}

/** Codes whose longer form shows what the others are (ZIP codes with four digits more); null where there are none. */
export function inferLongerCodes(seen: Facts): Inferred | null {
  const code = longerCode(seen);
  if (code === null) return null;
  // What no number is was to be missing; a code is not.
  const missing = new Set([...seen.missing].filter((word) => !seen.declared.includes(word)));
  const facts = factsOf(seen.tally, { ...seen, missing, declared: [] });
  const { column, notes } = inferWords(facts);
  const message = `${facts.name} has codes such as "${code}" among numbers of ${String(facts.tally.minimum).length} digits: taken for codes, not for quantities.`;
  return { column, notes: [...notes, note(facts, 'code', message)] };
}
