import type { NumberFormat } from '../../data/cells/formats/declared.ts';
import { numberWriting } from '../../data/cells/formats/numberWriting.ts';
import { isInfinite } from '../columnTally.ts';
import { lookLikeCounts } from './counts.ts';
import type { Facts, Inferred, InferenceNote, WordRows } from './facts.ts';
import { base, isNamedLikeId, jsonLine, note, oddWords, percent, quotedWords } from './facts.ts';
import { identifier, idRows, inferClasses, inferWords } from './words.ts';

/** Whole-number labels with at most this many different values are classes. */
const mostIntegerClasses = 20;
/** So many can tell an id by chance alone. */
const chanceRows = 100;

/** What a text is by a format, for a note. */
function valueBy(format: NumberFormat | null, word: string): string {
  if (format === null) return String(Number(word));
  const written = numberWriting(format)(word);
  return written === undefined ? 'no number' : String(Number(written.plain));
}

const wordsOfMark: Readonly<Record<string, string>> = {
  '.': 'points',
  ',': 'commas',
  ' ': 'spaces',
  "'": 'apostrophes',
  _: 'underscores',
};

/** A format in words. */
function described({
  decimal,
  thousands,
  grouping,
  currency,
  percent,
  negative,
  censored,
  unit,
}: NumberFormat): string {
  return [
    ...(decimal === ',' ? ['a decimal comma'] : []),
    ...(thousands === undefined
      ? []
      : [
          `${wordsOfMark[thousands]!} between ${grouping === undefined ? 'thousands' : 'lakhs and thousands'}`,
        ]),
    ...(currency === undefined ? [] : [`in ${currency}`]),
    ...(percent === true ? ['per cent'] : []),
    ...(unit === undefined ? [] : [`in ${unit}`]),
    ...(negative === 'parentheses' ? ['negative in parentheses'] : []),
    ...(negative === 'trailing-minus' ? ['a minus behind'] : []),
    ...(negative === 'minus-sign' ? ['with another sign for the minus'] : []),
    ...(censored === undefined ? [] : ['"<", ">" and "+" are read as the bound']),
  ].join(', ');
}

/** How the numbers are written, with an example, and what else they might be. */
function formatNotes(facts: Facts): readonly InferenceNote[] {
  const { numbers } = facts.decision;
  if (numbers === null) return [];
  const { format, shown, otherwise } = numbers;
  const other =
    otherwise === null
      ? ''
      : ` Nothing in the file says that it is not ${valueBy(otherwise, shown)}: if it is, write "format": ${jsonLine(otherwise)} for it under x-aieng in the schema.`;
  if (format === null)
    return otherwise === null
      ? []
      : [note(facts, 'format', `${facts.name}: "${shown}" is read as ${valueBy(null, shown)}.${other}`)];
  const without =
    numbers.bare === 0
      ? ''
      : ` ${numbers.bare} ${numbers.bare === 1 ? 'row has no such sign and is' : 'rows have no such sign and are'} taken for the same.`;
  const bound =
    format.censored === undefined
      ? ''
      : ' To have such values missing, write "censored": "missing" in its format.';
  return [
    note(
      facts,
      'format',
      `${facts.name}: "${shown}" is read as ${valueBy(format, shown)} (${described(format)}).${without}${bound}${other}`,
    ),
  ];
}

/** Words among numbers: which are declared missing, and which rows are refused. */
export function oddNotes(facts: Facts, what: 'numbers' | 'times'): readonly InferenceNote[] {
  const { tally, present, declared, decision, name } = facts;
  const odd = oddWords(facts);
  const rows = present - decision.fits;
  const share = percent(decision.fits / tally.present);
  return [
    ...(declared.length === 0
      ? []
      : [
          note(
            facts,
            'mixed',
            `${name} is ${share} ${what}; these words are not, and are declared missing so that their rows can be used: ${quotedWords(declared.map((word) => [word, tally.words.get(word) ?? tally.strange.get(word) ?? 0] as const))}. To refuse such rows instead, take the words out of "missing" of the column in the schema.`,
          ),
        ]),
    ...(rows <= 0
      ? []
      : [
          note(
            facts,
            'mixed',
            `${name} is ${what} but for ${rows} of ${present} rows (${quotedWords(odd)}): those rows will be quarantined. If such a word means "missing", add it to "missing" of the column in the schema.`,
          ),
        ]),
  ];
}

/** Words that say "infinite", which no number of a table is. */
function infiniteNotes(facts: Facts): readonly InferenceNote[] {
  const words = [...facts.tally.perhaps].filter(([word]) => isInfinite(word));
  if (words.length === 0) return [];
  const message = `${facts.name} has infinite values, which are no numbers to learn from: they are declared missing: ${quotedWords(words)}.`;
  return [note(facts, 'mixed', message)];
}

/** Numbers, plain or by their format. */
function inferNumber(facts: Facts, notes: readonly InferenceNote[] = []): Inferred {
  const { tally, decision } = facts;
  const format = decision.numbers?.format ?? null;
  const plain = {
    type: tally.integers === tally.numbers ? ('integer' as const) : ('number' as const),
    minimum: tally.minimum,
    maximum: tally.maximum,
  };
  const { whole, minimum, maximum } = decision.numbers ?? { whole: false, minimum: 0, maximum: 0 };
  const written =
    format === null
      ? plain
      : { type: whole ? ('integer' as const) : ('number' as const), minimum, maximum, numberFormat: format };
  return {
    column: { ...base(facts), kind: 'number', ...written },
    notes: [...formatNotes(facts), ...infiniteNotes(facts), ...notes],
  };
}

