import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatTables } from '../columns.ts';
import type { Table } from '../columns.ts';
import { rowsFromTable } from '../rows.ts';
import type { JsonCell } from '../rows.ts';
import type { ColumnSchema, RowSchema } from '../schema.ts';
import type { ReadColumns, Rejection, SourceOptions } from '../source.ts';
import { openSource } from './index.ts';

/** A folder for a test's files. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'aieng-data-'));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Writes a file of the folder and gives the options that read it. */
export async function sourceFile(
  folder: string,
  name: string,
  content: string | Uint8Array,
  options: Partial<SourceOptions> = {},
): Promise<SourceOptions> {
  const path = join(folder, name);
  await writeFile(path, content);
  return {
    path,
    displayPath: name,
    format: 'csv',
    gzip: false,
    encoding: 'utf-8',
    batchRows: 1000,
    ...options,
  };
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
}

/** Reads a source to its end. */
export async function readAll(
  options: SourceOptions,
  schema: RowSchema,
  columns?: ReadColumns,
): Promise<ReadAll> {
  const source = await openSource(options);
  const wanted = columns ?? { required: schema.columns.map(({ name }) => name), optional: [] };
  const tables: Table[] = [];
  const rejections: Rejection[] = [];
  for await (const batch of source.read(schema, wanted)) {
    tables.push(batch.table);
    rejections.push(...batch.rejections);
  }
  const table = concatTables(tables);
  return { table, rows: rowsFromTable(table), rejections, batches: tables.length };
}
