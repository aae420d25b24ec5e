import { isAbsolute, join } from 'node:path';
import { placeOf } from '../data/address.ts';
import { temporaryName } from '../disk/temporary.ts';
import { broughtRows, withHistory } from '../data/history/schema.ts';
import type { RowSchema } from '../data/schema.ts';
import { withTextIds } from '../data/schema.ts';
import type { ReadPlan, RowsFile, SourceAccess } from '../data/source.ts';
import { readRowSchema, rowSchemaExists } from '../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RemoteSection } from '../pipeline/source/remoteSection.ts';
import type { Context } from './context.ts';

/** A path of the pipeline file as a local one. */
export const underRoot = (context: Pick<Context, 'root'>, path: string): string =>
  isAbsolute(path) || placeOf(path) !== 'file' ? path : join(context.root, path);

/** How the address of a source is asked. */
export function accessOf(
  { root, store, environment, signal }: Pick<Context, 'root' | 'store' | 'environment' | 'signal'>,
  { table, query, cursor, endpoint, ...source }: RemoteSection,
): SourceAccess {
  return {
    table,
    query,
    cursor: cursor === null ? null : { column: cursor, from: null },
    endpoint,
    allowPrivate: source.allow_private,
    maxBytes: source.max_bytes,
    timeoutMs: source.timeout * 1000,
    root,
    variables: environment.variables,
    temporary: async () => join(await store.folder('tmp'), temporaryName(environment)),
    signal,
  };
}

/** The source of a pipeline as a file of rows: the one place where the keys of `source` become a dialect. */
export function sourceFile(
  context: Pick<Context, 'root' | 'store' | 'environment' | 'signal'>,
  { source }: Pick<Pipeline, 'source'>,
  batchRows = 65_536,
): RowsFile {
  const { path, display, format, compression, delimiter, escape, encoding, header, names, ragged } = source;
  return {
    path: underRoot(context, path),
    displayPath: display,
    dialect: {
      format,
      compression,
      sheet: source.sheet,
      records: source.records,
      partitions: source.partitions,
      delimiter,
      quote: source.quote === 'none' ? '' : source.quote,
      escape,
      encoding,
      trailingDelimiter: source.trailing_delimiter,
      skipLines: source.skip_lines,
      comment: source.comment ?? '',
      header,
      names,
      rowNames: source.row_names,
      linesAfterHeader: source.lines_after_header,
      skipFooter: source.skip_footer,
      emptyRows: source.empty_rows,
      ragged,
    },
    declarable: true,
    batchRows,
    access: accessOf(context, source),
  };
}

/** What is read of a source: every column of the schema but those that are `left` out, and those that history makes. */
export function wholeRows(given: RowSchema, left: readonly string[] = []): ReadPlan {
  const schema = broughtRows(given);
  const named = (required: boolean): string[] =>
    schema.columns
      .filter((column) => column.required === required && !left.includes(column.name))
      .map((column) => column.name);
  return { schema, required: named(true), optional: named(false) };
}

/** The row schema of a pipeline, its ids as texts and with what history makes, or null where none was written yet. */
export async function openRowSchema(context: Context, pipeline: Pipeline): Promise<RowSchema | null> {
  const path = underRoot(context, pipeline.schema);
  if (!(await rowSchemaExists(path))) return null;
  const needed = pipeline.time === null ? [] : [pipeline.time];
  const written = withTextIds(await readRowSchema(path, pipeline.schema), pipeline.row_id, needed);
  return withHistory(written, pipeline.history);
}
