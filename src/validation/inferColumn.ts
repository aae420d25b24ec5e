import { classNames } from '../data/cells/classes.ts';
import type { ColumnSchema } from '../data/schema.ts';
import { idAdvice, idMessage } from './checks/idLike.ts';
import type { ColumnTally } from './columnTally.ts';
import { nearlyNumbers } from './missingWords.ts';

/** What a person should know about an inferred column before they trust it. */
export interface InferenceNote {
  readonly column: string | null;
  readonly about:
    | 'missing-words'
    | 'identifier'
    | 'constant'
    | 'all-missing'
    | 'label'
    | 'code'
    | 'mixed'
    | 'many-values'
    | 'nested'
    | 'shortened';
  readonly message: string;
}

/** What is known besides the column itself. */
export interface InferContext {
  /** Of the table. */
  readonly rows: number;
  readonly missing: ReadonlySet<string>;
  /** Odd words of this column that are declared missing. */
  readonly declared: readonly string[];
  readonly isLabel: boolean;
  /** Words, whatever it looks like. */
  readonly asWords: boolean;
}

/** One column as its kind is decided: without the rows that are missing. */
interface Facts extends InferContext {
  readonly tally: ColumnTally;
  readonly name: string;
  /** Rows that are not missing. */
  readonly present: number;
  /** Different present words with their rows; not all of them where there are too many to keep. */
  readonly words: readonly (readonly [string, number])[];
  readonly distinct: number;
  /** Rows that are neither missing nor a number. */
  readonly strange: readonly (readonly [string, number])[];
  readonly strangeRows: number;
}

/** Domains longer than this are not written down. */
const longestDomain = 1000;
/** A word longer than this is a text, not a category. */
const longestWord = 200;
/** Whole-number labels with at most this many different values are classes. */
const mostIntegerClasses = 20;
/** So many present rows can tell an id. */
const idRows = 20;

/** So many can tell one by chance alone. */
const chanceRows = 100;

/** Null where the column cannot be held: it is left out. */
type Inferred = { readonly column: ColumnSchema | null; readonly notes: readonly InferenceNote[] };

function factsOf(tally: ColumnTally, context: InferContext): Facts {
  const rowsOf = (counts: Iterable<readonly [string, number]>): number => {
    let sum = 0;
    for (const [, rows] of counts) sum += rows;
    return sum;
  };
  const isMissing = ([word]: readonly [string, number]): boolean => context.missing.has(word);
  const words = [...tally.words].filter((entry) => !isMissing(entry));
  const strange = [...tally.strange, ...tally.perhaps].filter((entry) => !isMissing(entry));
  const missing = rowsOf(tally.missing) + rowsOf([...tally.perhaps, ...tally.strange].filter(isMissing));
  const kept = rowsOf(tally.strange);
  return {
    ...context,
    tally,
    name: tally.name,
    present: tally.rows - missing,
    words,
    distinct: tally.complete ? words.length : tally.distinct,
    strange,
    strangeRows: rowsOf(strange) + tally.strangeRows - kept,
  };
}

function base({
  name,
  tally,
  present,
  rows,
}: Facts): Pick<ColumnSchema, 'name' | 'nullable' | 'required' | 'closed'> {
  return { name, nullable: present < rows, required: tally.rows === rows, closed: false };
}

const note = ({ name }: Facts, about: InferenceNote['about'], message: string): InferenceNote => ({
  column: name,
  about,
  message,
});

const quotedWords = (words: readonly (readonly [string, number])[], most = 3): string =>
  words
    .slice(0, most)
    .map(([word, rows]) => `"${word.slice(0, 40)}"${rows > 1 ? ` (${rows} rows)` : ''}`)
    .join(', ') + (words.length > most ? `, … (${words.length} in all)` : '');

const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;

const idName =
  /(^|[_\s.-])(id|key|uuid|guid|nr|no)$|[a-z](Id|ID|Key)$|^[Aa]cc(t|ount)([_ ]?(nr|no|number))?$/;

/** As ids are kept: texts, as they are written. */
function identifier(facts: Facts): Inferred {
  return {
    column: { ...base(facts), kind: 'text', type: 'string' },
    notes: [note(facts, 'identifier', `${idMessage(facts.name)} ${idAdvice(facts.name)}`)],
  };
}

const affirmative = /^(?:yes|y|true|t|on)$/;

