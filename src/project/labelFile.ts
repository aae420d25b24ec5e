import { resolve } from 'node:path';
import { cellValue } from '../data/columns.ts';
import { dialectOf } from '../data/dialect.ts';
import { gatherRows } from '../data/openRows.ts';
import type { RowSchema } from '../data/schema.ts';
import { columnSchema } from '../data/schema.ts';
import { AiengError, dataError } from '../errors.ts';
import { readDocument } from '../packaging/documents.ts';
import type { Bundle } from '../packaging/manifest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LabelRecord } from '../traffic/record.ts';
import type { Context } from './context.ts';
import { underRoot } from './inputs.ts';

/**
 * Labels that come as a file (CSV, NDJSON, Parquet): column `id` – a prediction's id or a row's – and the label column.
 * A row without a label is left out.
 *
 * @throws data error (exit 3) where one of the two columns is absent.
 */
async function readLabelFile(
  context: Context,
  { path, shown }: { readonly path: string; readonly shown: string },
  champion: Bundle,
): Promise<readonly LabelRecord[]> {
  const { label } = champion.manifest;
  const schema: RowSchema = readDocument(champion, 'schema.json');
  const declared = columnSchema(schema, label);
  const labelSchema: RowSchema = {
    missing: schema.missing,
    columns: [
      { name: 'id', kind: 'text', type: 'string', nullable: false, required: true, closed: false },
      {
        ...(declared ?? { name: label, kind: 'category', type: 'string', required: true }),
        nullable: true,
        closed: false,
      },
    ],
  };
  const file = { path, displayPath: shown, dialect: dialectOf(path), declarable: false, batchRows: 65_536 };
  const { table } = await gatherRows(file, ({ names }) => {
    const absent = ['id', label].find((name) => !names.includes(name));
    if (absent === undefined) return { schema: labelSchema, required: ['id', label], optional: [] };
    throw dataError({
      code: 'label-file-column',
      message: `${shown} has no column "${absent}"; a file of labels has "id" and "${label}" (it has ${names.join(', ')}).`,
      hint: `Name the column of prediction or row ids "id", and the outcome "${label}".`,
      at: { file: shown, line: 1 },
    });
  });
  const labels: LabelRecord[] = [];
  const [ids, values] = [table.columns.get('id')!, table.columns.get(label)!];
  for (let row = 0; row < table.rows; row += 1) {
    const [id, value] = [cellValue(ids, row), cellValue(values, row)];
    if (id !== null && value !== null)
      labels.push({ id: String(id), label: value, at: context.environment.now() });
  }
  return labels;
}

/** Labels of the file that a command names, or else of `monitor.labels` in the pipeline; none where there is neither. */
export async function labelsByFile(
  context: Context,
  pipeline: Pipeline,
  champion: Bundle,
  asked?: string,
): Promise<readonly LabelRecord[]> {
  const named = pipeline.monitor.labels;
  const shown = asked ?? named;
  if (shown === null) return [];
  const path = asked === undefined ? underRoot(context, shown) : resolve(context.environment.cwd, asked);
  try {
    return await readLabelFile(context, { path, shown }, champion);
  } catch (error) {
    // A header and no row: no outcome is known yet.
    if (error instanceof AiengError && error.code === 'source-without-rows') return [];
    throw error;
  }
}
