import { classNames } from '../../data/cells/classes.ts';
import { isProse } from '../../data/cells/prose.ts';
import { idAdvice, idMessage } from '../checks/idLike.ts';
import type { Facts, Inferred, InferenceNote } from './facts.ts';
import { answersOf } from './answers.ts';
import { base, jsonLine, note } from './facts.ts';
import { spellingNotes } from './spellings.ts';

/** Domains longer than this are not written down. */
export const longestDomain = 1000;
/** A word longer than this is a text, not a category. */
const longestWord = 200;
/** So many present rows can tell an id. */
export const idRows = 20;

/** As ids are kept: texts, as they are written. */
export function identifier(facts: Facts): Inferred {
  return {
    column: { ...base(facts), kind: 'text', type: 'string' },
    notes: [note(facts, 'identifier', `${idMessage(facts.name)} ${idAdvice(facts.name)}`)],
  };
}

/** Words of yes and no stay the words that they are: told, with the line that makes true and false of them. */
function answerNotes(facts: Facts): readonly InferenceNote[] {
  const { name, isLabel, words, present, rows } = facts;
  const answers = isLabel ? null : answersOf(words);
  if (answers === null) return [];
  const types = ['boolean', 'string', ...(present < rows ? ['null'] : [])];
  const line = `"type": ${jsonLine(types)}, "x-aieng": ${jsonLine({ kind: 'category', true_words: answers.truth, false_words: answers.falsehood })}`;
  const shown = [...answers.truth, ...answers.falsehood].map((word) => JSON.stringify(word)).join(', ');
  return [
    note(
      facts,
      'answers',
      `${name} is yes or no, and stays the words that stand there (${shown}): a request sends them so. To make true and false of it, write ${line} in the schema.`,
    ),
  ];
}

/** What merges spellings already says what to do about yes and no. */
function wordNotes(facts: Facts): readonly InferenceNote[] {
  const spellings = spellingNotes(facts);
  return spellings.length > 0 ? spellings : answerNotes(facts);
}

/** Words: an id where none comes again, categories where they are few, and texts. */
export function inferWords(facts: Facts): Inferred {
  const { present, words, distinct, tally, isLabel } = facts;
  const prose = isProse(words.map(([word]) => word));
  if (tally.unique && present >= idRows && !isLabel && !prose) return identifier(facts);
  const short = tally.longest <= longestWord;
  const few = tally.complete && (distinct <= 20 || (distinct <= longestDomain && distinct <= present / 2));
  if (isLabel || (short && few)) {
    const domain =
      tally.complete && distinct <= longestDomain && short
        ? { domain: words.map(([word]) => word).sort() }
        : {};
    return {
      column: { ...base(facts), kind: 'category', type: 'string', ...domain },
      notes: tally.complete ? wordNotes(facts) : [],
    };
  }
  const category = short && distinct <= present / 10;
  const many = `${tally.complete ? '' : 'more than '}${distinct}`;
  const message = category
    ? `${facts.name} has ${many} different values: its domain is not written down and unseen ones do not warn.`
    : `${facts.name} has ${many} different values in ${present} rows: taken for free text; ${prose ? 'its words and runs of characters' : 'what the training rows of a value have in common'} may tell something.`;
  return {
    column: { ...base(facts), kind: category ? 'category' : 'text', type: 'string' },
    notes: [note(facts, 'many-values', message)],
  };
}

/** A label of few whole numbers. */
export function inferClasses(facts: Facts): Inferred {
  // As they are written: spellings of one number are words of the column, and one class of the model.
  const domain = facts.words.map(([word]) => word).sort();
  const classes = classNames(new Map(facts.words)).length;
  const pointed = facts.words.find(([word]) => !/^[+-]?\d+$/.test(word));
  const written = pointed === undefined ? '' : ` (some are written like ${pointed[0]})`;
  const message =
    `${facts.name} has ${classes} different whole numbers${written}: taken for classes. For a regression, change ` +
    `its kind to number and its type to ${pointed === undefined ? 'integer' : 'number'} in the schema.`;
  return {
    column: { ...base(facts), kind: 'category', type: 'integer', domain },
    notes: [note(facts, 'label', message)],
  };
}