/** Classes of a label that stand there in several spellings: each spelling would be a class of its own. */
function spellings(facts: Facts): InferenceNote[] {
  const groups = new Map<string, (readonly [string, number])[]>();
  for (const entry of facts.words) {
    const plain = entry[0].toLowerCase();
    groups.set(plain, [...(groups.get(plain) ?? []), entry]);
  }
  const several = [...groups.values()].filter((words) => words.length > 1);
  if (several.length === 0) return [];
  const named = several.map((words) => words.map(([word]) => `"${word}"`).join(', ')).join('; ');
  const [first, second] = [...groups.keys()].sort(
    (left, right) => Number(affirmative.test(right)) - Number(affirmative.test(left)),
  );
  const merge =
    groups.size === 2 && first !== undefined && second !== undefined
      ? `in the schema write "type": "boolean" for it, with "true_words": ["${first}"] and "false_words": ["${second}"] under x-aieng and no domain`
      : 'write each class one way in the source';
  const message = `${facts.name} has classes in several spellings (${named}), and each counts as a class of its own: to merge them, ${merge}.`;
  return [note(facts, 'label', message)];
}

function inferWords(facts: Facts): Inferred {
  const { present, words, distinct, tally, isLabel } = facts;
  if (tally.unique && present >= idRows && !isLabel) return identifier(facts);
  const short = tally.longest <= longestWord;
  const few = tally.complete && (distinct <= 20 || (distinct <= longestDomain && distinct <= present / 2));
  if (isLabel || (short && few)) {
    const domain =
      tally.complete && distinct <= longestDomain && short
        ? { domain: words.map(([word]) => word).sort() }
        : {};
    return {
      column: { ...base(facts), kind: 'category', type: 'string', ...domain },
      notes: isLabel ? spellings(facts) : [],
    };
  }
  const category = short && distinct <= present / 10;
  const many = `${tally.complete ? '' : 'more than '}${distinct}`;
  const message = category
    ? `${facts.name} has ${many} different values: its domain is not written down and unseen ones do not warn.`
    : `${facts.name} has ${many} different values in ${present} rows: taken for free text, which gives no features.`;
  return {
    column: { ...base(facts), kind: category ? 'category' : 'text', type: 'string' },
    notes: [note(facts, 'many-values', message)],
  };
}

