import type { Column, Table } from '../../data/columns.ts';
import { sha256 } from '../../digest.ts';
import type { CurrentRows } from '../compare.ts';
import type { Reference, ReferenceColumn } from '../reference.ts';

const mark = 'sha256:';
/** Enough to tell the words of a column apart. */
const digits = 16;

const hashed = (word: string): string => `${mark}${sha256(word).slice(0, digits)}`;

const hashedColumn = (column: Column): Column =>
  column.kind === 'category' ? { ...column, dictionary: column.dictionary.map(hashed) } : column;

/**
 * The rows with other words in these columns: shares of words can be compared as before, and no word be read. Whoever
 * guesses a word can still see whether it is there.
 */
export const withHashedWords = (table: Table, columns: ReadonlySet<string>): Table =>
  columns.size === 0
    ? table
    : {
        ...table,
        columns: new Map(
          [...table.columns].map(([name, column]) => [
            name,
            columns.has(name) ? hashedColumn(column) : column,
          ]),
        ),
      };

/** Bundles of before words were hashed have them as they were. */
const isHashed = ({ counts = [] }: ReferenceColumn): boolean =>
  counts.length > 0 && counts.every(([word]) => word.startsWith(mark));

/** What arrived, in the words that the reference has for personal columns. */
export function inWordsOf(
  { columns }: Reference,
  current: CurrentRows,
  personal: ReadonlySet<string>,
): CurrentRows {
  const those = new Set(
    columns.flatMap((each) => (personal.has(each.name) && isHashed(each) ? [each.name] : [])),
  );
  const { table, log } = current;
  return {
    ...current,
    table: withHashedWords(table, those),
    ...(log === undefined ? {} : { log: { ...log, table: withHashedWords(log.table, those) } }),
  };
}
