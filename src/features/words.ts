import type { CategoryColumn, TextColumn } from '../data/columns.ts';
import { missing } from './prepared.ts';
import type { StepColumn } from './prepared.ts';
import type { StepCell } from './transform.ts';

/** A column of words: categories or texts. */
export type WordColumn = CategoryColumn | TextColumn;

/** The column as words. A wrong kind is a bug: `accepts` was checked before. */
export function wordsOf(column: StepColumn): WordColumn {
  if (column.kind === 'category' || column.kind === 'text') return column;
  throw new TypeError(`expected words, got a ${column.kind} column`);
}

/** How often each word occurs, missing not counted; words that only stand in the dictionary are left out. */
export function countWords(column: WordColumn): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (word: string, count: number): unknown => counts.set(word, (counts.get(word) ?? 0) + count);
  if (column.kind === 'text') {
    for (const word of column.values) if (word !== null) add(word, 1);
    return counts;
  }
  const byCode = new Int32Array(column.dictionary.length);
  for (let at = 0; at < column.codes.length; at += 1) {
    const code = column.codes[at]!;
    if (code >= 0) byCode[code]! += 1;
  }
  byCode.forEach((count, code) => {
    if (count > 0) add(column.dictionary[code]!, count);
  });
  return counts;
}

/** Order by code unit: the same on every machine and in every locale. */
export const byCodeUnit = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Words by falling count; ties by code unit. */
export function mostFrequent(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .sort(([leftWord, left], [rightWord, right]) => right - left || byCodeUnit(leftWord, rightWord))
    .map(([word]) => word);
}

/** `wordLookup` of one cell. */
export const wordCell =
  (find: (word: string) => number) =>
  (cell: StepCell): number =>
    typeof cell === 'string' ? find(cell) : missing;

const notLookedUp = -0x80000000;

function lookUpTexts(values: readonly (string | null)[], find: (word: string) => number): Int32Array {
  const positions = new Int32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const word = values[i];
    positions[i] = typeof word === 'string' ? find(word) : missing;
  }
  return positions;
}

/**
 * A function that gives `find(word)` for each row and `missing` for a missing cell. `find` is asked once for
 * each word of a dictionary that rows use: the answers are kept as long as the same dictionary comes (the next block
 * of rows, the next batch of a stream). A dictionary may grow at its end, but its words stay where they are.
 */
export function wordLookup(find: (word: string) => number): (column: WordColumn) => Int32Array {
  let known: readonly string[] = [];
  let byCode = new Int32Array();
  return (column) => {
    if (column.kind === 'text') return lookUpTexts(column.values, find);
    const { codes, dictionary } = column;
    if (dictionary !== known || byCode.length < dictionary.length) {
      known = dictionary;
      byCode = new Int32Array(dictionary.length).fill(notLookedUp);
    }
    const positions = new Int32Array(codes.length);
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i]!;
      let position = byCode[code] ?? missing;
      if (position === notLookedUp) {
        position = find(dictionary[code]!);
        byCode[code] = position;
      }
      positions[i] = position;
    }
    return positions;
  };
}

/** The texts of a column with how many rows have each; a text column gives each row by itself. Missing is left out. */
export function textsOf(column: WordColumn): Iterable<readonly [text: string, rows: number]> {
  if (column.kind === 'category') return countWords(column);
  return column.values.flatMap((text) => (text === null ? [] : [[text, 1] as const]));
}