function inferClasses(facts: Facts): Inferred {
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

/**
 * Are whole numbers an id? All different, and by their name, by counting without a gap, or because as many drawn from
 * that range would hardly be all different by chance (p < 1 % by the birthday problem: exp(−n²/2R)).
 */
function isId({ tally, present, name, isLabel }: Facts): boolean {
  const { unique, integers, minimum, maximum } = tally;
  if (isLabel || !unique || integers < present || present < idRows) return false;
  const range = maximum - minimum + 1;
  const hardlyByChance = present >= chanceRows && present ** 2 / (2 * range) > Math.log(100);
  return idName.test(name) || range === present || hardlyByChance;
}

function inferNumber(facts: Facts, notes: readonly InferenceNote[] = []): Inferred {
  const { tally } = facts;
  const type = tally.integers === tally.numbers ? 'integer' : 'number';
  const { minimum, maximum } = tally;
  return { column: { ...base(facts), kind: 'number', type, minimum, maximum }, notes };
}

/** A column of numbers, some of which a double cannot hold. */
function inferUnsafe(facts: Facts): Inferred {
  const { tally, present, name } = facts;
  const few = tally.unsafe <= present / 100 && !idName.test(name) && !tally.unique;
  if (few)
    return inferNumber(facts, [
      note(
        facts,
        'mixed',
        `${name} has integers beyond 2^53 in ${tally.unsafe} of ${present} rows, which 64-bit numbers round: such rows are refused. If it is an id, write "type": "string", "x-aieng": {"kind": "text"} in the schema.`,
      ),
    ]);
  const inferred = inferWords(facts);
  const message = `${name} has integers beyond 2^53, which numbers would round: kept as text, as they are written.`;
  return { ...inferred, notes: [note(facts, 'code', message), ...inferred.notes] };
}

/** Numbers but for a few words, or words but for many numbers: what is to be said of each. */
function inferMixed(facts: Facts): Inferred | null {
  const { tally, present, strange, strangeRows, declared, name, isLabel } = facts;
  if (nearlyNumbers(tally, isLabel)) {
    const share = percent(tally.numbers / (tally.numbers + tally.strangeRows));
    const said =
      declared.length === 0
        ? []
        : [
            note(
              facts,
              'mixed',
              `${name} is ${share} numbers; these words are not, and are declared missing so that their rows can be used: ${quotedWords(declared.map((word) => [word, tally.strange.get(word) ?? 0] as const))}. To refuse such rows instead, take the words out of the schema's missing words.`,
            ),
          ];
    const refused =
      strangeRows === 0
        ? []
        : [
            note(
              facts,
              'mixed',
              `${name} is numbers but for ${strangeRows} of ${present} rows (${quotedWords(strange)}): those rows will be quarantined. If such a word means "missing", add it to the schema's missing words.`,
            ),
          ];
    return inferNumber(facts, [...said, ...refused]);
  }
  if (tally.strings > 0 || tally.nested > 0 || isLabel || tally.numbers < present / 2) return null;
  const inferred = inferWords(facts);
  const message = `${name} is ${percent(tally.numbers / present)} numbers; these words are not: ${quotedWords(strange)}. It is taken for ${inferred.column?.kind === 'text' ? 'text' : 'categories'}; to make numbers of it, add those words to the schema's missing words and write "type": ["number", "null"].`;
  return { ...inferred, notes: [note(facts, 'mixed', message), ...inferred.notes] };
}

/** JSON texts that look like numbers are texts: a request's would be too. */
function inferQuoted(facts: Facts): Inferred {
  const inferred = inferWords(facts);
  const message = `${facts.name} holds numbers that are written as text ("12"): kept as words. To use them as quantities, write them as JSON numbers (12).`;
  return { ...inferred, notes: [note(facts, 'code', message), ...inferred.notes] };
}

function inferPresent(facts: Facts): Inferred {
  const { tally, present, words, isLabel, strangeRows, asWords } = facts;
  if (asWords) return inferWords(facts);
  if (tally.booleans === present)
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
  if (tally.quotedNumbers > 0 && tally.quotedNumbers >= present / 2) return inferQuoted(facts);
  const allNumbers = tally.numbers > 0 && strangeRows === 0 && tally.strings === 0;
  if (tally.zeros > 0 && tally.strings === 0) {
    const { column, notes } = inferWords(facts);
    const message = `${facts.name} has numbers with leading zeros: taken for codes, not for quantities.`;
    return { column, notes: allNumbers ? [...notes, note(facts, 'code', message)] : notes };
  }
  if (allNumbers && tally.unsafe > 0) return inferUnsafe(facts);
  if (allNumbers && tally.numbers + tally.strangeRows === tally.numbers) {
    const values = new Set(words.map(([word]) => Number(word)));
    if (isLabel && tally.complete && tally.wholes === tally.numbers && values.size <= mostIntegerClasses)
      return inferClasses(facts);
    return isId(facts) ? identifier(facts) : inferNumber(facts);
  }
  if (tally.times === present) return { column: { ...base(facts), kind: 'time', type: 'string' }, notes: [] };
  return inferMixed(facts) ?? inferWords(facts);
}

/** A warning for ids that a spreadsheet has shortened. */
function shortenedNotes(facts: Facts, column: ColumnSchema): InferenceNote[] {
  const { tally, name } = facts;
  const isCode =
    column.kind !== 'number' || idName.test(name) || tally.integers + tally.shortened === tally.numbers;
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

/**
 * What a column is declared to be, from the texts it holds, as a practitioner would decide: whole numbers stay numbers
 * (0/1 flags too) unless they are the label's few classes or an id; codes with leading zeros and integers beyond 2^53 are
 * words; a text that never repeats is an id; a column that is 99 % numbers is numbers with some odd words.
 */
export function inferColumn(tally: ColumnTally, context: InferContext): Inferred {
  const facts = factsOf(tally, context);
  const { name, present, rows, words, isLabel } = facts;
  if (tally.nested > 0 && !isLabel)
    return {
      column: null,
      notes: [
        note(
          facts,
          'nested',
          `${name} holds objects or lists in ${tally.nested} of ${rows} rows, which are no cells of a table: it is left out. Write its members as fields of their own to use them.`,
        ),
      ],
    };
  if (present === 0)
    return {
      column: { ...base(facts), kind: 'text', type: 'string', nullable: true },
      notes: [
        note(
          facts,
          'all-missing',
          `${name} has no value at all: drop it, or declare what it will be in the schema.`,
        ),
      ],
    };
  const inferred = inferPresent(facts);
  const { column } = inferred;
  const notes = [...(column === null ? [] : shortenedNotes(facts, column)), ...inferred.notes];
  if (!tally.complete || words.length > 1 || present < rows || rows < 2) return { column, notes };
  const message = `${name} is always ${words[0]![0]}: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.`;
  return { column, notes: [...notes, note(facts, 'constant', message)] };
}
