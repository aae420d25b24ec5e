import { numberLook } from '../data/cells/formats/numberLooks.ts';
import { isTimeOfDay, timeLooks } from '../data/cells/formats/timeLooks.ts';
import { NumberEvidence } from './inference/numberEvidence.ts';
import { TimeEvidence } from './inference/timeEvidence.ts';

/** Words that mean "missing" in whatever column they stand, but for `NA` among codes of its look. */
const certainlyMissing: ReadonlySet<string> = new Set([
  ...['', 'NA', 'na', 'N/A', 'n/a', 'n.a.', 'N.A.', 'NaN', 'nan', 'NAN', '-nan', '-NaN', 'NaT', '<NA>', '?'],
  ...['NULL', 'null', 'Null', '(null)', '(NULL)', '\\N', 'k.A.', 'k. A.', 'n/d', 'N/D'],
  // As spreadsheets show what they cannot work out
  ...[
    '#N/A',
    '#NA',
    '#NV',
    '#VALUE!',
    '#WERT!',
    '#REF!',
    '#BEZUG!',
    '#DIV/0!',
    '#NAME?',
    '#NULL!',
    '#NUM!',
    '#ZAHL!',
  ],
  ...['1.#QNAN', '-1.#QNAN', '1.#IND', '-1.#IND'],
]);

/** Does the word mean "missing" in nearly every column? */
export const isSurelyMissing = (word: string): boolean => certainlyMissing.has(word);

/** Words that may be a category of their own: they mean "missing" where all the rest of the column is numbers. */
const perhapsMissing: ReadonlySet<string> = new Set([
  ...[
    'None',
    'none',
    'NONE',
    'nil',
    'Nil',
    'NIL',
    '-',
    '--',
    '---',
    '–',
    '—',
    '.',
    '..',
    '...',
    '…',
    '*',
    '**',
  ],
  ...[
    'unknown',
    'Unknown',
    'UNKNOWN',
    'missing',
    'Missing',
    'MISSING',
    'empty',
    '(blank)',
    'blank',
    'tbd',
    'TBD',
  ],
  ...['0000-00-00', '0000-00-00 00:00:00', '00.00.0000', '00/00/0000'],
  ...['ND', 'nd', 'n.d.', 'unbekannt', 'Unbekannt', 'keine', 'inconnu', 'desconocido', '(leer)', 'leer'],
]);
const infinite = /^[+-]?inf(?:inity)?$/i;
/** May the word mean "missing" where all the rest is numbers or times? No number is infinite. */
export const isPerhapsMissing = (word: string): boolean => perhapsMissing.has(word) || infinite.test(word);
/** Is it a way to say that something is infinite? */
export const isInfinite = (word: string): boolean => infinite.test(word);

/**
 * How texts become values; handed in, because the grammar of cells is the data room's. What is not a number, or NaN,
 * says that the text is none.
 */
export interface CellParsers {
  number(text: string): unknown;
  time(text: string): unknown;
}

/** Did a parser give a value? */
export const parsed = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

/** What a word is before it has a type: a cell of text, or a kind of JSON value. */
export type WordForm = 'text' | 'string' | 'number' | 'boolean' | 'null' | 'nested';

/** Words that are kept to write down a domain; a column with more has none. */
const wordsKept = 20_000;
/** Characters of them. */
const charactersKept = 2_000_000;
/** Different words that keep a column from being numbers, to be shown or declared. */
const strangeKept = 1000;
/** A column of which so many texts were looked at, and hardly one was a number or time, is none of them. */
const looksTried = 4000;
const hardlyOne = 0.05;
/** Ids are told by being different in every row: so many rows are looked at for that. */
const rowsForUniqueness = 2_000_000;

const integerText = /^[+-]?\d+$/;
/** `007`, `02134`: digits whose leading zero means something. */
const leadingZero = /^[+-]?0\d+$/;
/**
 * `70E8`, `3e10`: a whole number and an exponent without a sign, as codes have it. Programs that write numbers put a sign
 * or a point into it (`7e+09`, `7.0E9`), and one digit before the exponent.
 */
const bareExponent = /^(\d+)[eE]\d+$/;
/** As Excel writes a long number: `4.00123E+12`. */
const excelNumber = /^\d(?:\.\d+)?E\+(?:1[1-9]|[2-9]\d)$/;
const booleanWord = /^(?:true|false)$/i;

/** Adds to a count of a map. */
const count = (counts: Map<string, number>, word: string, rows: number): void => {
  counts.set(word, (counts.get(word) ?? 0) + rows);
};

/**
 * What is known of one column after any number of rows, in bounded memory: figures, and its different words while they
 * are few.
 */
