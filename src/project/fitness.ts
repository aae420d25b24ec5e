import type { Table } from '../data/columns.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Finding } from '../validation/finding.ts';
import type { FitnessInput } from '../validation/fitness/fitness.ts';
import { judgingFitness } from '../validation/fitness/index.ts';
import { withoutPersonalExamples } from '../validation/personal.ts';
import type { Profile } from '../validation/profile.ts';
import { profiling } from '../validation/profiling.ts';
import type { Context } from './context.ts';
import { inPieces } from './interruption.ts';

/** Rows that may be learned from. */
interface TeachingRows {
  readonly table: Table;
  readonly ids: FitnessInput['rowIds'];
  readonly schema: RowSchema;
  /** Where each row stood before it was ordered. */
  readonly order?: Int32Array;
}

/** What of a pipeline decides what is fit to learn from. */
interface Learning {
  readonly label: Pick<Pipeline['label'], 'column' | 'task'>;
  readonly row_id: Pipeline['row_id'];
  readonly time: Pipeline['time'];
  readonly split: Pick<Pipeline['split'], 'strategy' | 'group'>;
  readonly features: Pick<Pipeline['features'], 'drop'>;
  readonly saysSplit?: boolean;
}

/** What the questions of fitness are asked of: rows, and what a pipeline makes of them. */
export function fitnessInput(
  { label: { column, task }, row_id, time, split, features: { drop }, saysSplit = false }: Learning,
  { table, ids, schema, order }: TeachingRows,
  profile: Profile,
): FitnessInput {
  return {
    table,
    rowIds: ids,
    rowIdColumns: row_id,
    schema,
    ...(order === undefined ? {} : { recordOf: (row: number) => order[row] ?? row }),
    profile,
    label: column,
    ...(task === 'auto' ? {} : { labelIs: task === 'regression' ? 'number' : 'classes' }),
    unknownColumns: [],
    quarantined: [],
    drop,
    time,
    split: { ...split, isSaid: saysSplit },
  };
}

/** What warns of learning from rows that no snapshot holds: a sample that `init` read, the rows of a challenger. */
export async function fitnessWarnings(
  context: Context,
  verb: string,
  pipeline: Learning,
  rows: TeachingRows,
): Promise<readonly Finding[]> {
  const told = { label: verb, detail: 'cells looked at for leaks', total: 0 };
  const profile = await inPieces(context, { ...told, detail: 'cells profiled' }, profiling(rows.table));
  const { findings } = await inPieces(context, told, judgingFitness(fitnessInput(pipeline, rows, profile)));
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return withoutPersonalExamples(warnings, rows.schema, pipeline.row_id);
}
