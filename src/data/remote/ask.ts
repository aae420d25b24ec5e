import type { DatabaseAnswer } from './answer.ts';
import { askMysql } from './mysql.ts';
import type { RemoteSource } from './remoteSource.ts';
import { askPostgres } from './postgres.ts';
import { askSqlite } from './sqlite.ts';

/** The kinds of databases, and how each is asked. Add one: a file here and a line. */
export const databases = {
  sqlite: askSqlite,
  postgres: askPostgres,
  mysql: askMysql,
} as const satisfies Readonly<Record<string, (file: RemoteSource) => Promise<DatabaseAnswer>>>;

export type DatabasePlace = keyof typeof databases;
