import { resolve } from 'node:path';
import { cellValue, selectColumns } from '../../data/columns.ts';
import { dialectOf } from '../../data/dialect.ts';
import { gatherRows } from '../../data/openRows.ts';
import { joinLabels } from '../../monitoring/index.ts';
import type { LabelRecord } from '../../traffic/record.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import type { Context } from '../../project/context.ts';
import type { JudgedRows } from '../../project/observe.ts';

/**
 * Rows of a file, predicted now: what `monitor --current` judges. Labels come from the file's own label column, and
 * from `labels` by row id.
 */
export async function judgedFile(
  context: Context,
  path: string,
  opened: OpenedPredictor,
  labels: readonly LabelRecord[],
): Promise<JudgedRows> {
  const { predictor, schema } = opened;
  const { label, row_id } = predictor.manifest;
  const required = schema.columns
    .filter((column) => column.required && predictor.inputs.includes(column.name))
    .map((column) => column.name);
  const wanted = new Set([...predictor.inputs, ...row_id, label]);
  // The label may be absent in each row, whatever the schema says of training data.
  const columns = schema.columns
    .filter((column) => wanted.has(column.name))
    .map((column) => (column.name === label ? { ...column, nullable: true, required: false } : column));
  const optional = columns.map((column) => column.name).filter((name) => !required.includes(name));
  const file = {
    path: resolve(context.environment.cwd, path),
    displayPath: path,
    dialect: dialectOf(path),
    declarable: false,
    batchRows: 65_536,
  };
  const { table: all } = await gatherRows(file, () => ({
    schema: { ...schema, columns },
    required,
    optional,
  }));
  const { rowIds, scores } = predictor.predictTable(selectColumns(all, [...predictor.inputs, ...row_id]));
  const own = all.columns.get(label);
  const joined = joinLabels(
    rowIds.map((id) => ({ id })),
    labels,
  );
  return {
    table: selectColumns(all, predictor.inputs),
    scores,
    labels: joined.labels.map((known, row) => known ?? (own === undefined ? null : cellValue(own, row))),
    orphanLabels: joined.orphanLabels,
    replacedLabels: joined.replacedLabels,
    from: null,
    to: null,
  };
}
