import { classNames } from '../data/cells/classes.ts';
import type { ColumnSchema } from '../data/schema.ts';
import { idAdvice, idMessage } from './checks/idLike.ts';

/**
 * How texts become values; handed in, because the grammar of cells is the data room's. What is not a number, or NaN,
 * says that the text is none.
 */
export interface CellParsers {
  number(text: string): unknown;
  time(text: string): unknown;
}

/** What a person should know about an inferred column before they trust it. */
export interface InferenceNote {
  readonly column: string | null;
  readonly about:
    'missing-words' | 'identifier' | 'constant' | 'all-missing' | 'label' | 'code' | 'mixed' | 'many-values';
  readonly message: string;
}

/** One column as inference sees it: its different words, without the missing ones. */
export interface ColumnFacts {
  readonly name: string;
  readonly rows: number;
  /** Rows that are not missing. */
  readonly present: number;
  readonly words: readonly (readonly [string, number])[];
  readonly isLabel: boolean;
}

/** Domains longer than this are not written down. */
const longestDomain = 1000;
/** Integer labels with at most this many different values are classes. */
const mostIntegerClasses = 20;

/** Did a parser give a value? */
export const parsed = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

/** `007`, `02134`: digits whose leading zero means something. */
const leadingZero = /^[+-]?0\d/;
const integerText = /^[+-]?\d+$/;

type Inferred = { readonly column: ColumnSchema; readonly notes: readonly InferenceNote[] };

function base(facts: ColumnFacts): Pick<ColumnSchema, 'name' | 'nullable' | 'required' | 'closed'> {
  return { name: facts.name, nullable: facts.present < facts.rows, required: true, closed: false };
}

function note(facts: ColumnFacts, about: InferenceNote['about'], message: string): InferenceNote {
  return { column: facts.name, about, message };
}

const sortedWords = (facts: ColumnFacts): string[] => facts.words.map(([word]) => word).sort();

const idName = /(^|[_\s.-])(id|key|uuid|guid|nr|no)$|[a-z](Id|ID|Key)$/;

const affirmative = /^(?:yes|y|true|t|on)$/;

/** Classes of a label that stand there in several spellings: each spelling would be a class of its own. */
function spellings(facts: ColumnFacts): InferenceNote[] {
  const groups = new Map<string, string[]>();
  for (const [word] of facts.words) {
    const plain = word.toLowerCase();
    groups.set(plain, [...(groups.get(plain) ?? []), word]);
  }
  const several = [...groups.values()].filter((words) => words.length > 1);
  if (several.length === 0) return [];
  const named = several.map((words) => words.map((word) => `"${word}"`).join(', ')).join('; ');
  const [first, second] = [...groups.keys()].sort(
    (a, b) => Number(affirmative.test(b)) - Number(affirmative.test(a)),
  );
  const merge =
    groups.size === 2 && first !== undefined && second !== undefined
      ? `in the schema write "type": "boolean" for it, with "true_words": ["${first}"] and "false_words": ["${second}"] under x-aieng and no domain`
      : 'write each class one way in the source';
  const message = `${facts.name} has classes in several spellings (${named}), and each counts as a class of its own: to merge them, ${merge}.`;
  return [note(facts, 'label', message)];
}

function inferWords(facts: ColumnFacts): Inferred {
  const { present, words } = facts;
  const distinct = words.length;
  if (distinct === present && present >= 20)
    return {
      column: { ...base(facts), kind: 'text', type: 'string' },
      notes: [note(facts, 'identifier', `${idMessage(facts.name)} ${idAdvice(facts.name)}`)],
    };
  const notes = facts.isLabel ? spellings(facts) : [];
  if (facts.isLabel || distinct <= 20 || (distinct <= longestDomain && distinct <= present / 2)) {
    const domain = distinct <= longestDomain ? { domain: sortedWords(facts) } : {};
    return { column: { ...base(facts), kind: 'category', type: 'string', ...domain }, notes };
  }
  const category = distinct <= present / 10;
  const message = category
    ? `${facts.name} has ${distinct} different values: its domain is not written down and unseen ones do not warn.`
    : `${facts.name} has ${distinct} different values in ${present} rows: taken for free text, which gives no features.`;
  return {
    column: { ...base(facts), kind: category ? 'category' : 'text', type: 'string' },
    notes: [note(facts, 'many-values', message)],
  };
}

function inferClasses(facts: ColumnFacts): Inferred {
  // As they are written: spellings of one number are words of the column, and one class of the model.
  const domain = sortedWords(facts);
  const classes = classNames(new Map(facts.words)).length;
  const pointed = facts.words.find(([word]) => !integerText.test(word));
  const written = pointed === undefined ? '' : ` (some are written like ${pointed[0]})`;
  const message =
    `${facts.name} has ${classes} different whole numbers${written}: taken for classes. For a regression, change ` +
    `its kind to number and its type to ${pointed === undefined ? 'integer' : 'number'} in the schema.`;
  return {
    column: { ...base(facts), kind: 'category', type: 'integer', domain },
    notes: [note(facts, 'label', message)],
  };
}

