import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatTables } from '../columns.ts';
import type { Table } from '../columns.ts';
import type { Dialect } from '../dialect.ts';
import { dialectOf } from '../dialect.ts';
import { openRows, openWords } from '../openRows.ts';
import { rowsFromTable } from '../rows.ts';
import type { JsonCell } from '../rows.ts';
import type { ColumnSchema, RowSchema } from '../schema.ts';
import type { ReadPlan, Rejection, RowsFile, RowsRead, WordForm } from '../source.ts';

/** A folder for a test's files. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'aieng-data-'));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** What a test says of a file besides its content. */
export type FileOptions = Partial<Dialect> & Partial<Pick<RowsFile, 'batchRows' | 'declarable'>>;

/** Writes a file of the folder and gives the options that read it. CSV where its name says nothing. */
export async function sourceFile(
  folder: string,
  name: string,
  content: string | Uint8Array,
  { batchRows = 1000, declarable = true, ...dialect }: FileOptions = {},
): Promise<RowsFile> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { path, displayPath: name, dialect: dialectOf(name, dialect), batchRows, declarable };
}

/** A schema from `name: kind`. */
export function schemaOf(
  kinds: Readonly<Record<string, ColumnSchema['kind']>>,
  missing: readonly string[] = ['', 'NA'],
): RowSchema {
  const columns = Object.entries(kinds).map(([name, kind]): ColumnSchema => ({
    name,
    kind,
    type: kind === 'number' ? 'number' : 'string',
    nullable: true,
    required: true,
    closed: false,
  }));
  return { columns, missing };
}

export interface ReadAll {
  readonly table: Table;
  readonly rows: readonly Readonly<Record<string, JsonCell>>[];
  readonly rejections: readonly Rejection[];
  readonly batches: number;
  readonly read: RowsRead;
}

/** Reads a source to its end. */
export async function readAll(
  file: RowsFile,
  schema: RowSchema,
  columns?: Pick<ReadPlan, 'required' | 'optional'>,
): Promise<ReadAll> {
  const wanted = columns ?? { required: schema.columns.map(({ name }) => name), optional: [] };
  const tables: Table[] = [];
  const rejections: Rejection[] = [];
  for await (const part of openRows(file, () => ({ schema, ...wanted }))) {
    if (part.kind === 'read') {
      const table = concatTables(tables);
      return { table, rows: rowsFromTable(table), rejections, batches: tables.length, read: part };
    }
    tables.push(part.table);
    rejections.push(...part.rejections);
  }
  throw new Error('there was no account');
}

/** The column names of a file. */
export async function namesOf(file: RowsFile): Promise<readonly string[]> {
  let names: readonly string[] = [];
  const nothing = { schema: { columns: [], missing: [''] }, required: [], optional: [] };
  for await (const _part of openRows(file, (header) => ((names = header.names), nothing))) break;
  return names;
}

/** Every text of a file by column, absent fields as null, and the form of each. */
export async function wordsOf(
  file: RowsFile,
): Promise<Record<string, (readonly [word: string, form: WordForm] | null)[]>> {
  const columns = new Map<string, (readonly [string, WordForm] | null)[]>();
  let rows = 0;
  for await (const part of openWords(file, () => undefined)) {
    if (part.kind === 'read') break;
    for (const name of part.columns.keys())
      if (!columns.has(name))
        columns.set(
          name,
          Array.from({ length: rows }, () => null),
        );
    for (const [name, seen] of columns) {
      const column = part.columns.get(name);
      for (let row = 0; row < part.rows; row += 1) {
        const code = column?.codes[row] ?? -1;
        const { words, forms } = column ?? { words: [], forms: 'text' as const };
        seen.push(code === -1 ? null : [words[code]!, typeof forms === 'string' ? forms : forms[code]!]);
      }
    }
    rows += part.rows;
  }
  return Object.fromEntries(columns);
}