/**
 * Are whole numbers an id? All different, and by their name, by counting without a gap, or because as many drawn from
 * that range would hardly be all different by chance (p < 1 % by the birthday problem: exp(−n²/2R)).
 */
function isId({ tally, present, name, isLabel }: Facts): boolean {
  const { unique, integers, shortened, minimum, maximum } = tally;
  if (isLabel || !unique || integers + shortened < present || present < idRows) return false;
  const range = maximum - minimum + 1;
  const hardlyByChance = present >= chanceRows && present ** 2 / (2 * range) > Math.log(100);
  return isNamedLikeId(name) || range === present || hardlyByChance;
}

/** A column of numbers, some of which a double cannot hold. */
function inferUnsafe(facts: Facts): Inferred {
  const { tally, present, name } = facts;
  const few = tally.unsafe <= present / 100 && !isNamedLikeId(name) && !tally.unique;
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

/** A label that was taken for a count might be codes of classes: how to have them. */
function countNote(facts: Facts): InferenceNote {
  const { name, words } = facts;
  const message =
    `${name} has ${new Set(words.map(([word]) => Number(word))).size} different whole numbers from 0 on, each rarer than the one before: taken for a count. ` +
    'For classes, change its kind to category in the schema.';
  return note(facts, 'label', message);
}

/** A column whose every value is a plain number. */
export function inferPlainNumbers(facts: Facts): Inferred {
  const { tally, words, isLabel, labelAs } = facts;
  if (tally.unsafe > 0) return inferUnsafe(facts);
  const mayBeClasses = isLabel && labelAs !== 'number' && tally.complete && tally.wholes === tally.numbers;
  if (mayBeClasses && labelAs === 'classes') return { ...inferClasses(facts), notes: [] };
  if (mayBeClasses && new Set(words.map(([word]) => Number(word))).size <= mostIntegerClasses)
    return lookLikeCounts(words) ? inferNumber(facts, [countNote(facts)]) : inferClasses(facts);
  return isId(facts) ? identifier(facts) : inferNumber(facts);
}

/** Numbers that are written by a format, or have some odd words between them. */
export function inferNearlyNumbers(facts: Facts): Inferred {
  const { decision, isLabel, labelAs, distinct, tally } = facts;
  const mayBeClasses = isLabel && labelAs !== 'number' && tally.complete && decision.numbers?.whole === true;
  const isClasses = mayBeClasses && (distinct <= mostIntegerClasses || labelAs === 'classes');
  return isClasses ? inferWords(facts) : inferNumber(facts, oddNotes(facts, 'numbers'));
}

/** JSON texts that look like numbers are texts: a request's would be too. */
export function inferQuoted(facts: Facts): Inferred {
  const inferred = inferWords(facts);
  const message = `${facts.name} holds numbers that are written as text ("12"): kept as words. To use them as quantities, write "type": ["number", "string", "null"], "x-aieng": {"kind": "number", "format": {"decimal": "."}} in the schema.`;
  return { ...inferred, notes: [note(facts, 'code', message), ...inferred.notes] };
}

/** Numbers with leading zeros. */
export function inferCodes(facts: Facts, allNumbers: boolean): Inferred {
  const { column, notes } = inferWords(facts);
  const message = `${facts.name} has numbers with leading zeros: taken for codes, not for quantities.`;
  return { column, notes: allNumbers ? [...notes, note(facts, 'code', message)] : notes };
}

const fractionBy: Readonly<Record<'.' | ',', RegExp>> = { '.': /^[+-]?\d+\.\d+$/, ',': /^[+-]?\d+,\d+$/ };

/** Fractions of both marks in one column; null where there are none. */
function mixedMarks(facts: Facts, odd: WordRows): string | null {
  const mark = facts.decision.numbers?.format?.decimal ?? '.';
  const other = mark === '.' ? ',' : '.';
  const ofOther = odd.filter(([word]) => fractionBy[other].test(word));
  const read = facts.words.find(([word]) => fractionBy[mark].test(word));
  const [first] = ofOther;
  if (first === undefined || read === undefined || ofOther.length < odd.length / 2) return null;
  return `${facts.name} mixes two decimal marks, "${read[0]}" beside "${first[0]}": a column has one.`;
}

/** What is to be said of words that are mostly numbers; none where they are not. */
export function mostlyNumbersNotes(facts: Facts, taken: string): readonly InferenceNote[] {
  const { decision, present, name, isLabel, tally } = facts;
  const { numbers, fits } = decision;
  if (isLabel || numbers === null || fits < present / 2 || tally.nested > 0) return [];
  const odd = oddWords({ ...facts, decision: { ...decision, kind: 'number' } });
  const mixed = mixedMarks(facts, odd);
  if (mixed !== null)
    return [
      note(
        facts,
        'mixed',
        `${mixed} It is taken for ${taken}. To make numbers of it, write all of them with the same mark where the data are made; to declare the others missing would lose them.`,
      ),
    ];
  const { affixes, format } = numbers;
  const several =
    affixes.length > 1
      ? ` It has several currencies or units (${affixes.slice(0, 5).join(', ')}), which are not one quantity.`
      : '';
  const declared = {
    kind: 'number',
    ...(format === null ? {} : { format }),
    missing: odd.slice(0, 5).map(([word]) => word),
  };
  return [
    note(
      facts,
      'mixed',
      `${name} is ${percent(fits / present)} numbers; these words are not: ${quotedWords(odd)}. It is taken for ${taken}.${several} To make numbers of it, and those words missing, write "type": ["number", "null"], "x-aieng": ${jsonLine(declared)} in the schema.`,
    ),
  ];
}
