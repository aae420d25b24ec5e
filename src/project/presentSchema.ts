import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from './context.ts';
import { inferRows } from './inferRows.ts';
import { sourceFile } from './inputs.ts';

/** What a person decides of a column, and no data tells. */
function decided(found: ColumnSchema, declared: ColumnSchema | undefined): ColumnSchema {
  if (declared === undefined) return found;
  const { closed, required, description, pii, only, timeFormat } = declared;
  const { domain: _, minimum: _low, maximum: _high, ...withoutValues } = found;
  // Zone and century of a pattern are in no text.
  const isSamePattern = timeFormat !== undefined && found.timeFormat?.pattern === timeFormat.pattern;
  return {
    ...(pii === true ? withoutValues : found),
    ...(isSamePattern ? { timeFormat } : {}),
    closed,
    required,
    ...(description === undefined ? {} : { description }),
    ...(pii === undefined ? {} : { pii }),
    ...(only === undefined ? {} : { only }),
  };
}

/**
 * The row schema that would be inferred from a pipeline's source as it is now, with what a person decided in the one that
 * is written. Nothing is written.
 */
export async function presentSchema(
  context: Context,
  pipeline: Pipeline,
  declared: RowSchema,
): Promise<RowSchema> {
  const patterns = new Map(
    declared.columns.flatMap(({ name, timeFormat }) =>
      timeFormat === undefined ? [] : [[name, timeFormat.pattern] as const],
    ),
  );
  const source = sourceFile(context, pipeline);
  const { inference } = await inferRows(context, source, () => pipeline.label.column, undefined, patterns);
  const found = inference.finish().schema;
  const columns = found.columns.map((column) =>
    decided(
      column,
      declared.columns.find(({ name }) => name === column.name),
    ),
  );
  return { ...found, columns };
}
