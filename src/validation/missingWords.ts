import type { ColumnWords } from './columnWords.ts';
import { presentWords } from './columnWords.ts';

/** Words that mean "missing" in whatever column they stand. */
const certain = new Set(['', 'NA', 'na', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'null', 'Null', '?']);

/** Words that may be a category of their own: they mean "missing" where all the rest of the column is numbers. */
const doubtful = new Set(['None', 'none', 'NONE', '-', '--', '.', 'nil', 'unknown', 'Unknown', 'missing']);

/** The missing words of a table and why they are taken for that. */
export interface MissingWords {
  /** Always starts with the empty text; the rest in code-unit order. */
  readonly words: readonly string[];
  /** Word → columns where it was found. */
  readonly found: ReadonlyMap<string, readonly string[]>;
}

/**
 * Which texts of a table mean "missing". `NA`, `null`, `?` and the like always do. `None`, `-`, `unknown` do only where
 * they are all that keeps a column from being numbers or times (`isTyped` of every other word): in a column of words they
 * are answers.
 */
export function findMissingWords(
  columns: readonly ColumnWords[],
  isTyped: (word: string) => boolean,
): MissingWords {
  const words = new Set(['']);
  for (const column of columns)
    for (const word of column.counts.keys()) if (certain.has(word)) words.add(word);
  for (const column of columns) {
    const present = presentWords(column, certain);
    const suspects = present.filter(([word]) => doubtful.has(word));
    if (suspects.length === 0 || suspects.length === present.length) continue;
    if (present.every(([word]) => doubtful.has(word) || isTyped(word)))
      for (const [word] of suspects) words.add(word);
  }
  const sorted = [...words].sort();
  const found = new Map(
    sorted.map((word) => [
      word,
      columns.filter((column) => column.counts.has(word)).map((column) => column.name),
    ]),
  );
  return { words: sorted, found };
}
