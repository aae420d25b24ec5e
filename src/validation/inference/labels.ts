import type { ColumnSchema } from '../../data/schema.ts';
import { nearest } from '../../suggest.ts';
import { plainWord } from './answers.ts';
import type { Facts, InferenceNote } from './facts.ts';
import { jsonLine, note } from './facts.ts';
import { idRows } from './words.ts';

/** A class of fewer rows is rare, and one that has so many times its rows may be what it was meant to be. */
const [rareBelow, timesAsMany] = [10, 10];
/** Slips that are named, and merged by the line. */
const mostSlips = 20;
/** Shorter words differ by a letter or two anyway. */
const shortestSlip = 3;

/** Why nothing can be learned of a label; null where something may. */
function faultOf({ name, tally, present, distinct, words }: Facts, column: ColumnSchema): string | null {
  if (present === 0) return `${name} has no value at all`;
  if (column.kind === 'time') return `${name} holds times, and what is predicted is a class or a quantity`;
  if (tally.complete && words.length === 1 && present > 1) return `${name} is always ${words[0]![0]}`;
  if (column.type === 'string' && tally.unique && present >= idRows)
    return `${name} has another word in each of ${present} rows, and a class has to come again (${distinct} classes of one row)`;
  return null;
}

/** A label of which nothing can be learned. */
export function unfitLabel(facts: Facts, column: ColumnSchema | null): readonly InferenceNote[] {
  if (!facts.isLabel || column === null) return [];
  const fault = faultOf(facts, column);
  return fault === null ? [] : [note(facts, 'unfit-label', fault)];
}

/** A class of few rows whose word is nearly that of a frequent one may be a slip: told, with the line that merges them. */
export function slipNotes(facts: Facts, column: ColumnSchema | null): readonly InferenceNote[] {
  const { isLabel, tally, words, name, distinct } = facts;
  if (!isLabel || column?.kind !== 'category' || column.type !== 'string' || !tally.complete) return [];
  const isSlip = (word: string): boolean => word.length >= shortestSlip && !/\d/.test(word);
  const frequent = words.filter(([word, rows]) => rows >= rareBelow && !/\d/.test(word));
  const slips = words
    .filter(([word, rows]) => rows < rareBelow && isSlip(word))
    .flatMap(([word, rows]) => {
      const others = frequent.filter(([, many]) => many >= rows * timesAsMany).map(([other]) => other);
      const meant = nearest(word, others);
      // Spellings of one word are told by a note of their own.
      return meant === undefined || plainWord(meant) === plainWord(word) ? [] : [{ word, rows, meant }];
    })
    .slice(0, mostSlips);
  if (slips.length === 0) return [];
  const shown = slips
    .slice(0, 3)
    .map(
      ({ word, rows, meant }) =>
        `${JSON.stringify(word)} in ${rows} ${rows === 1 ? 'row' : 'rows'}, nearly ${JSON.stringify(meant)}`,
    )
    .join('; ');
  const more = slips.length > 3 ? `; … (${slips.length} words in all)` : '';
  const merge = jsonLine(Object.fromEntries(slips.map(({ word, meant }) => [word, meant])));
  const task = distinct - slips.length === 2 ? ', and "task: binary" in the pipeline' : '';
  const message = `${name} has rare classes that may be slips (${shown}${more}): to merge them, write "merge": ${merge} under x-aieng in the schema${task}.`;
  return [note(facts, 'label', message)];
}
