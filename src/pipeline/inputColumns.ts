import type { RowSchema } from '../data/schema.ts';
import type { Pipeline } from './pipeline.ts';

/** Columns of a row that a model may see: all but the label, ids and what the pipeline drops. */
export function inputColumns(
  pipeline: Pick<Pipeline, 'label' | 'row_id' | 'features'>,
  schema: RowSchema,
): readonly string[] {
  const out = new Set([pipeline.label.column, ...pipeline.row_id, ...pipeline.features.drop]);
  return schema.columns.map((column) => column.name).filter((name) => !out.has(name));
}
