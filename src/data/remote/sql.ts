import { usageError } from '../../errors.ts';
import type { RemoteSource } from './remoteSource.ts';
import { oneStatement, quotedName, tableName } from './statement.ts';

/** What is asked of a database, in its own quotes. Values never stand in it: they are parameters. */
export interface Questions {
  /** All rows, or those from where the cursor goes on. */
  readonly rows: string;
  /** The same without a row, for its columns. */
  readonly columns: string;
  /** Greatest value of the cursor as text, and number of rows; null without a cursor. */
  readonly standing: string | null;
}

/** How a kind of database writes what is asked. */
export interface SqlWays {
  readonly quote: '"' | '`';
  /** The greatest value of a column, as a text that compares as the value does. */
  readonly greatest: (column: string) => string;
  /** The value from which the cursor goes on. */
  readonly from: string;
}

/** The query of a source, wrapped so that it can only be one that gives rows; or its table. */
function fromOf({ displayPath, access: { table, query } }: RemoteSource, quote: SqlWays['quote']): string {
  if (table !== null) return tableName(table, quote);
  const statement = query === null ? undefined : oneStatement(query);
  if (statement !== undefined) return `(${statement}\n) AS aieng_source`;
  throw usageError({
    code: query === null ? 'table-or-query' : 'one-statement',
    message:
      query === null
        ? `${displayPath}: a database needs to be told what to read of it.`
        : `${displayPath}: expected one statement that gives rows, got ${query.trim() === '' ? 'none' : 'more than one'}.`,
    hint:
      query === null
        ? 'Add "table: <name>" or "query: select …" under source (`init`: --table or --query).'
        : 'Keep one SELECT in source.query; what prepares the data belongs into a view.',
  });
}

/** What to ask, for a source as it is declared. */
export function questionsOf(file: RemoteSource, { quote, greatest, from }: SqlWays): Questions {
  const source = fromOf(file, quote);
  const { cursor } = file.access;
  const columns = `SELECT * FROM ${source} LIMIT 0`;
  if (cursor === null) return { rows: `SELECT * FROM ${source}`, columns, standing: null };
  const column = quotedName(cursor.column, quote);
  const later = cursor.from === null ? '' : ` WHERE ${column} >= ${from} OR ${column} IS NULL`;
  return {
    rows: `SELECT * FROM ${source}${later}`,
    columns,
    standing: `SELECT ${greatest(column)} AS last_value, count(*) AS all_rows FROM ${source}`,
  };
}
