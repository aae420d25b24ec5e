import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { inPieces } from '../../project/interruption.ts';
import { judgingFitness, profiling } from '../../validation/index.ts';

/** What is to be warned of in the rows that taught a challenger: its card tells it. */
export async function limitsOf(
  context: Context,
  pipeline: Pipeline,
  { table, ids, schema }: SnapshotRows,
): Promise<string[]> {
  const profile = await inPieces(
    context,
    { label: 'retrain', detail: 'cells of the teaching rows profiled', total: 0 },
    profiling(table),
  );
  const { column, task } = pipeline.label;
  const { findings } = await inPieces(
    context,
    { label: 'retrain', detail: 'cells looked at for leaks', total: 0 },
    judgingFitness({
      table,
      rowIds: ids,
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
    }),
  );
  return findings.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
}
