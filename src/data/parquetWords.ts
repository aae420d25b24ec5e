import type { DuckDBConnection } from '@duckdb/node-api';
import { mostEnumWords } from './columnVectors.ts';
import { quoteWord, withConnection } from './duckdb.ts';

/** A Parquet file as a query reads it: its path for DuckDB's readers, and `read_parquet($1)` with names for its columns. */
interface QueriedFile {
  readonly path: string;
  readonly from: string;
}

/** More text than this is not put into a query. */
const mostText = 1 << 18;

/** The words of a column, in order; undefined where they are too many, or none that SQL can hold. */
async function wordsOf(
  connection: DuckDBConnection,
  { path, from }: QueriedFile,
  column: string,
): Promise<readonly string[] | undefined> {
  const distinct = await connection.runAndReadAll(
    `SELECT DISTINCT ${column} AS word FROM ${from} WHERE word IS NOT NULL LIMIT ${mostEnumWords + 1}`,
    [path],
  );
  const words = distinct.getRows().map(([word]) => String(word));
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const isFit = words.length > 0 && words.length <= mostEnumWords && length <= mostText;
  return isFit && !words.some((word) => word.includes('\u0000')) ? words.sort() : undefined;
}

/** Those of the columns that have few words, with these. */
async function fewWords(
  connection: DuckDBConnection,
  file: QueriedFile,
  columns: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const few = new Map<string, readonly string[]>();
  for (const column of columns) {
    const words = await wordsOf(connection, file, column);
    if (words !== undefined) few.set(column, words);
  }
  return few;
}

/**
 * The words of columns that a flat file keeps as dictionaries, in each of its groups of rows: so they can be read as codes
 * of these words (`enumOf`), and no cell becomes a text. Columns of too many words are left out.
 *
 * @param places Which columns to look at, `p0`, `p1`, … of the query.
 */
export function keptWords(
  file: QueriedFile,
  places: readonly number[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  return withConnection(async (connection) => {
    if (places.length === 0) return new Map();
    const found = await connection.runAndReadAll(
      `SELECT column_id FROM parquet_metadata($1)
       GROUP BY column_id HAVING bool_and(dictionary_page_offset IS NOT NULL AND type = 'BYTE_ARRAY')`,
      [file.path],
    );
    const kept = new Set(found.getRows().map(([place]) => Number(place)));
    return fewWords(
      connection,
      file,
      places.filter((place) => kept.has(place)).map((place) => `p${place}`),
    );
  });
}

/** Rows of the beginning that tell whether words come again, and how many different ones may be among them. */
const lookedAt = 16_384;
const mostOfBeginning = 1024;

/** The words of columns of texts whose words come again and again, by the expression that fetches the column. */
export function repeatedWords(
  file: QueriedFile,
  columns: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  return withConnection(async (connection) => {
    if (columns.length === 0) return new Map();
    const names = columns.map((_, at) => `w${at}`);
    const counted = await connection.runAndReadAll(
      `SELECT ${names.map((name) => `count(DISTINCT ${name})`).join(', ')}
       FROM (SELECT ${columns.join(', ')} FROM ${file.from} LIMIT ${lookedAt}) AS t(${names.join(', ')})`,
      [file.path],
    );
    const [counts = []] = counted.getRows();
    return fewWords(
      connection,
      file,
      columns.filter((_, at) => Number(counts[at]) <= mostOfBeginning),
    );
  });
}

/** A column as codes of its words, in their order. */
export const enumOf = (column: string, words: readonly string[]): string =>
  `CAST(${column} AS ENUM(${words.map(quoteWord).join(', ')}))`;
