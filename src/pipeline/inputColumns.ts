import { historyInputs } from '../data/history/rule.ts';
import type { RowSchema } from '../data/schema.ts';
import { namedByExpectation } from './expectations/columns.ts';
import type { Pipeline } from './pipeline.ts';

/** Columns that features of the pipeline name. */
const featureColumns = ({
  features: { features, interactions = [] },
}: Pick<Pipeline, 'features'>): string[] => [...features.map(({ column }) => column), ...interactions.flat()];

/**
 * Columns of a row that a model may see: all but the label, ids, what the pipeline drops, what is known while training
 * only, and personal columns that no feature of the pipeline names.
 *
 * @param read Columns that own transforms read: these stay inputs though they give no features of their own (`drop`).
 */
export function inputColumns(
  pipeline: Pick<Pipeline, 'label' | 'row_id' | 'features'>,
  schema: RowSchema,
  read: readonly string[] = [],
): readonly string[] {
  const dropped = pipeline.features.drop.filter((name) => !read.includes(name));
  const out = new Set([pipeline.label.column, ...pipeline.row_id, ...dropped]);
  const asked = new Set(featureColumns(pipeline));
  return schema.columns
    .filter(
      ({ name, pii, only }) => !out.has(name) && only === undefined && (pii !== true || asked.has(name)),
    )
    .map(({ name }) => name);
}

/** Personal columns that no part of a pipeline names: what nobody needs is not kept. */
export function unusedPersonalColumns(pipeline: Pipeline, schema: RowSchema): readonly string[] {
  const used = new Set([
    pipeline.label.column,
    ...pipeline.row_id,
    ...[pipeline.time, pipeline.split.group].filter((name) => name !== null),
    ...featureColumns(pipeline),
    ...pipeline.evaluation.slices,
    ...pipeline.evaluation.fairness.columns,
    ...(pipeline.history === null ? [] : historyInputs(pipeline.history)),
    ...pipeline.checks.flatMap(namedByExpectation).map(({ column }) => column),
  ]);
  return schema.columns.flatMap(({ name, pii }) => (pii === true && !used.has(name) ? [name] : []));
}