export class ColumnTally {
  readonly name: string;
  readonly #parsers: CellParsers;
  /** Records that have the field. */
  rows = 0;
  /** Different words that are not missing for certain, in order of first appearance, while `complete`. */
  readonly words = new Map<string, number>();
  complete = true;
  #characters = 0;
  /** Words that mean "missing" wherever they stand, '' among them, and words that may. */
  readonly missing = new Map<string, number>();
  readonly perhaps = new Map<string, number>();
  /** Rows that are none of these, and of them: */
  present = 0;
  numbers = 0;
  minimum = Infinity;
  maximum = -Infinity;
  /** … numbers without point and exponent; numbers without a fraction. */
  integers = 0;
  wholes = 0;
  /** … integers beyond 2^53; with a leading zero; as Excel shortens them. */
  unsafe = 0;
  zeros = 0;
  shortened = 0;
  /** … texts of digits, an `E` and digits, and those of them that no program writes of a number. */
  bareExponents = 0;
  exponentCodes = 0;
  times = 0;
  booleans = 0;
  /** … JSON strings, and those of them that look like numbers. */
  strings = 0;
  quotedNumbers = 0;
  /** … objects and lists. */
  nested = 0;
  /** What speaks for numbers and times that are written otherwise. */
  readonly numberEvidence = new NumberEvidence();
  readonly timeEvidence = new TimeEvidence();
  #tried = 0;
  #found = 0;
  /** Words that look like neither numbers nor times, and are not missing, and their rows. */
  readonly strange = new Map<string, number>();
  strangeRows = 0;
  longest = 0;
  #repeats = false;
  /** All different words, where none came twice and `words` no longer has all of them. */
  #seen: Set<string> | null = null;

  constructor(name: string, parsers: CellParsers) {
    this.name = name;
    this.#parsers = parsers;
  }

  /** Are all of the present values different? */
  get unique(): boolean {
    return !this.#repeats && this.present > 0;
  }

  /** Different values; at least so many where not all of them were kept. */
  get distinct(): number {
    return this.#seen?.size ?? this.words.size;
  }

  add(raw: string, form: WordForm, rows: number): void {
    this.rows += rows;
    const word = raw.trim();
    if (form === 'null' || (form !== 'nested' && certainlyMissing.has(word))) {
      count(this.missing, form === 'null' ? '' : word, rows);
      return;
    }
    if (form === 'nested') {
      this.present += rows;
      this.nested += rows;
      return;
    }
    this.#keep(word, rows);
    const perhaps = isPerhapsMissing(word);
    if (perhaps) count(this.perhaps, word, rows);
    else this.present += rows;
    if (form === 'string') this.strings += rows;
    if (word.length > this.longest) this.longest = word.length;
    if (booleanWord.test(word)) this.booleans += rows;
    if (!perhaps) this.#tell(word, form, rows);
  }

  #keep(word: string, rows: number): void {
    const known = this.words.get(word);
    if (!this.#repeats && (rows > 1 || known !== undefined || this.#isSeen(word))) {
      this.#repeats = true;
      this.#seen = null;
    }
    if (known !== undefined) {
      this.words.set(word, known + rows);
      return;
    }
    if (!this.complete) return;
    this.#characters += word.length;
    if (this.words.size >= wordsKept || this.#characters > charactersKept) {
      this.complete = false;
      if (!this.#repeats) this.#seen = new Set(this.words.keys()).add(word);
      return;
    }
    this.words.set(word, rows);
  }

  /** Remembers a word, where `words` does not; of too many it cannot tell any more. */
  #isSeen(word: string): boolean {
    const seen = this.#seen;
    if (seen === null) return false;
    const before = seen.size;
    return before >= rowsForUniqueness || seen.add(word).size === before;
  }

  #tell(word: string, form: WordForm, rows: number): void {
    const integer = integerText.test(word);
    const read = this.#parsers.number(word);
    // An integer that no double holds is an integer all the same: it is told apart below.
    const value = integer && !parsed(read) ? Number(word) : read;
    if (parsed(value)) this.numberEvidence.plain(word, value, integer, rows);
    if (integer) this.timeEvidence.number(Number(word), rows);
    if (parsed(value)) this.timeEvidence.perhapsDays(value, rows);
    if (parsed(value) && form === 'string') this.quotedNumbers += rows;
    if (parsed(value) && form !== 'string') {
      this.numbers += rows;
      if (value < this.minimum) this.minimum = value;
      if (value > this.maximum) this.maximum = value;
      if (integer) this.integers += rows;
      if (Number.isInteger(value)) this.wholes += rows;
      if (integer && !Number.isSafeInteger(value)) this.unsafe += rows;
      if (leadingZero.test(word)) this.zeros += rows;
      if (excelNumber.test(word)) this.shortened += rows;
      if (form === 'text') this.#tellExponent(word, rows);
      return;
    }
    if (parsed(value)) return;
    if (parsed(this.#parsers.time(word))) {
      this.times += rows;
      this.timeEvidence.iso(rows);
      return;
    }
    if (this.#looksLikeSomething(word, rows)) return;
    this.strangeRows += rows;
    if (this.strange.has(word) || this.strange.size < strangeKept) count(this.strange, word, rows);
  }

  #tellExponent(word: string, rows: number): void {
    const mantissa = bareExponent.exec(word)?.[1];
    if (mantissa === undefined) return;
    this.bareExponents += rows;
    if (mantissa.length > 1) this.exponentCodes += rows;
  }

  /** Is the word a number or a time that is written in some other way? */
  #looksLikeSomething(word: string, rows: number): boolean {
    if (this.#tried > looksTried && this.#found < this.#tried * hardlyOne) return false;
    this.#tried += 1;
    const number = numberLook(word);
    const times = timeLooks(word);
    if (number !== null) this.numberEvidence.look(word, number, rows);
    if (times.length > 0) this.timeEvidence.looks(word, times, rows);
    if (isTimeOfDay(word)) this.timeEvidence.timeOfDay(word, rows);
    const looks = number !== null || times.length > 0;
    if (looks) this.#found += 1;
    return looks;
  }
}