function inferNumber(facts: ColumnFacts, numbers: readonly (readonly [string, number])[]): Inferred {
  const integer = numbers.every(([text]) => integerText.test(text));
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const [, value] of numbers) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  const notes: InferenceNote[] = [];
  const unique = integer && numbers.length === facts.present && facts.present >= 20;
  const counting = maximum - minimum + 1 === numbers.length;
  if (unique && !facts.isLabel && (counting || idName.test(facts.name)))
    notes.push(note(facts, 'identifier', `${idMessage(facts.name)} ${idAdvice(facts.name)}`));
  const type = integer ? 'integer' : 'number';
  return { column: { ...base(facts), kind: 'number', type, minimum, maximum }, notes };
}

/** Text and value of every word that is a number; null where the column is not one of numbers. */
function numbersOf(
  facts: ColumnFacts,
  parsers: CellParsers,
): { readonly numbers: [string, number][]; readonly strange: [string, number][] } {
  const numbers: [string, number][] = [];
  const strange: [string, number][] = [];
  for (const [text, count] of facts.words) {
    const value = parsers.number(text);
    const exact = !integerText.test(text) || Number.isSafeInteger(value);
    if (parsed(value) && Number.isFinite(value) && exact) numbers.push([text, value]);
    else strange.push([text, count]);
  }
  return { numbers, strange };
}

function inferMixed(
  facts: ColumnFacts,
  numbers: [string, number][],
  strange: [string, number][],
): Inferred | null {
  const rows = strange.reduce((sum, [, count]) => sum + count, 0);
  if (numbers.length === 0 || facts.isLabel || facts.present < 100 || rows > facts.present / 100) return null;
  const { column, notes } = inferNumber(facts, numbers);
  const examples = strange
    .slice(0, 3)
    .map(([text]) => `"${text.slice(0, 40)}"`)
    .join(', ');
  const message =
    `${facts.name} is numbers but for ${rows} of ${facts.present} rows (${examples}): those rows will be quarantined. ` +
    `If such a word means "missing", add it to the schema's missing words.`;
  return { column, notes: [...notes, note(facts, 'mixed', message)] };
}

const booleanWord = /^(?:true|false)$/i;

function inferPresent(facts: ColumnFacts, parsers: CellParsers): Inferred {
  if (facts.words.every(([word]) => booleanWord.test(word)))
    return {
      column: {
        ...base(facts),
        kind: 'category',
        type: 'boolean',
        domain: ['false', 'true'],
        trueWords: ['true'],
        falseWords: ['false'],
      },
      notes: [],
    };
  const { numbers, strange } = numbersOf(facts, parsers);
  if (facts.words.some(([word]) => leadingZero.test(word) && integerText.test(word))) {
    const { column, notes } = inferWords(facts);
    const message = `${facts.name} has numbers with leading zeros: taken for codes, not for quantities.`;
    return { column, notes: strange.length === 0 ? [...notes, note(facts, 'code', message)] : notes };
  }
  if (strange.length === 0) {
    const classes = new Set(numbers.map(([, value]) => value));
    const whole = numbers.every(([, value]) => Number.isInteger(value));
    if (facts.isLabel && whole && classes.size <= mostIntegerClasses) return inferClasses(facts);
    return inferNumber(facts, numbers);
  }
  if (facts.words.every(([word]) => parsed(parsers.time(word))))
    return { column: { ...base(facts), kind: 'time', type: 'string' }, notes: [] };
  return inferMixed(facts, numbers, strange) ?? inferWords(facts);
}

/**
 * What a column is declared to be, from the texts it holds, as a practitioner would decide: whole numbers stay numbers
 * (0/1 flags too) unless they are the label's few classes; codes with leading zeros and integers beyond 2^53 are words;
 * a text that never repeats is an id; a column that is 99 % numbers is numbers with some bad rows.
 */
export function inferColumn(facts: ColumnFacts, parsers: CellParsers): Inferred {
  if (facts.present === 0)
    return {
      column: { ...base(facts), kind: 'text', type: 'string', nullable: true },
      notes: [
        note(
          facts,
          'all-missing',
          `${facts.name} has no value at all: drop it, or declare what it will be in the schema.`,
        ),
      ],
    };
  const inferred = inferPresent(facts, parsers);
  if (facts.words.length > 1 || facts.present < facts.rows || facts.rows < 2) return inferred;
  const message = `${facts.name} is always ${facts.words[0]![0]}: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.`;
  return { ...inferred, notes: [...inferred.notes, note(facts, 'constant', message)] };
}
