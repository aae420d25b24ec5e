import type { ColumnSchema } from '../data/schema.ts';
import type { ColumnTally } from './columnTally.ts';
import type { Answers } from './inference/answers.ts';
import { answersOf, areValues } from './inference/answers.ts';
import type { Facts, InferContext, Inferred, InferenceNote } from './inference/facts.ts';
import { base, factsOf, isNamedLikeId, note } from './inference/facts.ts';
import { areExponentCodes, exponentNotes, inferExponentCodes, inferLongerCodes } from './inference/codes.ts';
import {
  inferCodes,
  inferNearlyNumbers,
  inferPlainNumbers,
  inferQuoted,
  mostlyNumbersNotes,
  oddNotes,
} from './inference/numbers.ts';
import { slipNotes, unfitLabel } from './inference/labels.ts';
import { oddWordNotes } from './inference/oddWords.ts';
import { inferTimes, inferTimesOfNumbers, mostlyTimesNotes, perhapsTimesNotes } from './inference/times.ts';
import { inferWords } from './inference/words.ts';

/** Words, and what is to be said where they are mostly numbers or times. */
function inferOtherWords(facts: Facts): Inferred {
  const inferred = inferWords(facts);
  const taken = inferred.column?.kind === 'text' ? 'text' : 'categories';
  const times = mostlyTimesNotes(facts);
  const notes = times.length > 0 ? times : mostlyNumbersNotes(facts, taken);
  return { ...inferred, notes: [...notes, ...oddWordNotes(facts), ...inferred.notes] };
}

function inferBoolean(facts: Facts, words: Answers | null = null): Inferred {
  const lower = (own: readonly string[]): string[] => [...new Set(own.map((word) => word.toLowerCase()))];
  const said =
    words === null ? '' : [...words.truth, ...words.falsehood].map((word) => JSON.stringify(word)).join(', ');
  return {
    column: {
      ...base(facts),
      kind: 'category',
      type: 'boolean',
      domain: ['false', 'true'],
      trueWords: lower(words?.truth ?? ['true']),
      falseWords: lower(words?.falsehood ?? ['false']),
    },
    notes:
      words === null
        ? []
        : [note(facts, 'answers', `${facts.name} is true or false, written ${said}: read so.`)],
  };
}

function inferPresent(facts: Facts): Inferred {
  const { tally, present, asWords, decision } = facts;
  if (asWords) return inferWords(facts);
  if (decision.isDeclared) return inferTimes(facts);
  if (tally.booleans === present) return inferBoolean(facts);
  const answers = facts.isLabel || !tally.complete ? null : answersOf(facts.words);
  if (answers !== null && areValues(answers)) return inferBoolean(facts, answers);
  const { kind, numbers } = decision;
  const hasFormat = numbers?.format != null;
  if (tally.quotedNumbers > 0 && tally.quotedNumbers >= present / 2 && !(kind === 'number' && hasFormat))
    return inferQuoted(facts);
  const mayBeCodes = kind === 'number' && !hasFormat && tally.strings === 0 && !facts.isLabel;
  const codes = mayBeCodes ? inferLongerCodes(facts) : null;
  if (codes !== null) return codes;
  const allNumbers = tally.numbers === present && tally.strings === 0;
  const times = allNumbers ? inferTimesOfNumbers(facts) : null;
  if (times !== null) return times;
  if (tally.zeros > 0 && tally.strings === 0) return inferCodes(facts, allNumbers);
  if (allNumbers && areExponentCodes(tally)) return inferExponentCodes(facts);
  if (allNumbers) {
    const inferred = inferPlainNumbers(facts);
    return {
      ...inferred,
      notes: [
        ...exponentNotes(facts),
        ...inferred.notes,
        ...oddNotes(facts, 'numbers'),
        ...perhapsTimesNotes(facts),
      ],
    };
  }
  if (kind === 'time') return inferTimes(facts);
  const usable = tally.nested === 0 && (hasFormat || tally.strings === 0);
  return kind === 'number' && usable ? inferNearlyNumbers(facts) : inferOtherWords(facts);
}

/** A warning for ids that a spreadsheet has shortened. */
function shortenedNotes(facts: Facts, column: ColumnSchema): InferenceNote[] {
  const { tally, name } = facts;
  const isCode =
    column.kind !== 'number' || isNamedLikeId(name) || tally.integers + tally.shortened === tally.numbers;
  if (tally.shortened === 0 || !isCode) return [];
  const [example] = [...tally.words.keys()].filter((word) => /E\+/.test(word));
  return [
    note(
      facts,
      'shortened',
      `${name} has ${tally.shortened} ${tally.shortened === 1 ? 'value' : 'values'} as a spreadsheet shortens long numbers (${example ?? '4.0E+12'}): their digits are lost. If these are ids, export the column as text.`,
    ),
  ];
}

function leftOut(facts: Facts): Inferred {
  const { name, rows, tally } = facts;
  const message = `${name} holds objects or lists in ${tally.nested} of ${rows} rows, which are no cells of a table: it is left out. Write its members as fields of their own to use them.`;
  return { column: null, notes: [note(facts, 'nested', message)] };
}

function allMissing(facts: Facts): Inferred {
  const message = `${facts.name} has no value at all: drop it, or declare what it will be in the schema.`;
  return {
    column: { ...base(facts), kind: 'text', type: 'string', nullable: true },
    notes: [note(facts, 'all-missing', message)],
  };
}

/**
 * What a column is declared to be, from the texts it holds, as a practitioner would decide: whole numbers stay numbers
 * (0/1 flags too) unless they are the label's few classes or an id; codes with leading zeros and integers beyond 2^53 are
 * words; a text that never repeats is an id; a column that is 99 % numbers or times is that, with some odd words.
 */
export function inferColumn(tally: ColumnTally, context: InferContext): Inferred {
  const facts = factsOf(tally, context);
  const { name, present, rows, words, isLabel } = facts;
  if (tally.nested > 0 && !isLabel) return leftOut(facts);
  if (present === 0) {
    const nothing = allMissing(facts);
    return { ...nothing, notes: [...nothing.notes, ...unfitLabel(facts, nothing.column)] };
  }
  const inferred = inferPresent(facts);
  const { column } = inferred;
  const notes = [
    ...(column === null ? [] : shortenedNotes(facts, column)),
    ...inferred.notes,
    ...slipNotes(facts, column),
    ...unfitLabel(facts, column),
  ];
  if (isLabel || !tally.complete || words.length > 1 || present < rows || rows < 2) return { column, notes };
  const message = `${name} is always ${words[0]![0]}: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.`;
  return { column, notes: [...notes, note(facts, 'constant', message)] };
}
