import { numberWriting } from '../../data/cells/formats/numberWriting.ts';
import { timeWriting } from '../../data/cells/formats/timeWriting.ts';
import { isNumber } from '../../data/cells/numbers.ts';
import { parseTime } from '../../data/cells/times.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { ColumnTally } from '../columnTally.ts';
import type { ColumnDecision } from './decision.ts';

/** What a person should know about an inferred column before they trust it. */
export interface InferenceNote {
  readonly column: string | null;
  readonly about:
    | 'missing-words'
    | 'identifier'
    | 'constant'
    | 'all-missing'
    | 'label'
    | 'unfit-label'
    | 'code'
    | 'format'
    | 'mixed'
    | 'many-values'
    | 'nested'
    | 'shortened'
    | 'spellings'
    | 'time-of-day'
    | 'answers'
    | 'optional';
  readonly message: string;
}

/** What is known besides the column itself. */
export interface InferContext {
  /** Of the table. */
  readonly rows: number;
  /** Words that mean "missing" in this column. */
  readonly missing: ReadonlySet<string>;
  /** Those of them that mean something by themselves, and are declared missing. */
  readonly declared: readonly string[];
  readonly decision: ColumnDecision;
  readonly isLabel: boolean;
  /** What a person says that the whole numbers of the label are. */
  readonly labelAs?: 'classes' | 'number' | null;
  /** Words, whatever it looks like. */
  readonly asWords: boolean;
}

/** Words with their rows. */
export type WordRows = readonly (readonly [string, number])[];

/** One column as its kind is decided: without the rows that are missing. */
export interface Facts extends InferContext {
  readonly tally: ColumnTally;
  readonly name: string;
  /** Rows that are not missing. */
  readonly present: number;
  /** Different present words with their rows; not all of them where there are too many to keep. */
  readonly words: WordRows;
  readonly distinct: number;
}

/** Null where the column cannot be held: it is left out. */
export interface Inferred {
  readonly column: ColumnSchema | null;
  readonly notes: readonly InferenceNote[];
}

export function factsOf(tally: ColumnTally, context: InferContext): Facts {
  const isMissing = ([word]: readonly [string, number]): boolean => context.missing.has(word);
  // A word that mostly means "missing" may be an answer here.
  const answers = [...tally.missing].filter((entry) => !isMissing(entry) && entry[0] !== '');
  const words = [...tally.words, ...answers].filter((entry) => !isMissing(entry));
  const rowsWith = (word: string): number =>
    tally.missing.get(word) ??
    tally.perhaps.get(word) ??
    tally.words.get(word) ??
    tally.strange.get(word) ??
    0;
  const gone = [...new Set(['', ...context.missing])].reduce((sum, word) => sum + rowsWith(word), 0);
  return {
    ...context,
    tally,
    name: tally.name,
    present: tally.rows - gone,
    words,
    distinct: tally.complete ? words.length : tally.distinct + answers.length,
  };
}

/** Words that a column of numbers or times would not read. */
export function oddWords({ tally, words, decision }: Pick<Facts, 'tally' | 'words' | 'decision'>): WordRows {
  const { kind, numbers, times } = decision;
  if (!tally.complete) {
    const looks = kind === 'time' ? times?.odd : numbers?.odd;
    return [...tally.strange, ...(looks ?? [])];
  }
  if (kind === 'time') {
    const format = times?.format ?? null;
    const writing = format === null ? parseTime : timeWriting(format);
    const read = typeof writing === 'string' ? parseTime : writing;
    return words.filter(([word]) => Number.isNaN(read(word)));
  }
  const format = numbers?.format ?? null;
  const isFinite = (word: string): boolean => isNumber(word) && Number.isFinite(Number(word));
  const read = format === null ? isFinite : numberWriting(format);
  return words.filter(([word]) => read(word) === undefined || read(word) === false);
}

export function base({
  name,
  tally,
  present,
  rows,
  missing,
  isLabel,
}: Facts): Pick<ColumnSchema, 'name' | 'nullable' | 'required' | 'closed' | 'missing'> {
  const words = [...missing].filter((word) => word !== '').sort();
  return {
    name,
    nullable: present < rows,
    // Who may send nothing may leave the field out. A file without the answers is none to learn from.
    required: tally.rows === rows && (present === rows || isLabel),
    closed: false,
    ...(words.length === 0 ? {} : { missing: words }),
  };
}

export const note = ({ name }: Facts, about: InferenceNote['about'], message: string): InferenceNote => ({
  column: name,
  about,
  message,
});

export const quotedWords = (words: WordRows, most = 3): string =>
  words
    .slice(0, most)
    .map(([word, rows]) => `"${word.slice(0, 40)}"${rows > 1 ? ` (${rows} rows)` : ''}`)
    .join(', ') + (words.length > most ? `, … (${words.length} in all)` : '');

/** A value as JSON on one line, as people write it in a schema. */
export function jsonLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${jsonLine(member)}`);
  return `{${members.join(', ')}}`;
}

export const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;

const idName =
  /(^|[_\s.-])(id|key|uuid|guid|nr|no|ean|gtin|isbn|sku|imei|iban)$|[a-z](Id|ID|Key)$|^[Aa]cc(t|ount)([_ ]?(nr|no|number))?$/;
/** Is the column named like an id? */
export const isNamedLikeId = (name: string): boolean => idName.test(name);
