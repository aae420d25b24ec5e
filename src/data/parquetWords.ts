import type { DuckDBConnection } from '@duckdb/node-api';
import { mostEnumWords } from './columnVectors.ts';
import { literalPath, quoteWord } from './duckdb.ts';

/** More text than this is not put into a query. */
const mostText = 1 << 18;

/** Places of the columns that a Parquet file keeps as dictionaries, in each of its groups of rows. */
async function columnsOfWords(connection: DuckDBConnection, path: string): Promise<ReadonlySet<number>> {
  const found = await connection.runAndReadAll(
    `SELECT column_id FROM parquet_metadata($1)
     GROUP BY column_id HAVING bool_and(dictionary_page_offset IS NOT NULL AND type = 'BYTE_ARRAY')`,
    [literalPath(path)],
  );
  return new Set(found.getRows().map(([place]) => Number(place)));
}

/**
 * The words of columns that a flat Parquet file keeps as dictionaries, in order: so they can be read as codes of these
 * words (`enumOf`), and no cell becomes a text. Columns of too many words are left out.
 *
 * @param from `read_parquet($1)` with its columns called `p0`, `p1`, ….
 * @param places Which columns to look at.
 */
export async function keptWords(
  connection: DuckDBConnection,
  path: string,
  from: string,
  places: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const words = new Map<number, readonly string[]>();
  if (places.length === 0) return words;
  const kept = await columnsOfWords(connection, path);
  for (const place of places) {
    if (!kept.has(place)) continue;
    const distinct = await connection.runAndReadAll(
      `SELECT DISTINCT p${place} FROM ${from} WHERE p${place} IS NOT NULL LIMIT ${mostEnumWords + 1}`,
      [literalPath(path)],
    );
    const found = distinct.getRows().map(([word]) => String(word));
    const length = found.reduce((sum, word) => sum + word.length, 0);
    if (found.length > 0 && found.length <= mostEnumWords && length <= mostText)
      words.set(place, found.sort());
  }
  return words;
}

/** Column `place` as codes of its words, in their order. */
export const enumOf = (place: number, words: readonly string[]): string =>
  `CAST(p${place} AS ENUM(${words.map(quoteWord).join(', ')}))`;
