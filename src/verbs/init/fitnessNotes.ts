import type { Table } from '../../data/columns.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { inPieces } from '../../project/interruption.ts';
import { judgingFitness, profiling } from '../../validation/index.ts';

/** What speaks against learning from these rows as the pipeline stands, each with the line that is the remedy. */
export async function fitnessNotes(
  context: Context,
  pipeline: Pipeline,
  schema: RowSchema,
  table: Table,
): Promise<string[]> {
  const told = { label: 'try', detail: 'cells looked at for leaks', total: 0 };
  const profile = await inPieces(context, told, profiling(table));
  const { column, task } = pipeline.label;
  const work = judgingFitness({
    table,
    rowIds: { length: table.rows, at: String },
    rowIdColumns: pipeline.row_id,
    schema,
    profile,
    label: column,
    ...(task === 'auto' ? {} : { labelIs: task === 'regression' ? 'number' : 'classes' }),
    unknownColumns: [],
    quarantined: [],
    drop: pipeline.features.drop,
    time: pipeline.time,
    split: pipeline.split,
  });
  const { findings } = await inPieces(context, told, work);
  return findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ message, fix }) => `${message} ${fix}`);
}
