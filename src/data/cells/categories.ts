import type { ColumnSchema } from '../schema.ts';
import type { CellReading, MissingWords, Reading } from './cell.ts';
import { quotedWords } from './cell.ts';

const loneSurrogate = /\p{Surrogate}/u;
const everyScalar = { text: true, number: true, boolean: true };

/** Neither NUL nor half of a UTF-16 pair: JSON can escape them, the stored formats cannot hold them. */
function isStorable(word: string): boolean {
  for (let i = 0; i < word.length; i += 1) {
    const unit = word.charCodeAt(i);
    if (unit === 0) return false;
    if (unit >= 0xd800 && unit <= 0xdfff) return !loneSurrogate.test(word) && !word.includes('\u0000');
  }
  return true;
}

/** What a closed category allows, as a noun phrase. */
export const domainNoun = (domain: readonly string[]): string => `one of ${quotedWords(domain)}`;

/** What a word is read as: another spelling of it, where the column merges them. */
export function mergedWord({ merge }: Pick<ColumnSchema, 'merge'>): (word: string) => string {
  if (merge === undefined) return (word) => word;
  const words = new Map(Object.entries(merge));
  return (word) => words.get(word) ?? words.get(word.trim()) ?? word;
}

/** Merges spellings of a word, and checks that it can be stored and is in the closed domain, where there is one. */
export function checkWord(column: ColumnSchema): (word: string) => Reading {
  const { closed, domain } = column;
  const merged = mergedWord(column);
  const allowed = closed && domain !== undefined ? new Set(domain) : undefined;
  return (spelling) => {
    const word = merged(spelling);
    if (!isStorable(word)) return { wanted: 'a text without NUL and broken Unicode characters' };
    return allowed === undefined || allowed.has(word) ? word : { wanted: domainNoun(domain!) };
  };
}

/** The words of a boolean column, lower case: `true` and `false` always, and those that the schema declares. */
export function booleanWords({ trueWords = [], falseWords = [] }: ColumnSchema): {
  readonly truth: ReadonlySet<string>;
  readonly falsehood: ReadonlySet<string>;
} {
  const lower = (words: readonly string[]): ReadonlySet<string> =>
    new Set(words.map((word) => word.toLowerCase()));
  return { truth: lower(['true', ...trueWords]), falsehood: lower(['false', ...falseWords]) };
}

function booleanReading(column: ColumnSchema, missing: MissingWords): CellReading {
  const check = checkWord(column);
  const { truth, falsehood } = booleanWords(column);
  const noun = `one of ${quotedWords([...truth, ...falsehood])}`;
  // A word that means "missing" stays so when it comes back from the prediction log as `true`.
  const cell = (word: string): Reading => (missing.words.has(word) ? null : check(word));
  return {
    noun,
    takes: everyScalar,
    spelled: (word) => {
      const lower = word.toLowerCase();
      if (truth.has(lower)) return cell('true');
      return falsehood.has(lower) ? cell('false') : { wanted: noun };
    },
  };
}

/** Columns of categories: the trimmed word as it is spelled, whatever type it has; booleans by their words. */
export function categoryReading(column: ColumnSchema, missing: MissingWords): CellReading {
  if (column.type === 'boolean') return booleanReading(column, missing);
  return { noun: 'a category', takes: everyScalar, spelled: checkWord(column) };
}

/** Columns of text: as it stands. */
export function textReading(column: ColumnSchema): CellReading {
  const check = checkWord(column);
  return {
    noun: 'a text',
    takes: everyScalar,
    // A byte order mark that opens a cell is an artefact of joined files, never content.
    spelled: (_word, raw) => check(raw.charCodeAt(0) === 0xfeff ? raw.replace(/^\uFEFF+/, '') : raw),
  };
}
